"""Recognising a normalisation over another dimension than the expected one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import torch

from checks.difference import Cause

__all__ = ["other_dimension"]

_Test = Callable[[torch.Tensor, int], bool]
_Spread = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

_NEAR = 1e-3
_MOST_DIMS = 5
_LOOSE = 0.05
"""How far from one a spread may be."""


def other_dimension(a: torch.Tensor, e: torch.Tensor) -> Iterator[Cause]:
    """Normalised over dimension i where j is expected.

    What a normalisation divides by, or takes away, is one number for each place outside of its
    dimension. So two of them over different dimensions leave a difference (of the logarithms,
    where they divide) that is a sum of two parts, each the same all along one dimension.
    """
    if e.is_complex() or e.dim() < 2 or e.shape != a.shape or not bool(torch.isfinite(a).all()):
        return
    for says, is_done, spread in _KINDS:
        for i, j in permutations(range(min(e.dim(), _MOST_DIMS)), 2):
            if is_done(a, i) and is_done(e, j) and _in_two_parts(spread(a, e), i, j):
                words = f"{says} over dimension {i}, but should over dimension {j}"
                yield Cause(code="other-dimension", says=words, hint="Look at `dim`.")
                return


def _in_two_parts(spread: torch.Tensor, i: int, j: int) -> bool:
    if not bool(torch.isfinite(spread).all()):
        return True  # some numbers became zero: nothing more can be told from them
    rows, columns = spread.narrow(i, 0, 1), spread.narrow(j, 0, 1)
    corner = rows.narrow(j, 0, 1)
    return bool((spread - rows - columns + corner).abs().max() < _NEAR)


def _near_zero(tensor: torch.Tensor) -> bool:
    return bool(tensor.abs().max() < _NEAR)


def _sums_to_one(tensor: torch.Tensor, axis: int) -> bool:
    return bool((tensor >= 0).all()) and _near_zero(tensor.sum(axis) - 1)


def _log_sums_to_one(tensor: torch.Tensor, axis: int) -> bool:
    return bool((tensor <= 0).all()) and _near_zero(tensor.exp().sum(axis) - 1)


def _has_length_one(tensor: torch.Tensor, axis: int) -> bool:
    return _near_zero(tensor.square().sum(axis) - 1)


def _averages_to_zero(tensor: torch.Tensor, axis: int) -> bool:
    return _near_zero(tensor.mean(axis) / (tensor.abs().max() + 1e-30))


def _is_standard(tensor: torch.Tensor, axis: int) -> bool:
    if not _averages_to_zero(tensor, axis):
        return False
    if tensor.shape[axis] == 1:
        return not bool(tensor.any())
    spread = tensor.var(axis, correction=0)
    near = (spread - 1).abs() < _LOOSE
    # Where numbers lie close together, what is added to their variance makes the spread smaller.
    return bool((spread < 1 + _LOOSE).all()) and 2 * int(near.sum()) >= near.numel()


def _alike(a: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    del a
    return torch.zeros_like(e)


def _apart(a: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    return a - e


def _logs_apart(a: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
    return (a / e).log()


_KINDS: tuple[tuple[str, _Test, _Spread], ...] = (
    ("sums to one", _sums_to_one, _logs_apart),
    ("is the logarithm of what sums to one", _log_sums_to_one, _apart),
    ("has length one", _has_length_one, _logs_apart),
    ("averages to zero", _averages_to_zero, _apart),
    ("has the mean 0 and the spread 1", _is_standard, _alike),
)
