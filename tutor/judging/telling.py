"""A finding's tensors in sentences, for whoever reads line by line or listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.tensor_diff import read_diff

if TYPE_CHECKING:
    from checks.finding import Finding

__all__ = ["cell_sentences"]


_UNEXPLAINED = frozenset({"wrong-values", "not-finite", "wrong-gradient", "wrong-change"})
"""Codes whose message names no cause that would tell what every cell is like."""


def cell_sentences(finding: Finding) -> list[str]:
    """One sentence for each of a few cells that differ, and how many more do; often none."""
    diff = read_diff(finding.details) if finding.code in _UNEXPLAINED else None
    if diff is None:
        return []
    said = [
        f"At {list(cell.index)}: {cell.actual}, but {cell.expected} is expected"
        + (" (the furthest off)." if cell.index == diff.worst and diff.count > 1 else ".")
        for cell in diff.cells
    ]
    more = diff.count - len(diff.cells)
    if more > 0:
        said.append(f"{more} more value{' differs' if more == 1 else 's differ'}.")
    return said
