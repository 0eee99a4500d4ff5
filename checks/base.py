"""What every check is: drawn and compared by the judge, observed in both worlds."""

from __future__ import annotations

import random
from typing import Annotated, Any, ClassVar

import msgspec

from checks.data import Observed, Trial
from checks.difference import Difference
from checks.finding import Finding, Status
from checks.world import World

__all__ = ["Check", "Expression", "Positive", "Tolerance", "check_expression"]

Positive = Annotated[float, msgspec.Meta(gt=0)]
Tolerance = Annotated[float, msgspec.Meta(ge=0)]
Expression = Annotated[str, msgspec.Meta(min_length=1)]


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check of one exercise; its fields are its YAML parameters.

    Attributes:
        name: the check's key in YAML.
        target: what it looks at; the value of that key.
        weight: this check's share of the exercise's points, relative to the others'.
    """

    name: ClassVar[str] = ""

    target: Any
    weight: Positive = 1.0

    @property
    def subject(self) -> str:
        """The target as text."""
        return str(self.target)

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """In the judge, after the answer came in: the seeds and sizes to try."""
        return (Trial(seed=rng.getrandbits(31)),)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """In the reference world: the trial with its input expressions evaluated."""
        del world
        return trial

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """In a throw-away fork of either world: what each trial shows. Concludes nothing."""
        raise NotImplementedError

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """In the judge: the conclusion. `source` is the answer's text, from a trusted copy."""
        raise NotImplementedError

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """In the judge: whether two answers show the same behaviour.

        Checks that observe nothing compare the sources. With the `reference`, answers whose
        values are luck (uninitialised memory) are alike if they differ from it in the same way.
        """
        raise NotImplementedError

    def finding(self, status: Status, difference: Difference | None = None) -> Finding:
        """A finding of this check."""
        if difference is None:
            return Finding(check=self.name, target=self.subject, status=status)
        return Finding(
            check=self.name,
            target=self.subject,
            status=status,
            code=difference.code,
            message=difference.message,
            expected=difference.expected,
            actual=difference.actual,
            line=difference.line,
            details=difference.details,
        )

    def conclude(self, difference: Difference | None) -> Finding:
        """Pass without a difference; ``error`` where the lesson is to blame; else ``fail``."""
        if difference is None:
            return self.finding("pass")
        if difference.code == "lesson-error":
            return self.lesson_error(difference.message)
        return self.finding("fail", difference)

    def lesson_error(self, reason: str) -> Finding:
        """The lesson itself fails; it does not count against the learner."""
        message = f"This exercise has a fault; your answer is not to blame: {reason.rstrip('.')}."
        return self.finding("error", Difference(code="lesson-error", message=message))

    def unobserved(self) -> Finding:
        """The answer's process sent something that an honest one does not."""
        message = "The answer's process did not say what it did. Does the answer end the program?"
        return self.finding("fail", Difference(code="unobserved", message=message))


def check_expression(text: str, where: str) -> None:
    """Make sure that `text` is an expression.

    Raises:
        ValueError: it is not.
    """
    try:
        compile(text.strip(), where, "eval")
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ValueError(f"{where}: {text!r} is no Python expression ({reason})") from error
