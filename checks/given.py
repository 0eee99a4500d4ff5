"""What the checks share that look at an expression in a scene of the lesson's making."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import msgspec

from checks.base import Check, Expression, Statements, check_expression
from checks.data import Observed, Trial
from checks.diagnosis.raising import lesson_failed, raised_alike, what_raised
from checks.difference import Difference
from checks.finding import Finding
from checks.names import parse
from checks.plan import SizeRange, check_sizes, plan
from checks.show import show_raised, sizes
from checks.world import Attempt, World

__all__ = ["GivenCheck", "SizedCheck", "check_code", "set_scene"]


def set_scene(
    world: World, trial: Trial, given: str, extra: Mapping[str, Any] | None = None
) -> Attempt:
    """Run `given` under the trial's seed.

    The attempt's value is every name that it made, with the trial's sizes and the `extra` names,
    all of which it sees.
    """
    world.seed(trial.seed)
    names: dict[str, Any] = {**trial.sizes, **(extra or {})}
    ran = world.attempt("given", lambda: world.execute(given, names))
    if ran.raised is not None:
        return ran
    before, scope = world.namespace, dict(ran.value)
    scope.pop("__builtins__", None)
    made = {n: thing for n, thing in scope.items() if n not in before or before[n] is not thing}
    return Attempt(value={**names, **made}, warnings=ran.warnings)


def check_code(code: str, where: str) -> None:
    """Make sure that `code` is Python.

    Raises:
        ValueError: it is not.
    """
    if code and parse(code) is None:
        raise ValueError(f"`{where}` is no Python code")


class GivenCheck(Check, frozen=True, kw_only=True):
    """A check of an expression, in both worlds and trial by trial, after `given` has run.

    A subclass says how one trial is observed, how two observations differ, and when they are the
    same.
    """

    target: Expression
    given: Statements = ""

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")
        check_code(self.given, "given")

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Each trial in a scene of its own."""
        return tuple(
            msgspec.structs.replace(self.observe_trial(world, trial), trial=trial)
            for trial in trials
        )

    def observe_trial(self, world: World, trial: Trial) -> Observed:
        """What one trial shows."""
        scene = set_scene(world, trial, self.given)
        if scene.raised is not None:
            return Observed(raised=scene.raised, warnings=scene.warnings)
        world.seed(trial.seed + 1)
        return self.look(world, trial, scene.value)

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """What is seen once `given` has made `names`."""
        raise NotImplementedError

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first trial that differs."""
        fault = self.fault(reference)
        if fault:
            return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        return self.conclude(self.judge(answer, reference, source), source=source)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """Why the lesson is to blame, or an empty string."""
        if not reference:
            return "the solution gave nothing to compare with"
        for observed in reference:
            failed = lesson_failed(observed)
            if failed is not None:
                where = "`given`" if failed.stage == "given" else "the solution"
                return f"{where} raised {show_raised(failed)}"
        return ""

    def judge(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The difference to show."""
        for left, right in zip(answer, reference, strict=True):
            if left.raised is not None:
                difference: Difference | None = self.raised(left, source)
            else:
                difference = self.difference(left, right, source)
            if difference is not None:
                return _placed(difference, right.trial)
        return None

    def raised(self, answer: Observed, source: str) -> Difference:
        """The difference that an exception makes."""
        assert answer.raised is not None  # noqa: S101  # for the type checker: the caller looked
        return what_raised(answer.raised, self.subject, source)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The difference in one trial that did not raise."""
        raise NotImplementedError

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or showed the same."""
        del reference
        if left.raised is not None or right.raised is not None:
            return raised_alike(left.raised, right.raised)
        return self.same(left, right)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether two trials that did not raise show the same behaviour."""
        raise NotImplementedError


class SizedCheck(GivenCheck, frozen=True, kw_only=True):
    """A check whose `given` sees named sizes."""

    sizes: dict[str, SizeRange] = {}  # noqa: RUF012  # msgspec copies it

    def __post_init__(self) -> None:
        super().__post_init__()
        check_sizes(self.sizes)

    @property
    def rounds(self) -> int:
        """How many trials to draw beside those with sizes at their smallest."""
        return 1

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """The smallest sizes, each size at its smallest in turn, then `rounds` draws."""
        return plan(self.sizes, 0, self.rounds, rng)


def _placed(difference: Difference, trial: Trial | None) -> Difference:
    """The difference, with the sizes that show it."""
    if trial is None or not trial.sizes or difference.code in ("not-defined", "lesson-error"):
        return difference
    message = f"{difference.message} That was with {sizes(trial.sizes)}."
    return msgspec.structs.replace(difference, message=message)
