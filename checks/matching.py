"""Finding the order in which an answer's rows match the expected ones."""

from __future__ import annotations

import torch

from checks.tolerance import Relax, close, wide

__all__ = ["best_order", "in_order"]

_MOST = 2_000
_BITS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def in_order(tensor: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """A tensor whose rows are put in an order, whatever its dtype.

    torch 2.6 cannot index tensors of unsigned integers or float8, but moves any bits.
    """
    bits = None if tensor.is_complex() else _BITS.get(tensor.element_size())
    if bits is None:
        return tensor[order]
    return tensor.contiguous().view(bits)[order].view(tensor.dtype)


def best_order(
    actual: torch.Tensor, expected: torch.Tensor, relax: Relax, terms: int
) -> torch.Tensor | None:
    """An order of `actual` along its first dimension that matches `expected`, or None."""
    rows = expected.shape[0] if expected.dim() else 0
    if rows < 2 or expected.numel() == 0:
        return None
    if expected.dim() == 1 and not expected.is_complex():
        back = torch.argsort(torch.argsort(wide(expected), stable=True))
        return torch.argsort(wide(actual), stable=True)[back]
    if rows > _MOST:
        return None
    free = torch.ones(rows, dtype=torch.bool)
    order = []
    for row in expected:
        alike = close(actual, row.expand_as(actual).contiguous(), relax, terms=terms)
        fits = alike.reshape(rows, -1).all(dim=1) & free
        if not bool(fits.any()):
            return None
        chosen = int(fits.to(torch.uint8).argmax())
        free[chosen] = False
        order.append(chosen)
    return torch.tensor(order)
