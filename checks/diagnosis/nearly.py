"""Causes that explain a result nearly, or only in one direction."""

from __future__ import annotations

import re
from collections.abc import Iterator

import torch

from checks.diagnosis.rearranged import Same
from checks.difference import Cause, Scene

__all__ = ["before_relu", "nearly_biased"]

_SPREAD = re.compile(r"\b(std|var|std_mean|var_mean)\(")
_TOLD = re.compile(r"\b(correction|unbiased)\b")
_NEAR = 0.3
"""How far a ratio may be from what a division by n - 1 makes of it, as a share of its effect."""

_SMALL = 1e-2
"""Numbers below this share of the largest one say little about a ratio."""


def nearly_biased(a: torch.Tensor, e: torch.Tensor, same: Same, scene: Scene) -> Iterator[Cause]:
    """Divided by a spread with n - 1 in place of n, where something small was added to it.

    Args:
        a: what the answer gave.
        e: what is expected.
        same: not asked, for nothing is exact here.
        scene: knows the answer's text and the sizes that play a part.
    """
    del same
    if a.is_complex() or e.is_complex() or a.shape != e.shape or e.dim() == 0:
        return
    if not _SPREAD.search(scene.source) or _TOLD.search(scene.source):
        return
    telling = e.abs() > _SMALL * e.abs().max()
    ratio = (a / e)[telling]
    if not ratio.numel() or not bool(torch.isfinite(ratio).all()):
        return
    for n in (size for size in scene.sizes if size > 1):
        wanted = ((n - 1) / n) ** 0.5
        if bool(((ratio - wanted).abs() <= _NEAR * (1 - wanted)).all()):
            says = f"is nearly what it would be if the spread were divided by {n - 1}, not by {n}"
            hint = "`std` and `var` divide by n - 1 unless told `correction=0`."
            yield Cause(code="biased", says=says, hint=hint, needs=3)
            return


def before_relu(a: torch.Tensor, e: torch.Tensor, same: Same, scene: Scene) -> Iterator[Cause]:
    """What is expected, with the negative numbers that a ReLU takes away.

    Args:
        a: what the answer gave.
        e: what is expected.
        same: whether two tensors agree.
        scene: not asked.
    """
    del scene
    if a.is_complex() or e.is_complex() or a.shape != e.shape:
        return
    if bool((a < 0).any()) and same(a.clamp(min=0), e):
        says = "is right but for its negative numbers, where 0 is expected"
        hint = "Is an activation (ReLU) missing at the end?"
        yield Cause(code="missing-activation", says=says, hint=hint, needs=2)
