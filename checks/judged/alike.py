"""Whether two answers did the same in the trials of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from checks.comparing import alike, compare_values, told_apart_alike
from checks.data import Nothing, Observed
from checks.diagnosis.raising import raised_alike
from checks.diagnosis.renaming import by_expected_names
from checks.difference import equality
from checks.judged.again import repeats_itself
from checks.judged.way import wrong_way
from checks.memory import Memory
from checks.walk import contains_opaque

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["alike_trials"]

_Trials = tuple[Observed, ...]


def alike_trials(
    left: _Trials, right: _Trials, reference: _Trials, check: Function, *, luck: bool
) -> bool:
    """Whether two answers did the same in every trial.

    Args:
        left: what one did.
        right: what the other did.
        reference: what the solution did; empty if that is not known.
        check: the check.
        luck: whether both may hold numbers that nobody wrote.
    """
    if len(left) != len(right):
        return False
    known = len(reference) == len(left)
    # Numbers that differ each time, on both sides, say nothing: what they lie in does.
    unsteady = not any(
        all(repeats_itself(observed, check.relax) for observed in side) for side in (left, right)
    )
    if not all(
        _alike_trial(one, other, right_one if luck else None, check, values=not unsteady)
        for one, other, right_one in zip(
            left, right, reference if known else (None,) * len(left), strict=True
        )
    ):
        return False
    if not known:
        return True
    ways = [wrong_way(side, reference, check) for side in (left, right)]
    return len({"" if way is None else way.code for way in ways}) == 1


def _alike_trial(
    left: Observed, right: Observed, reference: Observed | None, check: Function, *, values: bool
) -> bool:
    if len(left.later) != len(right.later):
        return False
    calls = zip((left, *left.later), (right, *right.later), strict=True)
    return all(_alike_call(one, other, reference, check, values=values) for one, other in calls)


def _alike_call(
    left: Observed, right: Observed, reference: Observed | None, check: Function, *, values: bool
) -> bool:
    if left.raised is not None or right.raised is not None:
        return raised_alike(left.raised, right.raised)
    if not raised_alike(left.gradient_raised, right.gradient_raised):
        return False
    if not raised_alike(left.after_raised, right.after_raised):
        return False
    relax = msgspec.structs.replace(check.relax, values=values)
    if not alike(left, right, relax):
        return reference is not None and told_apart_alike(left, right, reference, relax)
    scene = equality(Memory(left.storages), Memory(right.storages), relax)
    gradients = by_expected_names(right.gradients, left.gradients)
    pairs = [
        (ours[name], theirs.get(name, Nothing()))
        for ours, theirs in ((left.after, right.after), (left.gradients, gradients))
        for name in ours
    ]
    return all(
        compare_values(a, b, scene) is None
        for a, b in pairs
        if not (contains_opaque(a) and contains_opaque(b))
    )
