"""Comparing two answers' behaviour in this process, as the judge does for listed mistakes."""

from __future__ import annotations

import random

from checks import Check
from checks.trial_run import make_world, observe_answer


def alike(check: Check, answer: str, mistake: str, *, setup: str, solution: str = "") -> bool:
    """Whether `check` takes the answer for the mistake."""
    drawn = check.draw(random.Random(0))  # noqa: S311  # the same each time on purpose
    world, failed = make_world(setup, solution, drawn)
    assert failed is None
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    left, right = (
        observe_answer(check, trials, answer=text, setup=setup) for text in (answer, mistake)
    )
    reference = check.observe(world, trials) if solution else ()
    return check.behaves_like(left, right, source=answer, other_source=mistake, reference=reference)
