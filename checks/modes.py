"""The check `train_eval`."""

from __future__ import annotations

import random
from functools import partial
from typing import ClassVar

from checks.building import Call
from checks.calling import prepare_inputs
from checks.data import Observed, Trial
from checks.diagnosis.calls import call_raised
from checks.diagnosis.modes import behaviour, compare_modes, other_kind
from checks.diagnosis.raising import raised_alike
from checks.difference import Difference
from checks.finding import Finding
from checks.mode_runs import ModeRun, Switched
from checks.module_base import CalledModule
from checks.module_facts import ModuleFacts, unpack
from checks.world import World

__all__ = ["TrainEval"]

_TRIALS, _WITHOUT_SIZES = 2, 6


class TrainEval(CalledModule, frozen=True, kw_only=True):
    """How a module behaves in training mode and in eval mode.

        - train_eval: Net()
          inputs: {x: "torch.randn(n, 8)"}
          sizes: {n: [2, 6]}

    The module is called many times in each mode. As in the solution must be: in which mode the
    result depends on chance, whether the two modes give the same, in which mode buffers such as
    running means change; and a call must leave the modes as they were. The results themselves are
    not compared: `forward` does that.

    Attributes:
        inputs: an expression for each argument, in order.
        sizes: named sizes, which the target sees, too. Batch normalisation needs a batch of at
            least 2.
    """

    name: ClassVar[str] = "train_eval"

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """The smallest sizes and some others; with one size, more weights: a unit may be dead."""
        return self.planned(rng, _TRIALS if self.sizes else _WITHOUT_SIZES)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world."""
        return prepare_inputs(world, trial, Call(target=self.target, inputs=self.inputs))

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Results of many calls in both modes, and the buffers before and after."""
        return tuple(self._look(world, trial) for trial in trials)

    def _look(self, world: World, trial: Trial) -> Observed:
        if trial.failed is not None or trial.inputs is None:
            return Observed(trial=trial)
        world.room -= sum(len(data) for data in trial.storages)
        world.seed(trial.seed)
        made = world.attempt("target", partial(world.evaluate, self.target, trial.sizes))
        if made.raised is not None:
            return Observed(raised=made.raised, warnings=made.warnings, trial=trial)
        found = world.attempt("look", ModeRun(world, trial, made.value).observed)
        if found.raised is not None:
            return Observed(raised=found.raised, trial=trial)
        observed: Observed = found.value
        return observed

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first way in which the modes differ from the solution's."""
        fault = self.fault(reference)
        expected = None if fault else behaviour(reference)
        if fault or expected is None:
            return self.lesson_error(fault or "the solution's modes cannot be compared")
        if len(answer) != len(reference):
            return self.unobserved()
        found = self.first_difference(answer, reference, source)
        if found is None:
            actual = behaviour(answer)
            if actual is None:
                return self.unobserved()
            facts = unpack(answer[0].after, "facts", ModuleFacts)
            found = compare_modes(actual, expected, facts, self.question(source))
        return self.unobserved() if found and found.code == "unobserved" else self.conclude(found)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """Why the module could not be called, or gives another kind of thing."""
        actual = self.wrong_target(answer, source)
        if isinstance(actual, Difference):
            return actual
        question = self.question(source)
        switched = unpack(answer.after, "switched", Switched)
        if switched is None:
            return Difference(code="unobserved", message="")
        if answer.raised is not None:
            return call_raised(answer.raised, actual, question, switched.mode, reference.trial)
        return other_kind(answer, reference, f"{self.target}({', '.join(self.inputs)})")

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether both raised alike, or have the same modes."""
        del source, other_source, reference
        if len(answer) != len(other):
            return False
        pairs = list(zip(answer, other, strict=True))
        if any(left.raised is not None or right.raised is not None for left, right in pairs):
            return all(raised_alike(left.raised, right.raised) for left, right in pairs)
        seen = behaviour(answer), behaviour(other)
        return seen[0] is not None and seen[0] == seen[1]
