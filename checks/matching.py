"""Finding the order in which an answer's rows match the expected ones."""

from __future__ import annotations

import torch

from checks.tolerance import Relax, close, wide

__all__ = ["best_order"]

_MOST = 2_000


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
