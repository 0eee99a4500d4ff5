"""A trial in words: how large it is, and what its inputs were."""

from __future__ import annotations

import math

from checks.data import Array, List, Tensor, Trial, Tuple, Value
from checks.memory import Memory
from checks.show import shape_of, show

__all__ = ["inputs_short", "inputs_shown", "size"]


def size(trial: Trial) -> int:
    """How many numbers the inputs hold."""
    return sum(_elements(value) for value in (trial.inputs or {}).values())


def _elements(value: Value) -> int:
    match value:
        case Tensor(shape=shape) | Array(tensor=Tensor(shape=shape)):
            return math.prod(shape)
        case List(items=items) | Tuple(items=items):
            return sum(_elements(item) for item in items)
        case _:
            return 1


def inputs_short(trial: Trial) -> str:
    """``with x of shape (1, 3) and dim = 0``, or the sizes where the inputs do not say it."""
    memory = Memory(trial.storages)
    parts = [
        _short(n, v, memory, given=trial.case is not None) for n, v in (trial.inputs or {}).items()
    ]
    if trial.local or not parts:
        told = trial.inputs or {}
        parts += [f"{name} = {size!r}" for name, size in trial.sizes.items() if name not in told]
    if not parts:
        return ""
    return "with " + (parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}")


def inputs_shown(trial: Trial) -> dict[str, str]:
    """Each input's value as text; those that are built in the world by name alone."""
    memory = Memory(trial.storages)
    shown = {name: show(value, memory) for name, value in (trial.inputs or {}).items()}
    return {**shown, **dict.fromkeys(trial.local, "made by the check")}


def _short(name: str, value: Value, memory: Memory, *, given: bool) -> str:
    if isinstance(value, Array):
        shape = shape_of(value.tensor.shape)
        return f"{name} = {show(value, memory, 60)}" if given else f"{name} of shape {shape}"
    if isinstance(value, Tensor):
        if given and math.prod(value.shape) <= 8:
            return f"{name} = {show(value, memory, 80)}"
        return f"{name} of shape {shape_of(value.shape)}"
    return f"{name} = {show(value, memory, 60)}"
