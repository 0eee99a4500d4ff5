"""The check `gradcheck`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import msgspec

from checks.data import Bool, Observed, Raised, Trial, Value
from checks.diagnosis.custom_functions import explain_custom
from checks.diagnosis.slopes import SlopeSettings, compare_slopes, nowhere_smooth, slope_fault
from checks.difference import Difference
from checks.differentiated import DifferentiatedCheck
from checks.finding import Finding
from checks.kinks import MOST, away_from_kinks, floats_in
from checks.probing import Measured, Probe
from checks.slopes import Slopes
from checks.walk import renumbered
from checks.world import Attempt, World
from checks.worst_trial import shown

__all__ = ["Gradcheck"]


class Gradcheck(DifferentiatedCheck, frozen=True, kw_only=True):
    """Whether a function's backward gives its slope, measured with small steps in float64.

        - gradcheck: my_softmax
          inputs: {x: "torch.randn(n, m)"}
          sizes: {n: [1, 3], m: [1, 4]}
        - gradcheck: MyExp.apply
          inputs: {x: "torch.randn(n)"}
          sizes: {n: [1, 5]}
          second: true

    First the function itself must agree with the solution's, as for `function`. Then what its own
    backward gives under a random output gradient is compared with the slope of the solution, in
    every float input. float32 inputs are converted, since differences of float32 numbers are too
    rough; an answer that works in float32 only is taken as it is. Drawn inputs keep away from
    kinks, where there is no slope; in a given case, a kink counts as the solution's own backward
    has it. Keep the sizes small: every number is moved by itself.

    Attributes:
        inputs: an expression for each argument, in order; it sees the sizes, the inputs before
            it, and setup's names. One that uses a name made by `given` is built in both worlds.
        sizes: named sizes: an inclusive range ``[1, 4]``, a choice ``{of: [0, 1, -1]}`` or a
            number. 0 is allowed.
        cases: fixed inputs for the edges, as expressions or plain numbers; what a case leaves out
            comes from `inputs` and the smallest sizes.
        given: code that runs in both worlds before each call, under the same seed.
        trials: how many trials to draw beside the certain ones; 0 for the cases alone.
        second: differentiate once more, and compare with the slope of the first derivative.
        any_forward: the function need not be the solution's: its backward is compared with its
            own slope.
        rtol: relative tolerance of the derivatives, instead of 1e-4.
        atol: absolute tolerance of the derivatives, instead of 1e-5.
    """

    name: ClassVar[str] = "gradcheck"

    second: bool = False
    any_forward: bool = False

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world, away from kinks."""
        prepare = partial(self.function.prepare, world)
        made = away_from_kinks(world, trial, self.called(trial), prepare, second=self.second)
        if floats_in(made) <= MOST:
            return made
        reason = f"slopes are measured number by number, and {floats_in(made)} are over {MOST}"
        return msgspec.structs.replace(trial, failed=Raised(type="", message=reason))

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The function's results, its own derivatives, and its slopes."""
        seen = self.function.observe(world, trials)
        return tuple(
            self._measured(world, trial, observed)
            for trial, observed in zip(trials, seen, strict=True)
        )

    def _measured(self, world: World, trial: Trial, observed: Observed) -> Observed:
        if observed.raised is not None or trial.failed is not None or trial.inputs is None:
            return observed
        things, facts, raised = self._look(world, trial)
        values, storages = world.look(things)
        values = {name: renumbered(value, len(observed.storages)) for name, value in values.items()}
        return msgspec.structs.replace(
            observed,
            gradients={
                name.removeprefix("first "): value
                for name, value in values.items()
                if name.startswith("first ")
            },
            gradient_raised=raised,
            facts={
                **observed.facts,
                **facts,
                **{n: value for n, value in values.items() if not n.startswith("first ")},
            },
            storages=(*observed.storages, *storages),
        )

    def _look(self, world: World, trial: Trial) -> tuple[dict[str, Any], dict[str, Value], Any]:
        wide = Slopes(Probe(world, trial, self.called(trial)), trial.seed)
        outputs = world.attempt("gradient", wide.outputs)
        slopes = wide
        if outputs.raised is not None:  # it may work in the inputs' own dtype only
            narrow = Probe(world, trial, self.called(trial), wide=False)
            slopes = Slopes(narrow, trial.seed)
        things: dict[str, Any] = {}
        first = world.attempt("gradient", slopes.first)
        _keep(things, "first", first)
        _keep(things, "doubled", world.attempt("gradient", lambda: slopes.first(times=2.0)))
        second = world.attempt("gradient", slopes.second) if self.second else Attempt()
        _keep(things, "second", second)
        if outputs.raised is None:
            _keep(things, "slope", world.attempt("gradient", wide.measured_first))
            if self.second:
                _keep(things, "second slope", world.attempt("gradient", wide.measured_second))
        facts: dict[str, Value] = {
            "wide": Bool(value=outputs.raised is None),
            "flat": Bool(value=outputs.raised is None and not outputs.value),
        }
        return things, facts, first.raised or second.raised

    @property
    def _settings(self) -> SlopeSettings:
        return SlopeSettings(
            target=self.target,
            second=self.second,
            own=self.any_forward,
            rtol=self.rtol,
            atol=self.atol,
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The function itself first, then its derivatives."""
        early = self.lesson_finding(reference)
        if early is None and len(answer) != len(reference):
            early = self.unobserved()
        if early is None:
            early = self._forward(answer, reference, source)
        if early is not None:
            return early
        found = [
            compare_slopes(left, right, self._settings, source)
            for left, right in zip(answer, reference, strict=True)
        ]
        return self.conclude(
            shown(found, reference), answer=answer, reference=reference, source=source
        )

    def _forward(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Finding | None:
        if not self.any_forward:
            return self.forward_finding(answer, reference, source)
        raised = next((o.raised for o in answer if o.raised is not None), None)
        if raised is not None:
            difference = explain_custom(raised, self.target, source)
        elif nowhere_smooth(answer):
            message = f"`{self.target}` has no slope at any of the inputs that were tried."
            difference = Difference(code="wrong-gradient", message=message)
        else:
            return None
        return self.conclude(difference, answer=answer, reference=reference, source=source)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution's own backward must give its slope, and there must be one."""
        return slope_fault(reference, self._settings)

    def same_facts(self, left: Observed, right: Observed) -> bool:
        """Whether the second derivatives agree; of the first, `function` knows."""
        names = {n for side in (left, right) for n in side.facts if _is_second(n)}
        return self.same_tensors(left, right, names, self._settings.relax(rough=True))


def _is_second(fact: str) -> bool:
    return fact.startswith("second ") and not fact.startswith("second slope")


def _keep(things: dict[str, Any], what: str, attempt: Attempt) -> None:
    """Note what was found for each input, under ``first x`` and the like."""
    found: Mapping[str, Any] = attempt.value or {}
    for name, value in found.items():
        if isinstance(value, Measured):
            things[f"{what} {name}"] = value.slopes
            things[f"{what} kinks {name}"] = value.kinks
        else:
            things[f"{what} {name}"] = value
