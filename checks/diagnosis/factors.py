"""One factor between two gradients: finding it, and what it may come from."""

from __future__ import annotations

import math

import torch

from checks.difference import Scene
from checks.show import count
from checks.tolerance import close, wide

__all__ = ["find_factor", "times", "why_scaled"]


def find_factor(live: tuple[torch.Tensor, torch.Tensor], scene: Scene) -> float | None:
    """The one factor between two gradients, a whole number where it is nearly one."""
    actual, expected = (wide(t) for t in live)
    at = int(expected.abs().argmax())
    base = expected.flatten()[at].item()
    if not base:
        return None
    factor = actual.flatten()[at].item() / base
    if isinstance(factor, complex):
        return None
    whole = _nearly_whole(factor)
    if whole is None and int(expected.count_nonzero()) < 2:
        return None
    factor = factor if whole is None else whole
    scaled = (expected * factor).to(live[0].dtype)
    same = close(live[0], scaled, scene.relax, terms=max(scene.terms, 1000))
    return factor if bool(same.all()) else None


def _nearly_whole(factor: float) -> float | None:
    """The whole number, or one divided by one, that the factor nearly is."""
    if not 1e-6 < abs(factor) < 1e6:
        return None
    for near in (float(round(factor)), 1 / (round(1 / factor) or math.inf)):
        if near and abs(factor - near) < 1e-4 * abs(near):
            return near
    return None


def times(factor: float) -> str:
    """``3 times``, ``1/6 of``: to be followed by what is multiplied."""
    if 0 < factor < 1 and abs(1 / factor - round(1 / factor)) < 1e-4:
        return f"1/{round(1 / factor)} of"
    return f"{factor:.6g} times"


def why_scaled(factor: float, sizes: tuple[int, ...], *, stored: bool, alone: bool = False) -> str:
    """What a factor may come from.

    Args:
        factor: between the gradient and the expected one.
        sizes: that the tensors at hand have; empty where they are not known.
        stored: whether `backward()` filled the gradient.
        alone: whether what was differentiated is right, so that only its backward can be wrong.
    """
    if alone:
        return "Look for a factor that is missing or one too many."
    again = "`backward()` called more than once"
    whole = factor > 1 and factor.is_integer()
    if whole and (not sizes or factor in sizes):
        summed = f"Is a sum over {count(int(factor), 'number')} taken where their mean is asked for"
        return f"{summed}, or {again}?" if stored and not sizes else f"{summed}?"
    if whole and stored:
        return f"Is {again}?"
    if factor > 0 and (1 / factor) == round(1 / factor):
        return "Is a mean taken where a sum is asked for?"
    return "Look for a factor that is missing or one too many."
