"""Two tensors side by side, the cells that differ marked by a sign as well as by a style."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.geometry import Size

    from checks.tensor_diff import TensorDiff

__all__ = ["DiffView", "draw_diff"]

_DIFFERS, _WORST = "✗", "«"
_ROWS, _FEW_ROWS = 6, 4
"""Rows that are drawn: of tensors beside each other, and of one above another."""

_FEW_COLUMNS = 4
"""Columns that tensors beside each other show at least; else one stands above the other."""

_EXPECTED, _YOURS = "expected", "yours"
_GAP, _EDGE = "   ", " │"


class DiffView(Widget):
    """A diff, drawn for the width that there is."""

    DEFAULT_CSS = "DiffView { height: auto; }"

    def __init__(self, diff: TensorDiff) -> None:
        super().__init__(classes="diff")
        self._diff = diff

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes at this width."""
        del container, viewport
        return len(draw_diff(self._diff, width))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(draw_diff(self._diff, self.content_size.width))


class _Grid:
    """The part of a diff's window that is drawn, as cells of text."""

    def __init__(self, diff: TensorDiff, columns: int, rows: int) -> None:
        """Draw at most so many columns and rows, those around the worst cell."""
        self._diff = diff
        flat = len(diff.shape) == 1
        self._top = 0 if flat else diff.corner[-2]
        self._left = diff.corner[-1]
        self._worst = (0 if flat else diff.worst[-2] - self._top, diff.worst[-1] - self._left)
        self.rows = _around(self._worst[0], len(diff.expected), rows)
        self.columns = _around(self._worst[1], len(diff.expected[0]), columns)
        self.widths = [self._width(column) for column in self.columns]
        self._digits = max(len(str(self._top + row)) for row in self.rows)

    def _width(self, column: int) -> int:
        """Room for a column's number, and for its cells with a sign after each."""
        cells = (part[row][column] for row in self.rows for part in self._parts)
        return max(len(str(self._left + column)), *(len(cell) + 1 for cell in cells))

    @property
    def _parts(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        return (self._diff.expected, self._diff.actual)

    @property
    def width(self) -> int:
        """Characters in a line of cells, without the label."""
        return sum(width + 1 for width in self.widths)

    @property
    def label(self) -> int:
        """Characters before them."""
        return self._digits + len(_EDGE)

    def header(self) -> Content:
        """The columns' numbers."""
        numbers = (
            f" {self._left + column:>{width - 1}} "
            for column, width in zip(self.columns, self.widths, strict=True)
        )
        return Content("".join(numbers)).stylize("dim")

    def row_label(self, row: int) -> Content:
        """The row's number."""
        return Content(f"{self._top + row:>{self._digits}}{_EDGE}").stylize("dim")

    def line(self, row: int, *, yours: bool) -> Content:
        """One row of one tensor."""
        cells = [
            self._cell(row, column, width, yours=yours)
            for column, width in zip(self.columns, self.widths, strict=True)
        ]
        return Content("").join(cells)

    def _cell(self, row: int, column: int, width: int, *, yours: bool) -> Content:
        text = self._parts[yours][row][column]
        sign, style = " ", ""
        if self._diff.differs[row][column]:
            worst = (row, column) == self._worst
            sign = (_WORST if worst else _DIFFERS) if yours else " "
            style = ("bold $text-error" if yours else "bold") + (" reverse" if worst else "")
        gap = " " * (width - len(text))
        return Content.assemble(gap, (text, style), (sign, style if sign != " " else ""))

    @property
    def says(self) -> str:
        """Which part of the tensors this is, where it is not all; else nothing."""
        shape = self._diff.shape
        parts = [str(number) for number in self._diff.corner[:-2]]
        if len(shape) > 1:
            parts.append(_range(self._top, self.rows, shape[-2]))
        parts.append(_range(self._left, self.columns, shape[-1]))
        whole = all(part == ":" for part in parts)
        return "" if whole else f"[{', '.join(parts)}] of shape {shape}"


def _around(place: int, count: int, most: int) -> range:
    """At most `most` of `count` places, `place` among them."""
    start = min(max(0, place - most // 2), max(0, count - most))
    return range(start, min(count, start + most))


def _range(offset: int, places: Sequence[int], size: int) -> str:
    if len(places) == size:
        return ":"
    return f"{offset + places[0]}:{offset + places[-1] + 1}"


def draw_diff(diff: TensorDiff, width: int) -> list[Content]:
    """The diff in lines of at most `width` characters, if that is possible at all."""
    if len(diff.expected) == 1:
        return _in_one_row(diff, width)
    most = len(diff.expected[0])
    beside = _fitting(diff, lambda grid: 2 * (grid.label + grid.width) + len(_GAP), width, _ROWS)
    if len(beside.columns) >= min(most, _FEW_COLUMNS):
        lines = _beside(beside)
        return [*lines, *_legend(diff, beside, width)]
    above = _fitting(diff, lambda grid: grid.label + grid.width, width, _FEW_ROWS)
    lines = [*_one_above(above, yours=False), *_one_above(above, yours=True)]
    return [*lines, *_legend(diff, above, width)]


def _fitting(diff: TensorDiff, needs: Callable[[_Grid], int], width: int, rows: int) -> _Grid:
    """The grid with as many columns as fit, and with one if none does."""
    for columns in range(len(diff.expected[0]), 1, -1):
        grid = _Grid(diff, columns, rows)
        if needs(grid) <= width:
            return grid
    return _Grid(diff, 1, rows)


def _in_one_row(diff: TensorDiff, width: int) -> list[Content]:
    """A vector: both tensors below the same numbers."""
    label = len(_EXPECTED)
    grid = _fitting(diff, lambda grid: label + grid.width, width, rows=1)
    (row,) = grid.rows
    lines = [Content(" " * label) + grid.header()]
    for name, yours in ((_EXPECTED, False), (_YOURS, True)):
        lines.append(Content(f"{name:<{label}}") + grid.line(row, yours=yours))
    return [*lines, *_legend(diff, grid, width)]


def _beside(grid: _Grid) -> list[Content]:
    each = grid.label + grid.width
    lines = [Content(f"{_EXPECTED:<{each}}{_GAP}{_YOURS}".rstrip())]
    margin = Content(" " * grid.label)
    lines.append(Content(_GAP).join([margin + grid.header()] * 2))
    for row in grid.rows:
        halves = [grid.row_label(row) + grid.line(row, yours=yours) for yours in (False, True)]
        lines.append(Content(_GAP).join(halves))
    return lines


def _one_above(grid: _Grid, *, yours: bool) -> list[Content]:
    head = Content(" " * grid.label) + grid.header()
    rows = [grid.row_label(row) + grid.line(row, yours=yours) for row in grid.rows]
    return [Content(_YOURS if yours else _EXPECTED), head, *rows]


def _legend(diff: TensorDiff, grid: _Grid, width: int) -> list[Content]:
    """What the signs mean, and which part is shown."""
    place = list(diff.worst)
    if diff.count == 1:
        parts = [f"{_WORST} differs, at {place}: 1 of {diff.total}"]
    else:
        parts = [f"{_DIFFERS} differs: {diff.count} of {diff.total}"]
        parts.append(f"{_WORST} the furthest off, at {place}")
    if grid.says:
        parts.append(f"shown is {grid.says}")
    lines = parts[:1]
    for part in parts[1:]:
        joined = f"{lines[-1]} · {part}"
        lines[-1:] = [joined] if len(joined) <= width else [lines[-1], part]
    folded = [piece for line in lines for piece in textwrap.wrap(line, max(width, 10))]
    return [Content(line).stylize("dim") for line in folded]
