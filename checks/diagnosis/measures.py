"""Numbers that a training run should bring to a bound, or at least improve."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from checks.difference import Difference
from checks.run_facts import Measure, RunFacts
from checks.show import number

__all__ = ["Goal", "compare_measure", "goals", "measure_fault"]

_ENOUGH = 0.5


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What one number should come to.

    Attributes:
        expression: what is measured.
        sign: 1 where less is better, -1 where more is.
        bound: the number to reach; None where half of the solution's way is enough.
    """

    expression: str
    sign: int
    bound: float | None = None

    def kept(self, measure: Measure) -> bool:
        """Whether the number is on the right side of the bound."""
        if self.bound is None:
            return True
        return measure.after is not None and self.sign * measure.after <= self.sign * self.bound


def goals(
    rights: Sequence[RunFacts], reaches: Mapping[str, float | str], improved: Sequence[str]
) -> list[Goal]:
    """What is to be reached, with the direction that the solution moves in."""
    found = []
    for expression, bound in reaches.items():
        sign, value = _bound(bound)
        direction = sign or _direction(rights, expression)
        found.append(Goal(expression=expression, sign=direction, bound=value))
    found += [
        Goal(expression=expression, sign=_direction(rights, expression)) for expression in improved
    ]
    return found


def _bound(bound: float | str) -> tuple[int, float]:
    """The sign of a bound, 0 where it has none, and its number."""
    if not isinstance(bound, str):
        return 0, float(bound)
    return (1 if bound.strip().startswith("<=") else -1), float(bound.strip()[2:])


def _direction(rights: Sequence[RunFacts], expression: str) -> int:
    ways = [_way(facts.measures[expression]) for facts in rights if expression in facts.measures]
    return 1 if sum(ways) <= 0 else -1


def _way(measure: Measure) -> float:
    """How far a number came; 0 where that is not known."""
    if measure.before is None or measure.after is None:
        return 0.0
    way = measure.after - measure.before
    return way if math.isfinite(way) else 0.0


def measure_fault(  # one rule after the other
    rights: Sequence[RunFacts], reaches: Mapping[str, float | str], improved: Sequence[str]
) -> str:
    """Why the lesson is to blame, or an empty string."""
    for goal in goals(rights, reaches, improved):
        measures = [facts.measures[goal.expression] for facts in rights]
        broken = next((m for m in measures if m.after is None), None)
        if broken is not None:
            return f"`{goal.expression}` gives no number after the solution: {broken.failed}"
        open_ = goal.bound is not None and not isinstance(reaches[goal.expression], str)
        unknown = any(m.before is None for m in measures)
        if unknown and (open_ or goal.bound is None):
            return f"`{goal.expression}` gives no number before the call; write `<=` or `>=`"
        if goal.bound is None:
            if sum(goal.sign * _way(m) < 0 for m in measures) * 2 <= len(measures):
                return f"the solution does not improve `{goal.expression}`"
            continue
        if sum(map(goal.kept, measures)) * 2 <= len(measures):
            numbers = ", ".join(number(m.after or 0.0) for m in measures)
            return f"the solution does not reach the bound of `{goal.expression}`: {numbers}"
        already = [m for m in measures if m.before is not None and goal.kept(_started(m))]
        if len(already) * 2 > len(measures):
            return f"`{goal.expression}` keeps its bound before any training"
    return ""


def _started(measure: Measure) -> Measure:
    return Measure(before=measure.before, after=measure.before)


def compare_measure(mine: RunFacts, right: RunFacts, goal: Goal, subject: str) -> Difference | None:
    """The difference where a number does not come to its goal, though the solution's does."""
    expected = right.measures[goal.expression]
    actual = mine.measures.get(goal.expression, Measure(before=None, after=None, failed="nothing"))
    if not goal.kept(expected):
        return None
    what = f"`{goal.expression}`"
    wanted = _wanted(goal, expected)
    if actual.after is None:
        return Difference(
            code="not-measured",
            message=f"After {subject}, {what} cannot be computed: {actual.failed}.",
            expected=wanted,
            actual=actual.failed,
        )
    far = goal.bound is not None or _far(actual, expected)
    if math.isfinite(actual.after) and goal.kept(actual) and far:
        return None
    code, says = _trend(actual, goal)
    return Difference(
        code=code,
        message=f"After {subject}, {what} is {number(actual.after)}{_from(actual)}; {wanted} is "
        f"expected. {says}".strip(),
        expected=wanted,
        actual=number(actual.after),
        details={
            "expression": goal.expression,
            "before": actual.before,
            "after": actual.after,
            "solution": expected.after,
        },
    )


def _wanted(goal: Goal, expected: Measure) -> str:
    if goal.bound is not None:
        return f"{'at most' if goal.sign > 0 else 'at least'} {number(goal.bound)}"
    return f"about {number(expected.after or 0.0)}"


def _from(actual: Measure) -> str:
    return "" if actual.before is None else f", {number(actual.before)} before"


def _far(actual: Measure, expected: Measure) -> bool:
    """Whether the number came at least half as far as the solution's, and the same way."""
    ours, theirs = _way(actual), _way(expected)
    return theirs == 0 or ours / theirs >= _ENOUGH


def _trend(actual: Measure, goal: Goal) -> tuple[str, str]:
    """The code, and a sentence about the way that the number took."""
    if actual.after is not None and not math.isfinite(actual.after):
        return "diverged", (
            "The parameters ran away: is the learning rate too large, the sign of the update "
            "wrong, or are gradients added up?"
        )
    if actual.before is None:
        return "not-reached", ""
    way = goal.sign * _way(actual)
    if way > 0:
        return "diverged", (
            "It moved the wrong way: look at the sign of the update, and at the learning rate."
        )
    if abs(way) <= 1e-3 * max(abs(actual.before), 1e-12):
        return "not-reached", "It hardly moved."
    return "not-reached", "It moves the right way, but not far enough."
