"""What every check is: drawn and compared by the judge, observed in both worlds."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from checks.behaviour import behave_alike
from checks.data import Observed, Trial
from checks.diagnosis.suspects import with_suspect
from checks.diagnosis.warned import WarnedSide, with_warning
from checks.difference import Difference
from checks.finding import Finding, Status
from checks.tolerance import STRICT, Relax
from checks.used_names import leaves_memory_as_it_is
from checks.world import World

__all__ = [
    "Body",
    "Check",
    "Expression",
    "Markdown",
    "Positive",
    "Statements",
    "Tolerance",
    "check_expression",
]

Positive = Annotated[float, msgspec.Meta(gt=0)]
Tolerance = Annotated[float, msgspec.Meta(ge=0)]
Expression = Annotated[
    str, msgspec.Meta(min_length=1, extra_json_schema={"format": "python-expression"})
]
Statements = Annotated[str, msgspec.Meta(extra_json_schema={"format": "python"})]
Body = Annotated[str, msgspec.Meta(extra_json_schema={"format": "python-body"})]
Markdown = Annotated[str, msgspec.Meta(min_length=1)]


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check of one exercise; its fields are its YAML parameters.

    Attributes:
        name: the check's key in YAML.
        text_only: whether the answer is judged by its text alone. Then nothing is observed in
            its world, and `compare` gets an empty observation of it.
        codes: the codes that this check gives beside those of `checks.codes`, with what each
            means. For a course's own checks: the built-in ones have theirs in the table.
        target: what it looks at; the value of that key.
        weight: this check's share of the exercise's points, relative to the others'.
        says: the lesson author's own Markdown for a finding of that code. It is shown first, and
            the check's own message after it: ``says: {missing-dimension: "Think of keepdim."}``.
    """

    name: ClassVar[str] = ""
    text_only: ClassVar[bool] = False
    codes: ClassVar[Mapping[str, str]] = {}

    target: Any
    weight: Positive = 1.0
    says: dict[str, Markdown] = {}  # msgspec copies it

    @property
    def subject(self) -> str:
        """The target as text."""
        return str(self.target)

    @property
    def relax(self) -> Relax:
        """Which aspects of a value count; all of them, unless a check says otherwise."""
        return STRICT

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

        Here: the same in every trial, as `alike` has it. Checks that observe nothing compare the
        sources instead. With the `reference`, answers whose values are luck (uninitialised memory)
        are alike if they differ from it in the same way.
        """
        luck = leaves_memory_as_it_is(source) and leaves_memory_as_it_is(other_source)
        known = luck and len(reference) == len(answer)
        truths = reference if known else (None,) * len(answer)
        return len(answer) == len(other) and all(
            self.alike(*three) for three in zip(answer, other, truths, strict=True)
        )

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether two answers did the same in one trial, as far as this check can tell.

        Args:
            left: what was observed of the one.
            right: what was observed of the other.
            reference: what was observed of the solution, where the values are luck.
        """
        return behave_alike(left, right, reference, self.relax)

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
            says=self.says.get(difference.code, ""),
        )

    def conclude(
        self,
        difference: Difference | None,
        *,
        answer: tuple[Observed, ...] = (),
        reference: tuple[Observed, ...] = (),
        source: str = "",
    ) -> Finding:
        """Pass without a difference; ``error`` where the lesson is to blame; else ``fail``.

        With what was observed, the message also says what only the answer was warned of, and
        on which of its lines; with the `source`, which line may explain a difference that names
        no cause.
        """
        if difference is None:
            return self.finding("pass")
        if difference.code == "lesson-error":
            return self.lesson_error(difference.message)
        side = WarnedSide(
            answer=tuple(w for observed in answer for w in observed.warnings),
            reference=tuple(w for observed in reference for w in observed.warnings),
            source=source,
        )
        return self.finding("fail", with_suspect(with_warning(difference, side), source))

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
