"""Concluding over the trials of a function: one finding for all of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from checks.codes import CAUSES
from checks.data import Observed
from checks.diagnosis.values import named
from checks.difference import Cause, Difference
from checks.judged.again import explained_by_watching, unsteady
from checks.judged.calls import compare_call
from checks.judged.failure import Failure
from checks.judged.way import wrong_way
from checks.trial_words import inputs_short, inputs_shown, size

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["judge_trials"]

_ANYWHERE = ("not-defined", "not-callable", "wrong-parameters", "syntax-error", "unobserved")
"""Codes that no input has a part in."""

_MAY_FIT = {"raised", "transposed", "wrong-shape", "extra-dimension", "wrong-values"}
"""An exception, and what it is at sizes that happen to fit together."""

_GENERIC = ("wrong-values", "wrong-gradient", "wrong-change", "wrong-state", "raised")
"""Codes that say less than the cause which another trial may show."""


_BY_VALUE = CAUSES | {"wrong-values"}


def judge_trials(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: Function, source: str
) -> Difference | None:
    """The difference to show: of the smallest failing trial, named by what explains them all."""
    failures = list(_failures(answer, reference, check, source))
    broken = next((f.difference for f in failures if f.difference.code == "lesson-error"), None)
    if broken is not None:
        return broken
    moving = unsteady(answer, reference, failures, check, source)
    if moving is not None:
        return moving
    if not failures:
        return wrong_way(answer, reference, check)
    explained = _explained(failures)
    smallest = _most_telling(explained)
    shown = explained_by_watching(smallest, answer, reference, check, source)
    if shown is not None and shown.code != smallest.difference.code:
        # The trial that was watched is the one that the explanation speaks of.
        smallest = next((f for f in explained if reference[f.place].watch is not None), smallest)
        shown = explained_by_watching(smallest, answer, reference, check, source)
    shown = shown or smallest.difference
    pair = _calls(answer[smallest.place], reference[smallest.place], smallest.number)
    # What values look like takes too long to write for every trial that fails.
    full = compare_call(*pair, smallest.trial, check, source)
    if full is not None:
        details = {**full.details, **shown.details}
        shown = msgspec.structs.replace(
            shown, expected=full.expected, actual=full.actual, details=details
        )
    return _in_words(shown, smallest, check, (len(failures), len(reference)))


def _most_telling(failures: list[Failure]) -> Failure:
    """The smallest trial of those that show the cause which most of them show."""
    clear = [failure for failure in failures if not _is_ambiguous(failure.difference)]
    often = Counter(failure.difference.code for failure in clear or failures)
    mostly = often.keys() <= _MAY_FIT and 2 * often["raised"] > sum(often.values())

    def order(failure: Failure) -> tuple[bool, bool, int, int]:
        code = failure.difference.code
        vague = code in _GENERIC and not (mostly and code == "raised")
        return vague, _is_ambiguous(failure.difference), -often[code], failure.size

    return min(failures, key=order)


def _is_ambiguous(difference: Difference) -> bool:
    """Whether a shape with several ones, or without elements, does not show what became of it."""
    shapes = [difference.details.get(f"{side}_shape", []) for side in ("expected", "actual")]
    return any(shape.count(1) > 1 or 0 in shape for shape in shapes if isinstance(shape, list))


def _calls(answer: Observed, reference: Observed, number: int) -> tuple[Observed, Observed]:
    """One call on both sides; an empty observation where the answer's process sent none."""
    mine, expected = (answer, *answer.later), (reference, *reference.later)
    return mine[number] if number < len(mine) else Observed(), expected[number]


def _failures(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: Function, source: str
) -> Iterator[Failure]:
    """The trials that fail, each with the first of its calls that is wrong.

    A cause counts only if it explains all of them. So each is explained by those alone that have
    explained the ones before.
    """
    among: frozenset[str] | None = None
    for place, (left, right) in enumerate(zip(answer, reference, strict=True)):
        trial = right.trial
        assert trial is not None  # lesson_fault looked  # noqa: S101  # for the type checker: the caller looked
        for number in range(1 + len(right.later)):
            pair = _calls(left, right, number)
            difference = compare_call(*pair, trial, check, source, texts=False, among=among)
            if difference is not None:
                if difference.code in _BY_VALUE:
                    codes = frozenset(cause.code for cause in difference.causes)
                    among = codes if among is None else among & codes
                yield Failure(
                    place=place,
                    number=number,
                    size=size(trial),
                    difference=difference,
                    trial=trial,
                )
                break


def _in_words(
    shown: Difference, failure: Failure, check: Function, counts: tuple[int, int]
) -> Difference:
    """`shown` with what was tried."""
    message = shown.message
    if failure.number:
        fine = "first call is" if failure.number == 1 else f"first {failure.number} calls are"
        message = f"The {fine} right, the next one on the same objects is not. {message}"
    if check.script and shown.code not in _ANYWHERE:
        message = f"In a scenario with `{check.target}`: {message}"
    where = "" if shown.code in _ANYWHERE else inputs_short(failure.trial)
    if where:
        message = f"{message} That was {where}."
    details = {
        **shown.details,
        "trial": failure.trial.label,
        "inputs": inputs_shown(failure.trial),
        "failed": counts[0],
        "trials": counts[1],
    }
    if check.times > 1:
        details["call"] = failure.number + 1
    if check.script:
        details["script"] = check.script
    if check.given:
        details["given"] = check.given
    return msgspec.structs.replace(shown, message=message, details=details)


def _explained(failures: list[Failure]) -> list[Failure]:
    """The failures, their values named by a cause only if it explains those of every trial."""
    differing = [f.difference for f in failures if f.difference.code in _BY_VALUE]
    cause = _common_cause(differing)
    return [msgspec.structs.replace(f, difference=_named(f.difference, cause)) for f in failures]


def _named(difference: Difference, cause: Cause | None) -> Difference:
    if difference.code not in CAUSES:
        return difference
    own = None if cause is None else _same_cause(cause, difference)
    if own is not None:
        return named(difference, own)
    message = difference.plain or difference.message
    return msgspec.structs.replace(difference, code="wrong-values", message=message)


def _common_cause(differing: list[Difference]) -> Cause | None:
    for cause in differing[0].causes if differing else ():
        family = [_same_cause(cause, other) for other in differing]
        if all(c is not None for c in family):
            evidence = sum(c.evidence for c in family if c is not None)
            if evidence >= cause.needs and not _one_of_many(cause, family):
                return cause
    return None


def _same_cause(cause: Cause, other: Difference) -> Cause | None:
    return next((c for c in other.causes if c.code == cause.code), None)


def _one_of_many(cause: Cause, family: list[Cause | None]) -> bool:
    """Whether a multiple or an offset is another one in every trial, and explains nothing."""
    if cause.code not in ("scaled", "shifted"):
        return False
    return any(c is None or not math.isclose(c.factor, cause.factor, rel_tol=1e-4) for c in family)
