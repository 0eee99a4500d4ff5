"""Running a lesson's call, or the whole answer once more, under a recorder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from checks.data import Raised
from checks.differentiating import named_tensors
from checks.plain import plain_text
from checks.recorder import OutOfTimeError, Recorder
from checks.recording import recording
from checks.snapshot import is_tensor
from checks.world import Attempt, World

__all__ = ["ANSWER", "called", "out_of_time", "run_recorded", "tensor_names"]

ANSWER = "answer"
"""The target that stands for the whole answer."""

_MOST = 500


def run_recorded(
    world: World, target: str, names: dict[str, Any], *, times: int = 1, seconds: float
) -> tuple[Attempt, Recorder]:
    """Evaluate `target`, `times` times on the same objects; the last value is the attempt's."""

    def run() -> Any:
        value = None
        for _ in range(times):
            value = world.rerun(names) if target == ANSWER else world.evaluate(target, names)
        return value

    with recording(world.namespace, seconds) as seen:
        attempt = world.attempt("call", run)
        world.attempt("look", seen.finish)
    return attempt, seen


def called(target: str) -> str:
    """The target as it is named in a message."""
    return "the answer" if target == ANSWER else f"`{target}`"


def out_of_time(raised: Raised | None) -> bool:
    """Whether an exception is the recorder's own, at the end of its patience."""
    return raised is not None and raised.type.endswith(OutOfTimeError.__name__)


def tensor_names(*scopes: Mapping[str, Any]) -> dict[int, str]:
    """The name of every tensor and parameter that a name in the scopes leads to, by its id."""
    found: dict[int, str] = {}
    for name, thing in [item for scope in reversed(scopes) for item in list(scope.items())]:
        known = type.__subclasscheck__(torch.nn.Module, type(thing)) or is_tensor(thing)
        if not known and type(thing) not in (list, tuple, dict):
            continue
        for path, tensor in list(named_tensors(name, thing).items())[:_MOST]:
            if is_tensor(tensor):
                found.setdefault(id(tensor), plain_text(path, 100))
    return found
