"""Findings that no check makes: where there was nothing to look at, or nothing that could look."""

from __future__ import annotations

from checks.finding import Finding, Status
from tutor.course.catalogue import SAYS
from tutor.engine.protocol import Observations, Specification
from tutor.engine.text import bounded, neutralise

__all__ = ["LONGEST", "broken_check", "skipped", "subject_of", "unseen"]

LONGEST = 4_000
"""Characters of a reason that a worker gives."""

_UNBUILT = "The answer breaks what it is looked at with. Does it change other modules?"


def subject_of(check: Specification) -> str:
    """What the check looks at, as text."""
    return check.target if isinstance(check.target, str) else ", ".join(check.target)


def broken_check(check: Specification, reason: str) -> Finding:
    """What is found where one of a course's own checks fails itself: an error, never a fail."""
    said = " ".join(neutralise(bounded(reason, LONGEST)).split())
    message = f"The course's own check `{check.check}` has a fault; your answer is not to blame."
    return _plain(check, "error", "lesson-error", f"{message} {said}")


def skipped(check: Specification) -> Finding:
    """What is found where the answer did not run to its end."""
    reason = "Not looked at: the code did not run to its end."
    return _plain(check, "skipped", "not-run", reason)


def unseen(check: Specification, mine: Observations, expected: Observations) -> Finding | None:
    """What is found where one of the worlds could not be looked at; None where both could.

    Args:
        check: what was to look.
        mine: what came of it in the answer's world.
        expected: what came of it in the solution's.
    """
    for failed in (expected, mine):
        if failed.failure == "fault" and check.module:
            return broken_check(check, failed.reason)
    if expected.failure:
        words = _in_words(check, expected, whose="the solution's")
        reason = f"The lesson's own solution cannot be looked at: {words}"
        return _plain(check, "error", "lesson-error", reason)
    if mine.failure == "fault":
        return _plain(check, "error", "tutor-fault", f"The tutor could not look: {mine.reason}")
    if mine.failure == "unbuilt":  # but in the solution's world it could be built
        return _plain(check, "fail", "unobserved", _UNBUILT)
    return _plain(check, "fail", mine.failure, _in_words(check, mine)) if mine.failure else None


def _in_words(check: Specification, seen: Observations, *, whose: str = "the answer's") -> str:
    """Why there was nothing to look at."""
    target = subject_of(check)
    match seen.failure:
        case "timeout":  # the process was killed for it, which is no news
            return f"`{target}` did not come to an end in time. Is there a loop that never ends?"
        case "memory":
            return f"`{target}` ran out of memory."
        case "crashed":
            return f"Looking at `{target}` ended {whose} process. {seen.reason}"
    return seen.reason


def _plain(check: Specification, status: Status, code: str, message: str) -> Finding:
    return Finding(
        check=check.check,
        target=subject_of(check),
        status=status,
        code=code,
        message=message,
        says=check.params.get(SAYS, {}).get(code, "") if status == "fail" else "",
    )
