"""Observing a training or evaluation run in a world."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import torch

from checks.data import Observed, Trial
from checks.differentiating import named_tensors
from checks.given import set_scene
from checks.graphs import graph_paths
from checks.packing import FACTS, packed, plain
from checks.plain import plain_text
from checks.recorder import Recorder
from checks.run_facts import Measure, RunFacts
from checks.runs import out_of_time, run_recorded, tensor_names
from checks.show import show_raised
from checks.snapshot import is_tensor
from checks.world import Attempt, World

__all__ = ["Plan", "observe_run"]

_MOST = 500
_is_subclass = type.__subclasscheck__
_detach, _equal = torch.Tensor.detach, torch.equal


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is run and looked at.

    Attributes:
        target: the call.
        given: code that builds its objects.
        trains: expressions for what should change; without them, every module and leaf that
            `given` made.
        measures: expressions for numbers.
        seconds: how long a run may take.
        repeated: whether it is run twice more.
    """

    target: str
    given: str
    trains: Sequence[str] = ()
    measures: Sequence[str] = ()
    seconds: float = 2.0
    repeated: bool = False


def observe_run(world: World, trial: Trial, names: dict[str, Any], plan: Plan) -> Observed:
    """Run the call once in its scene, and look at what it made."""
    run = _Run(world, names, plan)
    ready = world.attempt("given", run.prepare)
    if ready.raised is not None:
        return Observed(raised=ready.raised)
    world.seed(trial.seed + 1)
    attempt = run.go()
    value = None
    storages: tuple[bytes, ...] = ()
    if attempt.raised is None:
        seen, storages = world.look({"": attempt.value})
        value = seen[""]
    prints: tuple[str, ...] = ()
    if plan.repeated and attempt.raised is None:
        more = [_again(world, trial, plan, offset) for offset in (1, 2)]
        prints = (run.fingerprint(attempt.value), *more)
    late = out_of_time(attempt.raised)
    looked = world.attempt("look", lambda: run.facts(attempt))
    if looked.raised is not None:
        return Observed(raised=looked.raised)
    facts = msgspec.structs.replace(looked.value, late=late, prints=prints)
    return Observed(
        value=value,
        raised=None if late else attempt.raised,
        after={FACTS: packed(facts)},
        warnings=attempt.warnings,
        terms=world.terms(),
        storages=storages,
    )


def _again(world: World, trial: Trial, plan: Plan, offset: int) -> str:
    """The fingerprint of one more run, on fresh objects."""
    scene = set_scene(world, trial, plan.given)
    if scene.raised is not None:
        return ""
    run = _Run(world, scene.value, plan)
    world.attempt("given", run.prepare)
    world.seed(trial.seed + offset)
    attempt = run.go()
    return "" if attempt.raised is not None else run.fingerprint(attempt.value)


class _Run:
    """One run of the call."""

    def __init__(self, world: World, names: dict[str, Any], plan: Plan) -> None:
        self.world, self.names, self.plan = world, names, plan
        self.modules: dict[str, Any] = {}
        self.watched: dict[str, Any] = {}
        self.before: dict[str, torch.Tensor] = {}
        self.started: dict[str, tuple[float | None, str]] = {}
        self.recorder: Recorder | None = None

    def prepare(self) -> None:
        """Remember how everything is before the run."""
        things = dict(self.names)
        if self.plan.trains:
            things = {e: self.world.evaluate(e, self.names) for e in self.plan.trains}
        for name, thing in {**self.names, **things}.items():
            if _is_subclass(torch.nn.Module, type(thing)):
                self.modules[name] = thing
        for name, thing in things.items():
            self.watched.update(_state(name, thing))
        self.before = {n: _detach(t).clone() for n, t in self.watched.items()}
        self.started = {e: self._measure(e) for e in self.plan.measures}

    def go(self) -> Attempt:
        """The run."""
        attempt, self.recorder = run_recorded(
            self.world, self.plan.target, self.names, seconds=self.plan.seconds
        )
        return attempt

    def facts(self, attempt: Attempt) -> RunFacts:
        """What it left behind."""
        assert self.recorder is not None  # noqa: S101  # for the type checker: it has run
        self.names["result"] = attempt.value
        known = tensor_names(self.world.namespace, self.names)
        kept = self.world.attempt("look", lambda: list(graph_paths({"result": attempt.value})))
        return RunFacts(
            events=tuple(self.recorder.events),
            whose=known.get(id(self.recorder.stale), ""),
            graphs=self.recorder.graphs,
            kept=tuple(plain_text(path, 100) for path in (kept.value or ())[:10]),
            changed={
                plain_text(name, 100): not _equal(_detach(tensor), self.before[name])
                for name, tensor in self.watched.items()
            },
            modes={plain_text(n, 100): m.training is True for n, m in self.modules.items()},
            measures={e: self._measured(e) for e in self.plan.measures},
        )

    def fingerprint(self, value: Any) -> str:
        """A short text that two runs share if they made the same."""
        seen = self.world.look({"": value, **self.watched})
        return hashlib.sha256(msgspec.msgpack.encode(seen)).hexdigest()[:32]

    def _measured(self, expression: str) -> Measure:
        before = self.started[expression][0]
        after, failed = self._measure(expression)
        return Measure(before=before, after=after, failed=failed)

    def _measure(self, expression: str) -> tuple[float | None, str]:
        """A number, taken in evaluation mode and without recording; or why there is none."""
        with _evaluating(list(self.modules.values())):
            attempt = self.world.attempt(
                "look", lambda: plain(self.world.evaluate(expression, self.names))
            )
        if attempt.raised is not None:
            return None, show_raised(attempt.raised)
        number = attempt.value
        return (float(number), "") if isinstance(number, int | float) else (None, "no number")


@contextmanager
def _evaluating(modules: list[Any]) -> Iterator[None]:
    parts = [part for module in modules for part in torch.nn.Module.modules(module)]
    modes = [part.training for part in parts]
    try:
        for part in parts:
            part.training = False
        with torch.no_grad():
            yield
    finally:
        for part, mode in zip(parts, modes, strict=True):
            part.training = mode


def _state(name: str, thing: Any) -> dict[str, Any]:
    """The parameters and buffers of a module, or the leaves in anything else."""
    if _is_subclass(torch.nn.Module, type(thing)):
        buffers = {f"{name}.{path}": b for path, b in torch.nn.Module.named_buffers(thing)}
        found = {**named_tensors(name, thing), **buffers}
    elif is_tensor(thing) or type(thing) in (list, tuple, dict):
        found = {n: t for n, t in named_tensors(name, thing).items() if _is_parameter(t)}
    else:
        found = {}
    return dict([(n, t) for n, t in found.items() if is_tensor(t)][:_MOST])


def _is_parameter(thing: Any) -> bool:
    return is_tensor(thing) and bool(thing.requires_grad) and bool(thing.is_leaf)
