"""A YAML tree whose nodes know where they stand in their file."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import msgspec

from tutor.course.source import At

__all__ = ["Entry", "Extent", "Mapping", "Node", "Scalar", "Sequence"]


class Extent(NamedTuple):
    """How much a collection holds with its aliases unfolded.

    Attributes:
        nodes: itself and all below it.
        characters: of all its scalars.
        height: how many collections stand inside of one another, itself included.
    """

    nodes: int
    characters: int
    height: int


class Scalar(msgspec.Struct, frozen=True, eq=False):
    """A single value as written, without a guess at its type.

    Attributes:
        style: YAML's indicator ``'``, ``"``, ``|`` or ``>``; empty where it was written plain.
        span: the indexes of its first character and of the one after its last.
    """

    at: At
    text: str
    style: str
    span: tuple[int, int]

    @property
    def plain(self) -> bool:
        """Whether it was written without quotes and not as a block."""
        return not self.style

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self.style and not self.text


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A key and its value."""

    key: Scalar
    value: Node


class Sequence(msgspec.Struct, frozen=True, eq=False):
    """A list."""

    at: At
    items: tuple[Node, ...]
    extent: Extent


class Mapping(msgspec.Struct, frozen=True, eq=False):
    """Keys and values in the file's order; each key stands once."""

    at: At
    entries: tuple[Entry, ...]
    extent: Extent

    def entry(self, key: str) -> Entry | None:
        """The entry of that key, or None."""
        for entry in self.entries:  # most have few, and are asked often: no generator
            if entry.key.text == key:
                return entry
        return None

    def value(self, key: str) -> Node | None:
        """The value of that key, or None."""
        entry = self.entry(key)
        return None if entry is None else entry.value

    def scalar(self, key: str) -> Scalar | None:
        """The value of that key where it is a scalar."""
        value = self.value(key)
        return value if isinstance(value, Scalar) else None

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of the list under that key; none where it is no list."""
        value = self.value(key)
        return value.items if isinstance(value, Sequence) else ()


Node: TypeAlias = Scalar | Sequence | Mapping
