"""Telling two training or evaluation runs apart, whatever random numbers they drew."""

from __future__ import annotations

import math

from checks.diagnosis.passes import evaluations, trainings
from checks.diagnosis.steps import count_steps
from checks.run_facts import MANY_GRAPHS, Measure, RunFacts

__all__ = ["runs_alike"]


def runs_alike(left: RunFacts | None, right: RunFacts | None) -> bool:
    """Whether both runs went wrong, or right, in the same way."""
    if left is None or right is None or left.late or right.late:
        return (left and left.late) == (right and right.late)
    if _traits(left) != _traits(right) or left.measures.keys() != right.measures.keys():
        return False
    return all(_near(m, right.measures[e]) for e, m in left.measures.items())


def _traits(facts: RunFacts) -> tuple[object, ...]:
    steps = count_steps(facts.events)
    order = (steps.cleared, steps.idle, steps.overdue, steps.added, steps.backward, steps.updates)
    return (
        tuple(map(bool, order)),
        bool(facts.kept),
        facts.graphs >= MANY_GRAPHS,
        facts.changed,
        facts.modes,
        {event.training for event in trainings(facts.events)},
        {(event.training, event.recorded) for event in evaluations(facts.events)},
        [print_ == facts.prints[0] for print_ in facts.prints[1:]],
    )


def _near(left: Measure, right: Measure) -> bool:
    """Whether two numbers came equally far: luck may account for a quarter of the way."""
    if left.after is None or right.after is None:
        return left.after is right.after
    if not math.isfinite(left.after) or not math.isfinite(right.after):
        return math.isfinite(left.after) == math.isfinite(right.after)
    ways = [abs(m.after - (m.before or 0.0)) for m in (left, right) if m.after is not None]
    return abs(left.after - right.after) <= max(0.25 * max(ways), 1e-6)
