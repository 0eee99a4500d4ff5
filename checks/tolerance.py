"""How close is equal. The defaults are those of ``torch.testing.assert_close``."""

from __future__ import annotations

import math

import msgspec
import torch

__all__ = ["STRICT", "Relax", "close", "tolerances", "wide"]

_DEFAULTS = {
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5),
    "complex128": (1e-7, 1e-7),
}
_FEW_TERMS = 128
_ALIKE = 16
_SIGNED = {"uint16": torch.int16, "uint32": torch.int32, "uint64": torch.int64}


class Relax(msgspec.Struct, frozen=True, kw_only=True):
    """What an author relaxed, and the aspects that are compared at all."""

    rtol: float | None = None
    atol: float | None = None
    any_type: bool = False
    any_dtype: bool = False
    any_order: bool = False
    any_device: bool = False
    shapes: bool = True
    dtypes: bool = True
    devices: bool = True
    values: bool = True


STRICT = Relax()


def tolerances(actual: str, expected: str, relax: Relax) -> tuple[float, float]:
    """The relative and absolute tolerance between two dtypes; 0 between ints or bools."""
    pairs = [_DEFAULTS.get(name, (0.0, 0.0)) for name in (actual, expected)]
    rtol, atol = max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)
    return (
        rtol if relax.rtol is None else relax.rtol,
        atol if relax.atol is None else relax.atol,
    )


def wide(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor with the widest dtype of its kind that arithmetic works in."""
    if tensor.dtype in (torch.bool, torch.int64, torch.complex128, torch.float64):
        return tensor
    if tensor.dtype.is_complex:
        return tensor.to(torch.complex128)
    if tensor.dtype.is_floating_point:
        return tensor.to(torch.float64)
    if tensor.dtype == torch.uint64:
        return tensor.contiguous().view(torch.int64)
    return tensor.to(torch.int64)


def close(
    actual: torch.Tensor, expected: torch.Tensor, relax: Relax = STRICT, *, terms: int = 0
) -> torch.Tensor:
    """Which cells of two tensors of the same shape are close; NaN is close to NaN.

    Args:
        actual: never broadcast.
        expected: never broadcast.
        relax: tolerances that the author set hold exactly as set.
        terms: how many numbers may have been added up for one cell: a sum in another order is
            still the same sum.
    """
    if actual.shape != expected.shape:
        raise ValueError("tensors of different shapes are not compared")
    names = [str(t.dtype).removeprefix("torch.") for t in (actual, expected)]
    rtol, atol = tolerances(names[0], names[1], relax)
    a, e = wide(actual), wide(expected)
    if actual.dtype != expected.dtype and torch.uint64 in {actual.dtype, expected.dtype}:
        # What int64 cannot hold would come out negative.
        a, e = (
            t.to(torch.float64) if t.dtype == torch.uint64 else wide(t) for t in (actual, expected)
        )
    if a.dtype != e.dtype:
        a, e = (t.to(torch.promote_types(a.dtype, e.dtype)) for t in (a, e))
    if not (a.dtype.is_floating_point or a.dtype.is_complex):
        if rtol == 0.0 and atol == 0.0:
            return a == e
        a, e = a.to(torch.float64), e.to(torch.float64)
    if relax.rtol is None and terms > _FEW_TERMS:
        rtol *= math.sqrt(terms / _FEW_TERMS)
    near = torch.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)
    if relax.atol is None and "float32" in names and not bool(near.all()):
        near |= _within_noise(a, e)
    return near


def _within_noise(actual: torch.Tensor, expected: torch.Tensor) -> torch.Tensor:
    """Cells near zero whose neighbours are large, apart by no more than rounding.

    Adding the same terms in another order leaves an error as large as the terms, not as the sum.
    It is allowed only where the cells are of one magnitude, and not for a cell much smaller than
    chance would leave among so many: a wrong small value must not hide among large ones.
    """
    sizes = expected[torch.isfinite(expected)].abs()
    if sizes.numel() < _ALIKE:
        return torch.zeros_like(expected, dtype=torch.bool)
    typical = float(sizes.square().mean().sqrt())
    if float(sizes.median()) < typical / 4:
        return torch.zeros_like(expected, dtype=torch.bool)
    chance = expected.abs() >= typical / (64 * sizes.numel())
    return ((actual - expected).abs() <= 8 * 2**-23 * typical) & chance
