"""Two tensors of one shape side by side, as far as people look. Plain data, without torch.

A finding carries it in ``details["diff"]``. It quotes what a learner's process sent: whoever shows
it reads it with `read_diff`, which believes nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["MOST_CELLS", "WINDOW", "DifferingCell", "TensorDiff", "read_diff"]

WINDOW = 10
"""Rows and columns that are shown at most."""

MOST_CELLS = 5
"""Differing cells that are listed one by one at most."""

_LONGEST = 40
_MOST_DIMS = 64


class DifferingCell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell, in words.

    Attributes:
        index: where it is.
        expected: its value in the solution, printed short.
        actual: its value in the answer.
    """

    index: tuple[int, ...]
    expected: str
    actual: str


class TensorDiff(msgspec.Struct, frozen=True, kw_only=True):
    """A window on both tensors, around the cell that is furthest off.

    The window lies in the last two dimensions (or the only one, as a single row). What comes
    before them is fixed where the worst cell is.

    Attributes:
        shape: of both tensors.
        corner: the index of the window's first cell.
        expected: the window's cells, row by row, printed short.
        actual: likewise, of the answer.
        differs: which of them differ.
        worst: the index of the cell that is furthest off.
        count: how many cells differ, in the window or outside.
        total: how many cells there are.
        cells: some of those that differ, the first ones and the worst.
    """

    shape: tuple[int, ...]
    corner: tuple[int, ...]
    expected: tuple[tuple[str, ...], ...]
    actual: tuple[tuple[str, ...], ...]
    differs: tuple[tuple[bool, ...], ...]
    worst: tuple[int, ...]
    count: int
    total: int
    cells: tuple[DifferingCell, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the window shows all that there is."""
        return sum(map(len, self.expected)) == self.total


def read_diff(details: dict[str, Any]) -> TensorDiff | None:
    """The diff in a finding's details; None where there is none that makes sense."""
    try:
        diff = msgspec.convert(details.get("diff"), TensorDiff)
    except msgspec.ValidationError:
        return None
    return diff if _sound(diff) else None


def _sound(diff: TensorDiff) -> bool:
    rows, columns = len(diff.expected), len(diff.expected[0]) if diff.expected else 0
    same = all(
        len(part) == rows and all(len(row) == columns for row in part)
        for part in (diff.expected, diff.actual, diff.differs)
    )
    indices = (diff.shape, diff.corner, diff.worst, *(cell.index for cell in diff.cells))
    texts = [text for part in (diff.expected, diff.actual) for row in part for text in row]
    texts += [text for cell in diff.cells for text in (cell.expected, cell.actual)]
    return (
        same
        and 0 < rows <= WINDOW
        and 0 < columns <= WINDOW
        and len(diff.cells) <= MOST_CELLS
        and 0 < len(diff.shape) <= _MOST_DIMS
        and all(len(index) == len(diff.shape) for index in indices)
        and all(0 <= number < 2**63 for index in indices for number in index)
        and all(len(text) <= _LONGEST and text.isprintable() for text in texts)
    )
