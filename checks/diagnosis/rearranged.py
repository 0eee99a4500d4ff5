"""Named ways in which the right values may stand in the wrong places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import torch

from checks.diagnosis.given_order import in_given_order
from checks.difference import Cause, Scene

__all__ = ["Same", "other_order", "refilled", "reversed_along", "rolled", "transposed"]

Same = Callable[[torch.Tensor, torch.Tensor], bool]
"""Whether two tensors agree."""

_ROLLS = 16

_KEEPS_ORDER = (
    "`reshape` and `view` keep the order of the elements; `.T`, `transpose` or `permute` swap axes."
)


def transposed(a: torch.Tensor, e: torch.Tensor, same: Same, _: Scene) -> Iterator[Cause]:
    """Two dimensions are swapped."""
    for i, j in combinations(range(min(e.dim(), 5)), 2):
        swapped = e.transpose(i, j)
        if swapped.shape == a.shape and same(a, swapped):
            says = f"holds the right values with dimensions {i} and {j} swapped"
            yield Cause(code="transposed-values", says=says, hint="Look for a transpose.")
            return


def refilled(a: torch.Tensor, e: torch.Tensor, same: Same, scene: Scene) -> Iterator[Cause]:
    """Axes should have been swapped, and the numbers were refilled row by row."""
    for i, j in combinations(range(min(e.dim(), 5)), 2):
        if same(a, e.transpose(i, j).reshape(e.shape)):
            says = "has the right shape, but was refilled row by row"
            yield Cause(code="refilled", says=says, hint=_KEEPS_ORDER)
            return
    if in_given_order(a, e, same, scene):
        says = "holds the numbers in the order in which they came, and should not"
        yield Cause(code="refilled", says=says, hint=_KEEPS_ORDER, needs=4)


def reversed_along(a: torch.Tensor, e: torch.Tensor, same: Same, _: Scene) -> Iterator[Cause]:
    """The values run the other way."""
    for axis in range(min(e.dim(), 5)):
        if same(a, e.flip(axis)):
            along = "" if e.dim() == 1 else f" along dimension {axis}"
            yield Cause(code="reversed-values", says=f"runs the other way round{along}")
            return


def rolled(a: torch.Tensor, e: torch.Tensor, same: Same, _: Scene) -> Iterator[Cause]:
    """The values are moved along a dimension."""
    for axis in range(min(e.dim(), 3)):
        size = e.shape[axis]
        steps = [s for n in range(1, min(size, _ROLLS)) for s in (n, -n) if abs(s) <= size // 2]
        for step in steps:
            if same(a, e.roll(step, axis)):
                along = "" if e.dim() == 1 else f" along dimension {axis}"
                places = "1 place" if abs(step) == 1 else f"{abs(step)} places"
                where = "forwards" if step > 0 else "back"
                says = f"holds the right values, moved {places} {where}{along}"
                yield Cause(code="rolled", says=says, hint="Is an index off by one?")
                return


def other_order(a: torch.Tensor, e: torch.Tensor, same: Same, _: Scene) -> Iterator[Cause]:
    """The same values, in another order."""
    if e.is_complex() or e.numel() < 2 or a.shape != e.shape:
        return
    if same(a.flatten().sort().values, e.flatten().sort().values):
        yield Cause(code="other-order", says="holds the right values in another order", needs=3)
