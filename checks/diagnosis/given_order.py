"""Whether a result holds its numbers in the order in which an input holds them."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch

from checks.codec import CodecError
from checks.data import Tensor
from checks.difference import Scene
from checks.tolerance import wide

__all__ = ["in_given_order"]

_MOST = 10_000

_RESHAPES = re.compile(r"\b(reshape|view|view_as|flatten|ravel|unflatten)\(")


def in_given_order(
    a: torch.Tensor,
    e: torch.Tensor,
    same: Callable[[torch.Tensor, torch.Tensor], bool],
    scene: Scene,
) -> bool:
    """Whether `a` has the numbers of `e`, but row by row as they came in.

    They may have been divided by something on the way, or otherwise changed one by one.

    Args:
        a: what the answer gave.
        e: what is expected.
        same: whether two tensors agree.
        scene: knows the inputs.
    """
    if a.shape != e.shape or a.is_complex() or not 3 <= a.numel() <= _MOST:
        return False
    if not _RESHAPES.search(scene.source):
        return False
    found, wanted = a.flatten(), e.flatten()
    if not same(found.sort().values, wanted.sort().values):
        return False
    for given in scene.given:
        numbers = _numbers(given, scene, a.numel())
        if numbers is None:
            continue
        order = numbers.argsort(stable=True)
        ordered = found[order].to(torch.float64)
        if bool((ordered.diff() >= 0).all()) and not same(wanted[order], found[order]):
            return True
    return False


def _numbers(given: Tensor, scene: Scene, count: int) -> torch.Tensor | None:
    if scene.given_memory is None:
        return None
    try:
        numbers = scene.given_memory.tensor(given)
    except CodecError:
        return None
    if numbers.numel() != count or numbers.is_complex():
        return None
    return wide(numbers).flatten().to(torch.float64)
