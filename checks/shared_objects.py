"""The checks `shared` and `distinct`."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Expression, check_expression
from checks.data import Observed, Trial
from checks.diagnosis.raising import lesson_failed, raised_alike, what_raised
from checks.diagnosis.sharing import Group, compare_distinct, compare_shared
from checks.difference import Difference
from checks.finding import Finding
from checks.module_identity import look_at_identity
from checks.show import solution_raised
from checks.world import World

__all__ = ["Distinct", "Shared"]

_Targets = Annotated[tuple[Expression, ...], msgspec.Meta(min_length=2)]


class _IdentityCheck(Check, frozen=True, kw_only=True):
    """A check of which objects are one and the same."""

    target: Expression | _Targets

    def __post_init__(self) -> None:
        for expression in self._targets:
            check_expression(expression, "the target")

    @property
    def _targets(self) -> tuple[str, ...]:
        return (self.target,) if isinstance(self.target, str) else self.target

    @property
    def subject(self) -> str:
        """The target as text."""
        return ", ".join(self._targets)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Which of the things are the same objects, and their numbers."""
        return tuple(look_at_identity(world, trial, self._targets) for trial in trials)

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first pair that is related otherwise than the solution's."""
        if not reference:
            return self.lesson_error("the solution gave nothing to compare with")
        if len(answer) != len(reference):
            return self.unobserved()
        for left, right in zip(answer, reference, strict=True):
            difference = self._difference(left, right, source)
            if difference is not None and difference.code == "unobserved":
                return self.unobserved()
            if difference is not None:
                return self.conclude(difference)
        return self.conclude(None)

    def _difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        failed = lesson_failed(reference)
        if failed is not None:
            message = solution_raised(failed)
            return Difference(code="lesson-error", message=message)
        wanted = Group.read(reference)
        if wanted is None:
            message = f"`{self.subject}` cannot be looked at in the solution"
            return Difference(code="lesson-error", message=message)
        if answer.raised is not None:
            return what_raised(answer.raised, self.subject, source)
        got = Group.read(answer)
        return (
            Difference(code="unobserved", message="") if got is None else self._related(got, wanted)
        )

    def _related(self, actual: Group, expected: Group) -> Difference | None:
        raise NotImplementedError

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or the same things are one, or equal, in both."""
        del reference
        if left.raised is not None or right.raised is not None:
            return raised_alike(left.raised, right.raised)
        groups = Group.read(left), Group.read(right)
        if groups[0] is None or groups[1] is None:
            return False
        return groups[0].relations() == groups[1].relations()


class Shared(_IdentityCheck, frozen=True, kw_only=True):
    """That several expressions give one and the same Parameter, or module.

        - shared: [model.encoder.weight, model.decoder.weight]

    Equal numbers are not enough, nor is the same memory under two Parameters: only one object gets
    one gradient.
    """

    name: ClassVar[str] = "shared"

    def _related(self, actual: Group, expected: Group) -> Difference | None:
        return compare_shared(actual, expected)


class Distinct(_IdentityCheck, frozen=True, kw_only=True):
    """That several Parameters or modules are objects of their own, and start differently.

        - distinct: model.layers              # each item of a list, ModuleList or Sequential
        - distinct: [model.fc1, model.fc2]

    Of modules, all parameters are looked at. Where the solution's start with the same numbers
    (biases of zeros), the answer's may, too.
    """

    name: ClassVar[str] = "distinct"

    def _related(self, actual: Group, expected: Group) -> Difference | None:
        return compare_distinct(actual, expected)
