"""Moving a trial's inputs away from where the solution's function is not smooth.

At a kink (`relu` at 0, a tie of `max`) there is no derivative, and two right answers may differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import torch

from checks.data import Tensor, Trial
from checks.graph_walk import tensors_in
from checks.memory import restore
from checks.probing import Called, Measured, Probe, mapped
from checks.slopes import Slopes
from checks.walk import children
from checks.world import World

__all__ = ["MOST", "away_from_kinks", "floats_in", "has_round_numbers"]

MOST = 600
"""Float inputs of one trial whose slopes are measured, one by one."""

_TRIES = 4


def away_from_kinks(
    world: World,
    trial: Trial,
    called: Called,
    prepare: Callable[[Trial], Trial],
    *,
    second: bool = False,
) -> Trial:
    """The trial, prepared with inputs at which the reference's function is smooth.

    Inputs are drawn again, then moved at random. Where all of that leaves them at a kink, they
    stay: the comparison leaves out the cells that have one.

    Args:
        world: the reference's.
        trial: not prepared yet. That of a given case keeps its inputs, and so does a large one.
        called: what is called.
        prepare: evaluates a trial's inputs.
        second: whether its first derivative must be smooth, too.
    """
    prepared = prepare(trial)
    if prepared.failed is not None or trial.case is not None or floats_in(prepared) > MOST:
        return prepared
    for attempt in range(_TRIES):
        if not _kinked(world, prepared, called, second=second):
            return prepared
        seed = (trial.seed + 7919 * (attempt + 1)) % 2**31
        again = prepare(msgspec.structs.replace(trial, seed=seed))
        if again.failed is not None:
            return prepared
        prepared = again
    for attempt in range(_TRIES):
        if not _kinked(world, prepared, called, second=second):
            return prepared
        prepared = _moved(world, prepared, attempt)
    return prepared


def has_round_numbers(trial: Trial) -> bool:
    """Whether a float input has a whole number in it, as chance alone hardly draws one.

    Zeros, ones and ties of whole numbers are where kinks are met.
    """
    if trial.failed is not None:
        return False
    return any(
        part.dtype.is_floating_point and bool((part == part.round()).any())
        for thing in restore(trial.inputs or {}, trial.storages).values()
        for part in tensors_in(thing)
    )


def floats_in(trial: Trial) -> int:
    """How many numbers the trial's float inputs hold."""
    waiting, total = list((trial.inputs or {}).values()), 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor) and value.dtype.startswith(("float", "bfloat")):
            total += math.prod(value.shape)
        waiting += children(value)
    return total


def _kinked(world: World, trial: Trial, called: Called, *, second: bool) -> bool:
    """Whether a slope differs to both sides; not where the function cannot be measured at all."""
    slopes = Slopes(Probe(world, trial, called), trial.seed)

    def measure() -> list[Measured]:
        found = list(slopes.measured_first().values())
        return found + (list(slopes.measured_second().values()) if second else [])

    attempt = world.attempt("inputs", measure)
    return attempt.raised is None and any(bool(m.kinks.any()) for m in attempt.value)


def _moved(world: World, trial: Trial, attempt: int) -> Trial:
    """The trial with every float input moved a little, each cell another way."""
    generator = torch.Generator().manual_seed(trial.seed + attempt)

    def nudged(_path: str, tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.dtype.is_floating_point:
            return tensor
        drawn = torch.rand(tensor.shape, generator=generator, dtype=torch.float64)
        return tensor + (drawn - 0.5).to(tensor.dtype) / 2

    inputs = restore(trial.inputs or {}, trial.storages)
    things = {name: mapped(thing, name, nudged) for name, thing in inputs.items()}
    values, storages = world.look(things)
    return msgspec.structs.replace(trial, inputs=values, storages=storages)
