"""How far a state moved in a call, measured by how far it should have moved."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

from checks.codec import CodecError
from checks.data import Observed, Tensor, Value
from checks.memory import Memory
from checks.walk import children

__all__ = ["moved_by"]

_MOST = 1_000_000


def moved_by(answer: Observed, reference: Observed, key: str) -> str:
    """``It moves the opposite way.``, where one factor explains every number; else empty.

    Args:
        answer: a call in the answer's world.
        reference: the same call in the solution's.
        key: of a state that was looked at before and after.
    """
    try:
        moves = [_move(observed, key) for observed in (answer, reference)]
    except (CodecError, RuntimeError):
        return ""
    mine, right = moves
    if mine is None or right is None or mine.shape != right.shape or right.numel() < 2:
        return ""
    square = float(right.dot(right))
    if square == 0.0 or not math.isfinite(square):
        return ""
    factor = float(mine.dot(right)) / square
    # A difference of two float32 numbers is as exact as they are, not as itself.
    apart = float((mine - factor * right).abs().max())
    if abs(factor) < 1e-3 or apart > 1e-4 * float(right.abs().max()) + 1e-6:
        return ""
    return _in_words(factor)


def _in_words(factor: float) -> str:
    if math.isclose(factor, 1.0, rel_tol=1e-3):
        return ""
    if math.isclose(factor, -1.0, rel_tol=1e-3):
        return "It moves exactly the opposite way: is a sign wrong?"
    way = "the opposite way, and " if factor < 0 else ""
    size = abs(factor)
    times = f"{size:.4g} times"
    if size < 1 and math.isclose(1 / size, round(1 / size), rel_tol=1e-3):
        times = f"1/{round(1 / size)}"
    return f"It moves {way}{times} as far as it should, everywhere."


def _move(observed: Observed, key: str) -> torch.Tensor | None:
    """Every number's step from before to after, in one row; None where there are no pairs."""
    before, after = observed.before.get(key), observed.after.get(key)
    if before is None or after is None:
        return None
    memory = Memory(observed.storages)
    pairs = list(zip(_floats(before), _floats(after), strict=False))
    if not pairs or any(old.shape != new.shape for old, new in pairs):
        return None
    if sum(math.prod(new.shape) for _, new in pairs) > _MOST:
        return None
    steps = [
        (memory.tensor(new).to(torch.float64) - memory.tensor(old).to(torch.float64)).flatten()
        for old, new in pairs
    ]
    return torch.cat(steps)


def _floats(value: Value) -> Iterator[Tensor]:
    if isinstance(value, Tensor) and value.dtype.startswith(("float", "bfloat")):
        yield value
    for child in children(value):
        yield from _floats(child)
