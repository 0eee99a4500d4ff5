"""A window on two tensors that differ, for a display."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import torch

from checks.tensor_diff import MOST_CELLS, WINDOW, DifferingCell, TensorDiff
from checks.tolerance import wide

__all__ = ["cell_texts", "diff_of"]


def diff_of(
    actual: torch.Tensor, expected: torch.Tensor, bad: torch.Tensor, worst: list[int]
) -> dict[str, Any]:
    """Both tensors around the worst cell, as plain data: see `checks.tensor_diff`.

    Args:
        actual: the answer's tensor, of at least one dimension.
        expected: the solution's, of the same shape.
        bad: which cells differ.
        worst: the index of the one that is furthest off.
    """
    lead, inner = tuple(worst[:-2]), worst[-2:]
    spans = [_span(size, place) for size, place in zip(bad.shape[len(lead) :], inner, strict=True)]
    where: tuple[int | slice, ...] = (*lead, *(slice(*span) for span in spans))
    window = [_matrix(t[where]) for t in (wide(actual), wide(expected), bad)]
    differs = window[2].tolist()
    pairs = [
        [cell_texts(a, e, differ=d) for a, e, d in zip(*rows, strict=True)]
        for rows in zip(window[0].tolist(), window[1].tolist(), differs, strict=True)
    ]
    diff = TensorDiff(
        shape=tuple(bad.shape),
        corner=(*lead, *(start for start, _ in spans)),
        actual=tuple(tuple(a for a, _ in row) for row in pairs),
        expected=tuple(tuple(e for _, e in row) for row in pairs),
        differs=tuple(map(tuple, differs)),
        worst=tuple(worst),
        count=int(bad.sum()),
        total=bad.numel(),
        cells=_listed(actual, expected, bad, tuple(worst)),
    )
    plain: dict[str, Any] = msgspec.to_builtins(diff)
    return plain


def _matrix(tensor: torch.Tensor) -> torch.Tensor:
    """A vector as a single row."""
    return tensor.unsqueeze(0) if tensor.dim() == 1 else tensor


def _span(size: int, place: int) -> tuple[int, int]:
    """A stretch of at most `WINDOW` cells with `place` in it."""
    start = min(max(0, place - WINDOW // 2), max(0, size - WINDOW))
    return start, min(size, start + WINDOW)


def _listed(
    actual: torch.Tensor, expected: torch.Tensor, bad: torch.Tensor, worst: tuple[int, ...]
) -> tuple[DifferingCell, ...]:
    """The first cells that differ, and the worst, in their order."""
    first = [tuple(index) for index in bad.nonzero()[:MOST_CELLS].tolist()]
    if worst not in first:
        first[-1] = worst
    a, e = wide(actual), wide(expected)
    cells = []
    for index in first:
        texts = cell_texts(a[index].item(), e[index].item(), differ=True)
        cells.append(DifferingCell(index=index, actual=texts[0], expected=texts[1]))
    return tuple(cells)


def cell_texts(actual: complex, expected: complex, *, differ: bool) -> tuple[str, str]:
    """Two numbers in few characters: told apart where they differ, the same text where not."""
    if not differ:
        return (_short(expected),) * 2
    texts = _short(actual), _short(expected)
    return texts if texts[0] != texts[1] else (_long(actual), _long(expected))


def _short(value: complex) -> str:
    if isinstance(value, int):  # a bool too
        return str(value)
    if not isinstance(value, float):
        return f"{value:.3g}"
    if math.isfinite(value) and value == round(value) and abs(value) < 1e5:
        return f"{value:.1f}"
    return f"{value:.4g}"


def _long(value: complex) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9g}"
