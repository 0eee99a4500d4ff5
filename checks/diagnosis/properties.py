"""The properties that single numbers and slices of a tensor may have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import torch

from checks.diagnosis.lacks import (
    Lack,
    Look,
    Test,
    along,
    cell,
    few,
    how_many,
    slice_name,
    worst,
)
from checks.show import number

__all__ = ["SLICE_TESTS", "VALUE_TESTS"]

_Amount: TypeAlias = Callable[[torch.Tensor], torch.Tensor]
_Reduce: TypeAlias = Callable[..., torch.Tensor]


def _each(look: Look, *, amount: _Amount, wanted: str, strict: bool = False) -> Lack | None:
    """Every number by itself: `amount` says how far off it is."""
    off = amount(look.tensor)
    bad = off >= 0 if strict else off > look.tolerance
    if not bool(bad.any()):
        return None
    index = worst(torch.where(bad, off, -torch.inf))
    value = number(look.tensor[index].item())
    says = f"`{cell(look.subject, index)}` is {value}, but every value should {wanted}."
    return Lack(says=says + how_many(bad, "value"), bad=bad, index=index)


VALUE_TESTS: dict[str, Test] = {
    "in-unit-interval": partial(
        _each, amount=lambda t: torch.maximum(-t, t - 1), wanted="lie between 0 and 1"
    ),
    "non-negative": partial(_each, amount=torch.neg, wanted="be 0 or more"),
    "positive": partial(_each, amount=torch.neg, wanted="be larger than 0", strict=True),
    "whole-numbers": partial(
        _each, amount=lambda t: (t - t.round()).abs(), wanted="be a whole number"
    ),
    "zeros-and-ones": partial(
        _each, amount=lambda t: torch.minimum(t.abs(), (t - 1).abs()), wanted="be 0 or 1"
    ),
}
"""Properties of single numbers."""


def _over(reduce: _Reduce, tensor: torch.Tensor, dim: int | None) -> torch.Tensor:
    return reduce(tensor) if dim is None else reduce(tensor, dim=dim)


def _allowed(reduce: _Reduce, look: Look, dim: int | None) -> torch.Tensor:
    """How far off is still right: rounding is relative to the terms, not to what they add up to.

    But huge terms whose sum could be anything do not add up to one.
    """
    most = 100.0 if reduce is torch.sum else torch.inf
    scale = _over(reduce, look.tensor.abs(), dim).clamp(min=1.0, max=most)
    return look.atol + look.rtol * scale


def _reduced(look: Look, *, reduce: _Reduce, verb: str, target: float) -> Lack | None:
    """A number for every slice, which should be `target`."""
    found = _over(reduce, look.tensor, look.dim)
    off = (found - target).abs()
    bad = ~(off <= _allowed(reduce, look, look.dim)) | ~torch.isfinite(found)
    if not bool(bad.any()):
        return None
    index = worst(torch.where(bad, off.nan_to_num(nan=torch.inf), -1.0))
    name = slice_name(look.subject, index, look.dim)
    value = number(found[index].item())
    noun = along(look)
    says = f"`{name}` {verb} {value}, not {target:g}.{how_many(bad, noun)}"
    hint = ""
    for other in range(look.tensor.dim()):
        if other == look.dim or look.tensor.dim() < 2:
            continue
        off = (_over(reduce, look.tensor, other) - target).abs()
        if bool((off <= _allowed(reduce, look, other)).all()):
            hint = f"Along dimension {other} all of them are as they should be: look at `dim`."
    return Lack(says=says, hint=hint, bad=bad, index=index)


_sums = partial(_reduced, reduce=torch.sum, verb="sums to", target=1.0)


def _probabilities(look: Look) -> Lack | None:
    return VALUE_TESTS["non-negative"](look) or _sums(look)


def _ordered(look: Look, *, sign: int, strict: bool, wanted: str) -> Lack | None:
    """Neighbours along a dimension."""
    dim = look.dim if look.dim is not None else 0
    up = look.tensor * sign
    if up.shape[dim] < 2:
        return None
    before, after = (up.narrow(dim, start, up.shape[dim] - 1) for start in (0, 1))
    bad = ~(after > before) if strict else after < before - look.tolerance
    if not bool(bad.any()):
        return None
    steps = (after - before).nan_to_num(nan=0.0)
    index = worst(torch.where(bad, -steps, -torch.inf))
    later = tuple(i + 1 if axis == dim else i for axis, i in enumerate(index))
    values = [number(look.tensor[place].item()) for place in (later, index)]
    says = (
        f"`{cell(look.subject, later)}` is {values[0]}, and `{cell(look.subject, index)}` "
        f"before it is {values[1]}: the values should {wanted}."
    )
    hint = ""
    if bool((steps <= 0).all()) and bool((steps < 0).any()):
        hint = "They run the other way."
    elif strict and not bool((steps < 0).any()):
        hint = "Equal neighbours are not allowed."
    return Lack(says=says + how_many(bad, "step"), hint=hint, bad=bad, index=later)


def _slices(look: Look) -> torch.Tensor:
    """The tensor with the looked-at dimension last; all of it as one slice for None."""
    if look.dim is None:
        return look.tensor.flatten()
    return look.tensor.movedim(look.dim, -1)


def _whole_slices(look: Look, *, fits: _Amount, wanted: str) -> Lack | None:
    """Every slice as a whole: `fits` gives a bool per slice."""
    slices = _slices(look)
    bad = ~fits(slices)
    if not bool(bad.any()):
        return None
    index = worst(bad.to(torch.uint8))
    name = slice_name(look.subject, index, look.dim)
    says = f"`{name}` is {few(slices[index])}, but it should {wanted}."
    return Lack(says=says + how_many(bad, along(look)), bad=bad, index=index)


def _is_permutation(slices: torch.Tensor) -> torch.Tensor:
    ordered = slices.sort(dim=-1).values
    return (ordered == torch.arange(slices.shape[-1], dtype=ordered.dtype)).all(dim=-1)


def _is_one_hot(slices: torch.Tensor) -> torch.Tensor:
    ones = slices == 1
    return (ones | (slices == 0)).all(dim=-1) & (ones.sum(dim=-1) == 1)


def _is_distinct(slices: torch.Tensor) -> torch.Tensor:
    ordered = slices.sort(dim=-1).values
    return (ordered.diff(dim=-1) != 0).all(dim=-1)


SLICE_TESTS: dict[str, tuple[Test, int | None]] = {
    "rows-sum-to-one": (_sums, -1),
    "columns-sum-to-one": (_sums, -2),
    "sums-to-one": (_sums, None),
    "probabilities": (_probabilities, -1),
    "zero-mean": (partial(_reduced, reduce=torch.mean, verb="has the mean", target=0.0), None),
    "unit-norm": (
        partial(_reduced, reduce=torch.linalg.vector_norm, verb="has the length", target=1.0),
        -1,
    ),
    "increasing": (partial(_ordered, sign=1, strict=True, wanted="increase"), -1),
    "decreasing": (partial(_ordered, sign=-1, strict=True, wanted="decrease"), -1),
    "non-decreasing": (partial(_ordered, sign=1, strict=False, wanted="never decrease"), -1),
    "non-increasing": (partial(_ordered, sign=-1, strict=False, wanted="never increase"), -1),
    "permutation": (
        partial(_whole_slices, fits=_is_permutation, wanted="hold 0, 1, 2, … once each"),
        -1,
    ),
    "one-hot": (
        partial(_whole_slices, fits=_is_one_hot, wanted="hold a single 1 and otherwise 0"),
        -1,
    ),
    "distinct": (partial(_whole_slices, fits=_is_distinct, wanted="hold no number twice"), None),
}
"""Properties along a dimension, each with the dimension that is meant by itself."""
