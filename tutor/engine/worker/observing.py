"""Looking at a world for a check."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec

from checks import codec
from checks.registry import CHECKS, build
from checks.world import World
from tutor.engine.protocol import Observations, Observe, decode, encode

__all__ = ["observe"]


def _make_ready() -> None:
    """Have msgspec read the types now: later, learner's code may have poisoned `typing`."""
    codec.decode_trials(codec.encode_trials(()))
    codec.decode_observed(codec.encode_observed(()))
    decode(encode(Observations()), Observations)
    for class_ in CHECKS.values():
        with contextlib.suppress(msgspec.ValidationError):
            msgspec.convert({}, class_)


_make_ready()


def observe(message: Observe, namespace: dict[str, Any], answer: str) -> Observations:
    """What the check sees of its target, trial by trial; or the trials with their inputs."""
    check = build(message.check.check, message.check.target, message.check.params)
    world = World(namespace, source=answer, filename="<answer>")
    trials = codec.decode_trials(message.trials)
    if not message.prepare:
        return Observations(data=codec.encode_observed(check.observe(world, trials)))
    try:
        prepared = tuple(check.prepare(world, trial) for trial in trials)
    except Exception as error:  # noqa: BLE001 - an input expression is the lesson's code
        return Observations(failure="inputs", reason=f"{type(error).__name__}: {error}"[:2000])
    return Observations(data=codec.encode_trials(prepared))
