"""The check `schedule`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, ClassVar

import msgspec
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from checks.base import Positive
from checks.data import Observed, Trial
from checks.diagnosis.schedules import (
    RateFacts,
    Rates,
    compare_rates,
    raised_in_schedule,
    rates_alike,
)
from checks.difference import Difference
from checks.given import GivenCheck, set_scene
from checks.packing import FACTS, packed, plain, unpacked
from checks.plain import type_name
from checks.world import World

__all__ = ["Schedule"]

_MOST = 2_000
_OTHER_RATE = 0.37
_is_subclass = type.__subclasscheck__


class Schedule(GivenCheck, frozen=True, kw_only=True):
    """The learning rate at every step.

        - schedule: make_scheduler(optimizer)   # a scheduler, which the check steps
          steps: 12
        - schedule: lr_at                       # a function of the step's number, from 0
        - schedule: train(model, optimizer, scheduler)
          given: |
            model = nn.Linear(3, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)

    A scheduler is stepped after each step of its optimizer; a function is called with 0, 1, 2…;
    of a training run, the rate is noted at every `optimizer.step()`. The target sees an
    `optimizer` made for the check, with a learning rate `lr` that another trial changes, unless
    `given` makes one.

    Attributes:
        steps: how many steps to look at, where the check takes them.
        lr: the learning rate of the check's own optimizer.
        metrics: what a ReduceLROnPlateau is told after each step; without them it is told that
            nothing improves.
        given: code that runs in both worlds before, under the same seed.
    """

    name: ClassVar[str] = "schedule"

    steps: Annotated[int, msgspec.Meta(ge=2, le=1_000)] = 12
    lr: Positive = 0.1
    metrics: tuple[float, ...] = ()

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Two trials, whose optimizers start with different learning rates."""
        rates = (self.lr, self.lr * _OTHER_RATE)
        return tuple(Trial(seed=rng.getrandbits(31), sizes={"lr": rate}) for rate in rates)

    def observe_trial(self, world: World, trial: Trial) -> Observed:
        """The learning rates that the target uses, gives or sets."""
        names = self._own_names(trial)
        scene = set_scene(world, trial, self.given, names)
        if scene.raised is not None:
            return Observed(raised=scene.raised)
        world.seed(trial.seed + 1)
        names = {**names, **scene.value}
        with _noted() as used:
            found = world.attempt("target", lambda: world.evaluate(self.target, names))
        if found.raised is not None:
            return Observed(raised=found.raised, warnings=found.warnings)
        value, _ = world.look({"": found.value})
        if used:
            run = RateFacts(kind="run", rates=tuple(used))
            return Observed(value=value[""], after={FACTS: packed(run)}, warnings=found.warnings)
        driven = world.attempt("call", lambda: self._drive(found.value, names))
        if driven.raised is not None:
            return Observed(raised=driven.raised, warnings=driven.warnings)
        after = {} if driven.value is None else {FACTS: packed(driven.value)}
        return Observed(value=value[""], after=after, warnings=driven.warnings)

    def _own_names(self, trial: Trial) -> dict[str, Any]:
        """The check's own optimizer, where the code speaks of one: the first costs an import."""
        if "optimizer" not in f"{self.target} {self.given}":
            return {}
        rate = trial.sizes.get("lr")
        parameter = torch.nn.Parameter(torch.zeros(2))
        parameter.grad = torch.zeros(2)
        start = rate if isinstance(rate, float) else self.lr
        return {"optimizer": torch.optim.SGD([parameter], lr=start)}

    def _drive(self, thing: Any, names: dict[str, Any]) -> RateFacts | None:
        """The rates that a scheduler sets or a function gives; None for anything else."""
        schedulers = torch.optim.lr_scheduler
        if _is_subclass(type, type(thing)):
            return None
        if _is_subclass(schedulers.LRScheduler, type(thing)) or hasattr(thing, "step"):
            optimizer: Any = getattr(thing, "optimizer", names.get("optimizer"))
            plateau = _is_subclass(schedulers.ReduceLROnPlateau, type(thing))
            told = plateau or bool(self.metrics)
            rates = []
            for step in range(self.steps):
                rates.append(_rates(optimizer))
                optimizer.step()
                thing.step(*([self._metric(step)] if told else []))
            return RateFacts(kind="scheduler", scheduler=type_name(type(thing)), rates=tuple(rates))
        if callable(thing):
            given = [plain(thing(step)) for step in range(self.steps)]
            numbers = tuple((x,) if isinstance(x, int | float) else () for x in given)
            return RateFacts(kind="function", rates=numbers)
        return None

    def _metric(self, step: int) -> float:
        if not self.metrics:
            return 1.0
        return self.metrics[min(step, len(self.metrics) - 1)]

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must give rates that can be compared."""
        fault = super().fault(reference)
        if fault:
            return fault
        facts = [unpacked(observed, RateFacts) for observed in reference]
        if any(f is None or not all(f.rates) for f in facts):
            return f"`{self.target}` gives no learning rates in the solution"
        return ""

    def judge(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The first learning rate that differs."""
        for left, right in zip(answer, reference, strict=True):
            if left.raised is not None:
                return raised_in_schedule(left.raised, self.target, source)
            difference = self.difference(left, right, source)
            if difference is not None:
                return difference
        return None

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first learning rate of one trial that differs."""
        del source
        return compare_rates(answer, reference, self.target)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether the rates are the same."""
        return rates_alike(left, right)


@contextmanager
def _noted() -> Iterator[list[Rates]]:
    """Collects the rates of each optimizer step that is taken meanwhile."""
    used: list[Rates] = []

    def note(optimizer: Any, *_: Any) -> None:
        if len(used) < _MOST:
            used.append(_rates(optimizer))

    handle = register_optimizer_step_pre_hook(note)
    try:
        yield used
    finally:
        handle.remove()


def _rates(optimizer: Any) -> Rates:
    found = [plain(group["lr"]) for group in list(optimizer.param_groups)[:50]]
    return tuple(float(rate) for rate in found if isinstance(rate, int | float))
