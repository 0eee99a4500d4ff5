"""YAML text → a tree of nodes.

The tree is built from the parser's events rather than by its composer, so that depth, repeated
keys, aliases and tags are ours to judge: whatever a file holds, it costs little and never raises.
"""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from tutor.course.nodes import Entry, Extent, Mapping, Node, Scalar, Sequence
from tutor.course.source import At, Report, Source
from tutor.course.wording import quoted
from tutor.course.yaml_errors import explain

__all__ = ["compose"]

_MAX_DEPTH = 40
_MAX_NODES = 20_000
_MAX_CHARACTERS = 10_000_000

# PyYAML's binding to libyaml is optional and several times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _GiveUp(Exception):  # noqa: N818 - a way out of the loop, not an error
    """The rest of the file is not worth reading."""


class _Open(msgspec.Struct):
    """A collection whose end has not come yet."""

    at: At
    anchor: str | None
    is_mapping: bool
    children: list[Node]


def compose(source: Source, report: Report, *, loader: Any = _LOADER) -> Node | None:
    """The tree of the one document in `source`; None where there is none or it is cut short.

    What is wrong goes to `report`. A tree may come back although something is wrong with it, so
    that its other problems can be found too.
    """
    builder = _Builder(source, report)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            builder.take(event)
    except _GiveUp:
        return None
    except yaml.YAMLError as error:
        report.add(*explain(error, source), "yaml-syntax")
        return None
    except RecursionError:  # the pure Python parser, on deep nesting in brackets
        report.add(At(1, 1), f"nested more than {_MAX_DEPTH} deep", "too-large")
        return None
    if builder.root is None:
        report.add(At(1, 1), "the file is empty", "yaml-syntax")
    return builder.root


class _Builder:
    """Takes the events of one document and builds its tree."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source = source
        self._report = report
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._events = 0
        self.root: Node | None = None

    def take(self, event: Any) -> None:
        """Add what a parser's event says to the tree."""
        self._events += 1
        begin, end = event.start_mark, event.end_mark
        at = At(begin.line + 1, begin.column + 1)
        if self._events > 2 * _MAX_NODES:
            raise self._give_up(at, "the file holds too many values", "too-large")
        if isinstance(event, yaml.ScalarEvent):
            if event.tag is not None:
                self._refuse_tag(event.tag, at)
            style = (event.style or "").strip()
            span = (begin.index, end.index)
            self._finish(event.anchor, Scalar(at, event.value, style, span))
        elif isinstance(event, yaml.CollectionStartEvent):
            if event.tag is not None:
                self._refuse_tag(event.tag, at)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(at, event.anchor, is_mapping, []))
            self._bound(at, Extent(0, 0, 0))
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self._open.pop()
            self._finish(closed.anchor, self._closed(closed))
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._meant_by(str(event.anchor), at), at)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            message = "a second document begins here: one file holds one"
            raise self._give_up(at, message, "yaml-syntax")

    def _give_up(self, at: At, message: str, code: str) -> _GiveUp:
        self._report.add(at, message, code)
        return _GiveUp()

    def _meant_by(self, anchor: str, at: At) -> Node:
        node = self._anchors.get(anchor)
        if node is not None:
            return node
        name = quoted(f"*{anchor}")
        if any(collection.anchor == anchor for collection in self._open):
            message = f"the alias {name} stands inside of what it names"
            raise self._give_up(at, message, "yaml-alias")
        raise self._give_up(
            at,
            f"{name} is read as an alias, and nothing before it has that anchor: "
            "put text that begins with * in quotes or in a block (|)",
            "yaml-alias",
        )

    def _refuse_tag(self, tag: str, at: At) -> None:
        name = quoted(tag.replace("tag:yaml.org,2002:", "!!"))
        self._report.add(
            at,
            f"{name} is read as a tag, and a lesson needs none: remove it, or put text that "
            "begins with ! in quotes or in a block (|)",
            "yaml-tag",
        )

    def _finish(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        self._add(node, node.at)

    def _add(self, node: Node, at: At) -> None:
        if not isinstance(node, Scalar):
            self._bound(at, node.extent)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    def _bound(self, at: At, extent: Extent) -> None:
        if len(self._open) + extent.height > _MAX_DEPTH:
            raise self._give_up(at, f"nested more than {_MAX_DEPTH} deep", "too-large")
        if extent.nodes > _MAX_NODES or extent.characters > _MAX_CHARACTERS:
            message = "this holds too many values (with its aliases unfolded)"
            raise self._give_up(at, message, "too-large")

    def _closed(self, collection: _Open) -> Node:
        nodes, characters, height = 1, 0, 0
        for child in collection.children:
            if isinstance(child, Scalar):
                nodes += 1
                characters += len(child.text)
            else:
                nodes += child.extent.nodes
                characters += child.extent.characters
                height = max(height, child.extent.height)
        extent = Extent(nodes, characters, height + 1)
        if not collection.is_mapping:
            return Sequence(collection.at, tuple(collection.children), extent)
        return Mapping(collection.at, self._entries(collection.children), extent)

    def _entries(self, children: list[Node]) -> tuple[Entry, ...]:
        entries: dict[str, Entry] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                message = "a list or a mapping cannot be a key: put it in quotes"
                self._report.add(key.at, message, "yaml-syntax")
            elif key.text in entries:
                first = entries[key.text].key.at.line
                message = f"the key {quoted(key.text)} stands twice; first in line {first}"
                self._report.add(key.at, message, "duplicate-key")
            else:
                entries[key.text] = Entry(key, value)
        return tuple(entries.values())
