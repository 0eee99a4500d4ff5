"""What checks of derivatives share: a function is called as `function` calls it, and more."""

from __future__ import annotations

import random
from typing import Annotated

import msgspec

from checks.base import Check, Expression, Statements, Tolerance
from checks.comparing import compare_values
from checks.data import Nothing, Observed, Scalar, Trial
from checks.difference import Scene
from checks.finding import Finding
from checks.functions import Function
from checks.memory import Memory
from checks.plan import SizeRange
from checks.probing import Called
from checks.tolerance import Relax

__all__ = ["DifferentiatedCheck"]


class DifferentiatedCheck(Check, frozen=True, kw_only=True):
    """A check that calls a target with hidden inputs and looks at its derivatives.

    How the target is called and what it must give is the business of a `function` check within.
    """

    target: Expression
    inputs: dict[str, Expression] = {}  # noqa: RUF012  # msgspec copies it
    sizes: dict[str, SizeRange] = {}  # noqa: RUF012  # msgspec copies it
    cases: tuple[dict[str, Scalar], ...] = ()
    given: Statements = ""
    trials: Annotated[int, msgspec.Meta(ge=0, le=200)] = 4
    rtol: Tolerance | None = None
    atol: Tolerance | None = None

    def __post_init__(self) -> None:
        if not self.inputs:
            raise ValueError("`inputs` must name what to differentiate for")
        _ = self.function  # which makes sure of the parameters

    @property
    def callable(self) -> str:
        """An expression for what is called."""
        return self.target

    @property
    def mutated(self) -> tuple[str, ...]:
        """Inputs that the call is meant to change."""
        return ()

    @property
    def function(self) -> Function:
        """The check of what the call itself gives."""
        return Function(
            target=self.callable,
            inputs=self.inputs,
            sizes=self.sizes,
            cases=self.cases,
            given=self.given,
            trials=self.trials,
            mutates=self.mutated,
        )

    def called(self, trial: Trial) -> Called:
        """What is called in a trial."""
        return Called(self.callable, self.function.arguments(trial), self.given)

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """As `function` draws."""
        return self.function.draw(rng)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """Why the lesson is to blame, where the solution's results are as they should be."""
        raise NotImplementedError

    def lesson_finding(self, reference: tuple[Observed, ...]) -> Finding | None:
        """The finding that the lesson is to blame, or None."""
        plain = self.function.compare(reference, reference, source="")
        if plain.status == "error":
            return msgspec.structs.replace(plain, check=self.name, target=self.subject)
        fault = self.fault(reference)
        return self.lesson_error(fault) if fault else None

    def forward_finding(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Finding | None:
        """What is wrong with the results, before any derivative counts; or None."""
        finding = self.function.compare(answer, reference, source=source)
        if finding.status == "pass":
            return None
        return msgspec.structs.replace(finding, check=self.name, target=self.subject)

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether both give the same results and derivatives, exceptions included."""
        return (
            len(answer) == len(other)
            and all(self.same_facts(*pair) for pair in zip(answer, other, strict=True))
            and self.function.behaves_like(
                answer, other, source=source, other_source=other_source, reference=reference
            )
        )

    def same_facts(self, left: Observed, right: Observed) -> bool:
        """Whether what else was seen in one trial is the same."""
        raise NotImplementedError

    def same_tensors(self, left: Observed, right: Observed, names: set[str], relax: Relax) -> bool:
        """Whether the facts of these names, gradients among them, agree."""
        scene = Scene(
            subject="", actual=Memory(left.storages), expected=Memory(right.storages), relax=relax
        )
        return all(
            compare_values(left.facts.get(name, Nothing()), right.facts.get(name, Nothing()), scene)
            is None
            for name in names
        )
