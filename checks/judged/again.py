"""What calling once more shows: state that is kept, chance, and stretched shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from checks.codec import CodecError
from checks.codes import rank
from checks.comparing import compare_values
from checks.data import Float, Observed, Tensor, Value
from checks.diagnosis.chance import Luck, other_random_numbers
from checks.diagnosis.keeping import find_state, kept_result, not_the_same_again
from checks.diagnosis.stretched import stretched_by_accident, warned_of_stretching
from checks.difference import Difference, equality
from checks.facts import Watch
from checks.judged.calls import call_subject
from checks.judged.failure import Failure
from checks.memory import Memory
from checks.plan import call_seed
from checks.show import show, show_raised
from checks.tolerance import Relax
from checks.walk import children

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["explained_by_watching", "repeats_itself", "unsteady"]

_EXACT = Relax(rtol=0.0, atol=0.0)


def unsteady(
    answer: tuple[Observed, ...],
    reference: tuple[Observed, ...],
    failures: list[Failure],
    check: Function,
    source: str,
) -> Difference | None:
    """The difference where the answer's calls depend on one another, and the solution's do not."""
    if any(f.place == 0 and rank(f.difference.code) < rank("keeps-state") for f in failures):
        return None
    for left, right in zip(answer, reference, strict=True):
        if right.again is None or right.trial is None or repeats_itself(left, check.relax):
            continue
        if left.again is None or left.value is None or not repeats_itself(right, check.relax):
            continue
        first, then = (_outcome(o) for o in (left, left.again))
        subject = call_subject(check, right.trial)
        return not_the_same_again(subject, first, then, source)
    if not all(repeats_itself(observed, check.relax) for observed in reference):
        return None
    if not any(find_state(source)):
        return None
    for failure in failures:
        if failure.place and _is_kept(failure.place, answer, reference, check):
            subject = call_subject(check, failure.trial)
            return kept_result(subject, source, failure.difference)
    return None


def repeats_itself(observed: Observed, relax: Relax) -> bool:
    """Whether the trial's first call gave the same when it was made once more."""
    again = observed.again
    if again is None:
        return True
    if again.raised is not None or again.value is None or observed.value is None:
        return again.value is observed.value
    return _same_value(again, observed, relax)


def _same_value(left: Observed, right: Observed, relax: Relax) -> bool:
    if left.value is None or right.value is None:
        return False
    scene = equality(Memory(left.storages), Memory(right.storages), relax)
    return compare_values(left.value, right.value, scene) is None


def _outcome(observed: Observed) -> str:
    if observed.raised is not None:
        return show_raised(observed.raised)
    return show(observed.value, Memory(observed.storages)) if observed.value is not None else ""


def _is_kept(
    place: int, answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: Function
) -> bool:
    """Whether a wrong result is, exactly, what an earlier trial gave rightly."""
    mine = answer[place]
    if mine.value is None or not _is_telling(mine.value, Memory(mine.storages)):
        return False
    return any(
        _same_value(mine, answer[earlier], _EXACT)
        and _same_value(mine, reference[earlier], check.relax)
        and not _same_value(reference[place], reference[earlier], check.relax)
        for earlier in range(place)
    )


def _is_telling(value: Value, memory: Memory) -> bool:
    """Whether there is a fraction in it: no constant, and not the same twice by luck."""
    if isinstance(value, Float):
        return math.isfinite(value.value) and not value.value.is_integer()
    if isinstance(value, Tensor):
        try:
            cells = memory.tensor(value)
        except CodecError:
            return False
        return cells.dtype.is_floating_point and bool((cells != cells.round()).any())
    return any(_is_telling(child, memory) for child in children(value))


def explained_by_watching(
    failure: Failure,
    answer: tuple[Observed, ...],
    reference: tuple[Observed, ...],
    check: Function,
    source: str,
) -> Difference | None:
    """The failure explained by other random numbers, or by shapes that were stretched."""
    left, right = answer[failure.place], reference[failure.place]
    mine, theirs = ((o, *o.later)[failure.number : failure.number + 1] for o in (left, right))
    watched = [
        (one.watch, other.watch)
        for one, other in zip(answer, reference, strict=True)
        if one.watch is not None and other.watch is not None
    ]
    pair = watched[0] if watched else (Watch(), Watch())
    luck = Luck(
        seeds=(failure.trial.seed, call_seed(failure.trial, failure.number)),
        answer=mine[0].chance if mine else None,
        reference=theirs[0].chance if theirs else None,
        draws=(pair[0].draws, pair[1].draws),
    )
    subject = call_subject(check, failure.trial)
    stretched = stretched_by_accident(failure.difference, *pair, source)
    if stretched is None and mine and theirs:
        warned = mine[0].warnings, theirs[0].warnings
        stretched = warned_of_stretching(failure.difference, *warned, source)
    return stretched or other_random_numbers(failure.difference, subject, luck, source)
