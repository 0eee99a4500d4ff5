"""Looking at a world for a check, inside a throw-away fork of it."""

from __future__ import annotations

from typing import Any

from checks.registry import build

from checks import codec
from checks.world import World
from tutor.engine.protocol import Specification

__all__ = ["observe", "prepare"]


def prepare(check: Specification, trials: bytes, namespace: dict[str, Any], answer: str) -> bytes:
    """The trials with their input expressions evaluated in this world."""
    built = build(check.check, check.target, check.params)
    world = World(namespace, source=answer, filename="<answer>")
    return codec.encode_trials(
        tuple(built.prepare(world, trial) for trial in codec.decode_trials(trials))
    )


def observe(check: Specification, trials: bytes, namespace: dict[str, Any], answer: str) -> bytes:
    """What the check sees of its target, trial by trial."""
    built = build(check.check, check.target, check.params)
    world = World(namespace, source=answer, filename="<answer>")
    return codec.encode_observed(built.observe(world, codec.decode_trials(trials)))
