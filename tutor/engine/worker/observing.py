"""Looking at a world for a check."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec

from checks import codec
from checks.base import Check
from checks.data import Trial
from checks.registry import CHECKS
from checks.world import World
from tutor.engine.protocol import Observations, Observe, decode, encode
from tutor.engine.worker.custom import build_check, reason_of
from tutor.engine.worker.ran import RanAnswer

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


def observe(message: Observe, namespace: dict[str, Any], answer: RanAnswer) -> Observations:
    """What the check sees of its target, trial by trial; or what else is asked for."""
    if message.warnings:
        return Observations(data=msgspec.msgpack.encode(answer.warned))
    try:
        check = build_check(message.check)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the answer may have broken what a check is made of
        return Observations(failure="unbuilt", reason=reason_of(error))
    world = World(namespace, answer.text, "<answer>", answer.warned, answer.heard)
    world.before = answer.before
    trials = codec.decode_trials(message.trials)
    if not message.prepare:
        return _look(check, world, trials)
    try:
        prepared = tuple(check.prepare(world, trial) for trial in trials)
    except Exception as error:  # noqa: BLE001 - an input expression is the lesson's code
        return Observations(failure="inputs", reason=reason_of(error))
    return Observations(data=codec.encode_trials(prepared))


def _look(check: Check, world: World, trials: tuple[Trial, ...]) -> Observations:
    try:
        return Observations(data=codec.encode_observed(check.observe(world, trials)))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a check that fails at looking is no answer's fault
        return Observations(failure="fault", reason=reason_of(error))
