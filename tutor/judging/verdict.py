"""What came of one answer to one exercise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from checks.codes import CONSEQUENCES, PROCESS_CAUSES, stage
from checks.finding import Finding

__all__ = [
    "RecognisedMistake",
    "Verdict",
    "VerdictStatus",
    "first_cause",
    "lesson_fault",
]

VerdictStatus: TypeAlias = Literal["pass", "fail", "error"]


class RecognisedMistake(msgspec.Struct, frozen=True, kw_only=True):
    """The listed mistake that a failed answer behaves like, with the author's explanation."""

    id: str
    says: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of judging one answer.

    Attributes:
        status: ``error`` means that the tutor or the lesson failed; it never counts against
            the learner.
        score: points earned, from 0 to `max_score`.
        mistake: the listed mistake that the answer behaves like, if it failed like one.
        message: the one thing to read first. On a pass, short; otherwise the cause, in the lesson
            author's words where there are some.
        findings: one per check, in the lesson's order.
        output: what the answer printed, bounded.
        truth: for ``predict``, what really happens, shown once the answer was judged.
        seconds: wall-clock time of the judging.
        sandbox: the level that the answer ran at: ``full``, ``partial`` or ``none``.
    """

    status: VerdictStatus
    score: float
    max_score: float
    message: str = ""
    mistake: RecognisedMistake | None = None
    findings: tuple[Finding, ...] = ()
    output: str = ""
    truth: str = ""
    seconds: float = 0.0
    sandbox: str = "none"

    @property
    def lesson_at_fault(self) -> bool:
        """Whether it is the lesson that failed, and not the machine."""
        return any(finding.code == "lesson-error" for finding in self.findings)


def lesson_fault(reason: str, points: float, output: str = "") -> Verdict:
    """The verdict where the lesson is to blame, before anything could be checked.

    Args:
        reason: what is wrong, in words.
        points: what the exercise is worth.
        output: what the answer printed.
    """
    finding = Finding(
        check="lesson", target="", status="error", code="lesson-error", message=reason
    )
    return Verdict(
        status="error",
        score=0.0,
        max_score=points,
        message=reason,
        findings=(finding,),
        output=output,
    )


def first_cause(findings: Sequence[Finding]) -> Finding | None:
    """The failed finding that comes first in the order that teaches; None where none failed.

    Numbers that merely differ come after what another check found to go wrong on the way to them.
    """
    failed = [finding for finding in findings if finding.status == "fail"]
    if any(finding.code in PROCESS_CAUSES for finding in failed):
        failed = [finding for finding in failed if finding.code not in CONSEQUENCES]
    return min(failed, key=lambda finding: stage(finding.code), default=None)
