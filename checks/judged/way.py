"""How a right result was reached: calls that were counted, and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from checks.data import Observed
from checks.diagnosis.effort import python_loop, wrong_calls
from checks.difference import Difference
from checks.judged.calls import call_subject
from checks.plan import GROWING
from checks.trial_words import inputs_short

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["wrong_way"]


def wrong_way(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: Function
) -> Difference | None:
    """The difference in how a right result was reached."""
    for left, right in zip(answer, reference, strict=True):
        if check.calls and right.trial is not None and right.work is not None:
            if left.work is None:
                return _uncounted(call_subject(check, right.trial))
            subject = call_subject(check, right.trial)
            found = wrong_calls(subject, check.calls, left.work, right.work)
            if found is not None:
                where = inputs_short(right.trial)
                message = f"{found.message} That was {where}." if where else found.message
                return msgspec.structs.replace(found, message=message)
    return _loop(answer, reference, check) if check.vectorised else None


def _loop(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: Function
) -> Difference | None:
    pairs = {
        right.trial.label: (left.work, right.work, right.trial)
        for left, right in zip(answer, reference, strict=True)
        if right.trial is not None and right.trial.label in GROWING
    }
    if len(pairs) < len(GROWING):
        return None
    few, many = (pairs[label] for label in GROWING)
    subject = call_subject(check, few[2])
    if few[1] is None or many[1] is None:
        return Difference(code="lesson-error", message="the solution's work cannot be counted")
    if few[0] is None or many[0] is None:
        return _uncounted(subject)
    named_sizes = few[2].sizes, many[2].sizes
    return python_loop(subject, (few[0], many[0]), (few[1], many[1]), named_sizes)


def _uncounted(subject: str) -> Difference:
    return Difference(code="unobserved", message=f"What `{subject}` does could not be counted.")
