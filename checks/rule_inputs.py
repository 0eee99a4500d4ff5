"""What an update rule is tried on: parameters and gradients that every process makes alike."""

from __future__ import annotations

import torch

__all__ = ["LABELS", "gradients", "parameters"]

LABELS: dict[str, tuple[tuple[int, ...], ...]] = {
    "one": ((3, 2),),
    "alike": ((4,), (4,)),
    "several": ((4, 3), (5,), ()),
    "iterator": ((4, 3), (5,), ()),
    "tiny": ((6,),),
    "skips": ((4, 3), (5,), ()),
}
"""The kinds of trial, simplest first, each with the shapes of its parameters.

``one`` and ``alike`` tell state that parameters share, ``iterator`` a rule that goes through
``model.parameters()`` twice, ``tiny`` where epsilon stands, ``skips`` what happens to a parameter
without a gradient.
"""

_TINY = (0.0, 1e-8, -3e-8, 1e-5, -1e-3, 1.0)
_SKIPPED = {(1, 2), (2, 1), (2, 0)}
"""Which parameter has no gradient at which step, in ``skips``; 0 is the last one."""


def parameters(label: str, seed: int) -> list[torch.Tensor]:
    """The parameters to start with: no value is near zero."""
    generator = torch.Generator().manual_seed(seed)
    return [_away_from_zero(shape, generator) for shape in LABELS[label]]


def gradients(label: str, seed: int, steps: int) -> list[list[torch.Tensor | None]]:
    """The gradients, step by step and parameter by parameter; None where there is none."""
    generator = torch.Generator().manual_seed(seed + 1)
    found: list[list[torch.Tensor | None]] = []
    for step in range(1, steps + 1):
        drawn = [_away_from_zero(shape, generator) for shape in LABELS[label]]
        if label == "tiny":
            drawn = [torch.tensor(_TINY) * tensor.abs() for tensor in drawn]
        skipped = _SKIPPED if label == "skips" else ()
        found.append(
            [None if (i, step % steps) in skipped else grad for i, grad in enumerate(drawn)]
        )
    return found


def _away_from_zero(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    sizes = torch.rand(shape, generator=generator) + 0.5
    return torch.where(torch.rand(shape, generator=generator) < 0.5, -sizes, sizes)
