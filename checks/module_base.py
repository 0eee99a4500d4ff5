"""What the checks of modules share: a target that is a module, with sizes that it may depend on."""

from __future__ import annotations

import ast
import operator
import random

import msgspec

from checks.base import Check, Expression, check_expression
from checks.codes import rank
from checks.data import Observed, Trial
from checks.diagnosis.question import Question
from checks.diagnosis.raising import raised_alike, what_raised
from checks.diagnosis.structure import no_module
from checks.difference import Difference
from checks.finding import Finding
from checks.module_facts import ModuleFacts, unpack
from checks.module_observing import look_at_module
from checks.plan import SizeRange, check_sizes, plan
from checks.show import show_raised, sizes, solution_raised
from checks.world import World

__all__ = ["CalledModule", "ModuleCheck", "StructureCheck"]

_DRAWN = 3
_UNOBSERVED = Difference(code="unobserved", message="")


class ModuleCheck(Check, frozen=True, kw_only=True):
    """A check whose target is a module."""

    target: Expression
    sizes: dict[str, SizeRange] = {}  # noqa: RUF012  # msgspec copies it

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")
        check_sizes(self.sizes)

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """One trial; with sizes, the smallest and several others."""
        return self.planned(rng, 1 if not self.sizes else _DRAWN)

    def planned(self, rng: random.Random, drawn: int) -> tuple[Trial, ...]:
        """So many drawn trials, beside the certain ones where there are sizes."""
        if not self.sizes:
            return tuple(Trial(seed=rng.getrandbits(31)) for _ in range(drawn))
        return plan(self.sizes, 0, drawn, rng)

    def question(self, source: str) -> Question:
        """What is asked, for the messages."""
        return Question(subject=self.target, source=source)

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first difference in the teaching order; distinct sizes show it best."""
        fault = self.fault(reference)
        if fault:
            return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        found = self.first_difference(answer, reference, source)
        return self.unobserved() if found is _UNOBSERVED else self.conclude(found)

    def first_difference(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The first of all trials' in the teaching order."""
        found = []
        for left, right in zip(answer, reference, strict=True):
            difference = self.difference(left, right, source)
            if difference is not None and difference.code == "unobserved":
                return _UNOBSERVED
            if difference is not None:
                found.append((_place(difference, right), self._in_trial(difference, right)))
        return min(found, key=operator.itemgetter(0))[1] if found else None

    def _in_trial(self, difference: Difference, reference: Observed) -> Difference:
        """With the sizes of the trial in the message, where the target depends on them."""
        trial = reference.trial
        used = {
            node.id
            for node in ast.walk(ast.parse(self.target.strip()))
            if isinstance(node, ast.Name)
        }
        shown = {} if trial is None else {n: v for n, v in trial.sizes.items() if n in used}
        if not shown or difference.code in ("not-defined", "not-callable"):
            return difference
        message = f"{difference.message} That was with {sizes(shown)}."
        return msgspec.structs.replace(difference, message=message)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """Why the lesson is to blame, or an empty string."""
        if not reference:
            return "the solution gave nothing to compare with"
        for observed in reference:
            failed = None if observed.trial is None else observed.trial.failed
            if failed is not None:
                why = show_raised(failed) if failed.type else failed.message
                return f"the inputs cannot be made: {why}"
            if observed.raised is not None:
                return solution_raised(observed.raised)
            facts = unpack(observed.after, "facts", ModuleFacts)
            question = Question(subject=self.target)
            wrong = None if facts is None else no_module(facts, question)
            if facts is None or wrong is not None:
                return f"`{self.target}` is no module in the solution"
        return ""

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The difference in one trial; `fault` has looked at the reference."""
        raise NotImplementedError

    def wrong_target(self, answer: Observed, source: str) -> ModuleFacts | Difference:
        """The facts about the answer's module, or why it is none."""
        if answer.raised is not None and "facts" not in answer.after:
            return what_raised(answer.raised, self.target, source)
        facts = unpack(answer.after, "facts", ModuleFacts)
        if facts is None:
            return Difference(code="unobserved", message="")
        return no_module(facts, self.question(source)) or facts


class CalledModule(ModuleCheck, frozen=True, kw_only=True):
    """A check that calls a module."""

    inputs: dict[str, Expression] = {}  # noqa: RUF012  # msgspec copies it

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, expression in self.inputs.items():
            if not name.isidentifier():
                raise ValueError(f"{name!r} is no name")
            check_expression(expression, f"the input {name}")


class StructureCheck(ModuleCheck, frozen=True, kw_only=True):
    """A check of what a module holds."""

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The facts about the target in each trial."""
        return tuple(look_at_module(world, trial, self.target) for trial in trials)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first difference in structure."""
        actual = self.wrong_target(answer, source)
        expected = unpack(reference.after, "facts", ModuleFacts)
        if isinstance(actual, Difference):
            return actual
        assert expected is not None  # `fault` looked  # noqa: S101  # for the type checker: fault looked
        return self.structure(actual, expected, self.question(source))

    def structure(
        self, actual: ModuleFacts, expected: ModuleFacts, question: Question
    ) -> Difference | None:
        """The first difference between the answer's facts and the solution's."""
        raise NotImplementedError

    def essence(self, facts: ModuleFacts) -> object:
        """What two answers must have in common to be the same answer for this check."""
        raise NotImplementedError

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or hold the same."""
        del reference
        if left.raised is not None or right.raised is not None:
            return raised_alike(left.raised, right.raised)
        facts = [unpack(observed.after, "facts", ModuleFacts) for observed in (left, right)]
        if facts[0] is None or facts[1] is None:
            return False
        return _state(facts[0]) == _state(facts[1]) and (
            self.essence(facts[0]) == self.essence(facts[1])
        )


def _state(facts: ModuleFacts) -> tuple[object, ...]:
    return (facts.is_module, facts.is_class, facts.initialised)


def _place(difference: Difference, reference: Observed) -> tuple[int, bool]:
    """The smaller, the better to show."""
    label = "" if reference.trial is None else reference.trial.label
    return rank(difference.code), label != "distinct"
