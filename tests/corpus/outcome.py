"""What became of an answer of the corpus, beside what must become of it."""

from __future__ import annotations

import enum

import msgspec

from tests.corpus.reading import Case
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict, first_cause

__all__ = ["Came", "Outcome", "outcome"]


class Came(enum.Enum):
    """How an answer was judged, in the words of the report."""

    AS_WANTED = "as wanted"
    FALSE_REJECT = "false reject"
    FALSE_ACCEPT = "false accept"
    OTHER_CAUSE = "rejected with another cause"
    ERROR = "not judged"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one answer.

    Attributes:
        case: the answer.
        came: whether it is the wanted one.
        code: of the finding that is read first; empty on a pass.
        message: what the learner reads first.
        seconds: how long judging took.
    """

    case: Case
    came: Came
    code: str
    message: str
    seconds: float

    def __str__(self) -> str:
        """For a report: which answer, what was wanted, what came."""
        wanted = "a pass"
        if self.case.kind == "wrong":
            wanted = f"{self.case.code} with {', '.join(map(repr, self.case.says))}"
        return (
            f"{self.case.name}: {self.came.value}\n"
            f"  wanted: {wanted}\n"
            f"  came:   {self.code or 'a pass'}: {self.message}"
        )


async def outcome(judging: Judging, case: Case) -> Outcome:
    """Judge an answer as `tutor check` does."""
    lesson = case.group.lesson()
    verdict = await judging.judge(lesson, case.group.exercise, case.answer)
    cause = first_cause(verdict.findings)
    code = "" if cause is None else cause.code
    return Outcome(
        case=case,
        came=_came(case, verdict, code),
        code=code,
        message=verdict.message,
        seconds=verdict.seconds,
    )


def _came(case: Case, verdict: Verdict, code: str) -> Came:
    match case.kind, verdict.status:
        case _, "error":
            return Came.ERROR
        case "right", status:
            return Came.AS_WANTED if status == "pass" else Came.FALSE_REJECT
        case _, "pass":
            return Came.FALSE_ACCEPT
    message = " ".join(verdict.message.split()).lower()
    named = code == case.code and all(words.lower() in message for words in case.says)
    return Came.AS_WANTED if named else Came.OTHER_CAUSE
