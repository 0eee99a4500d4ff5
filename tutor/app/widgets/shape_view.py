"""Two shapes, dimension by dimension, with what differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["draw_shapes"]

_MOST = 12
"""Dimensions that are drawn at most; nobody reads more of them."""

_ABSENT = "-"
_SAME, _DIFFERS = " ", "✗"


class _Shapes(msgspec.Struct, frozen=True):
    """The part of a finding's details that is about shapes."""

    expected_shape: tuple[int, ...]
    actual_shape: tuple[int, ...]
    axes: tuple[int, ...] = ()


def draw_shapes(details: dict[str, Any]) -> list[Content]:
    """A line of dimensions, one of expected sizes, one of the answer's; nothing if unknown.

    Only where it is clear which dimension of the one shape is which of the other.
    """
    try:
        shapes = msgspec.convert(details, _Shapes)
    except msgspec.ValidationError:
        return []
    pairs = _aligned(shapes)
    if not 0 < len(pairs) <= _MOST:
        return []
    texts = [
        (str(number), *(_ABSENT if size is None else str(size) for size in pair))
        for number, pair in enumerate(pairs)
    ]
    widths = [max(map(len, column)) for column in texts]
    lines = []
    for row, name in enumerate(("dimension", "expected", "yours")):
        line = Content(f"{name:<9}").stylize("dim" if row == 0 else "")
        for (expected, actual), column, width in zip(pairs, texts, widths, strict=True):
            differs = expected != actual and row == 2
            sign = _DIFFERS if differs else _SAME
            line += Content.assemble(
                "  ", (f"{column[row]:>{width}}{sign}", "bold $text-error" if differs else "")
            )
        lines.append(line)
    return lines


def _aligned(shapes: _Shapes) -> list[tuple[int | None, int | None]]:
    """The sizes of both shapes that belong together; None where one has no such dimension."""
    expected, actual = shapes.expected_shape, shapes.actual_shape
    if len(expected) == len(actual):
        return list(zip(expected, actual, strict=True))
    longer, shorter = (expected, actual) if len(expected) > len(actual) else (actual, expected)
    filled = _with_gaps(shorter, len(longer), shapes.axes)
    if filled is None or any(
        one not in (None, other) for one, other in zip(filled, longer, strict=True)
    ):
        return []
    return list(zip(*((longer, filled) if longer is expected else (filled, longer)), strict=True))


def _with_gaps(shape: Sequence[int], length: int, axes: Sequence[int]) -> list[int | None] | None:
    """The shape with None at each of the axes, if that makes it so long."""
    if len(shape) + len(axes) != length or not all(0 <= axis < length for axis in axes):
        return None
    rest = iter(shape)
    return [None if place in axes else next(rest, None) for place in range(length)]
