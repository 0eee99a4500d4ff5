"""What several test files ask of a check: what it observes, and which answers are alike to it."""

from __future__ import annotations

import random

from checks import Check
from checks.data import Observed
from checks.trial_run import make_world, observe_answer

__all__ = ["look", "told_apart"]


def look(
    check: Check, answers: list[str], solution: str, setup: str
) -> tuple[list[tuple[Observed, ...]], tuple[Observed, ...]]:
    """What `check` observes of each answer, and of the solution, in the same trials."""
    drawn = check.draw(random.Random(0))  # noqa: S311  # the same trials on purpose
    world, failed = make_world(setup, solution, drawn)
    assert failed is None
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    seen = [observe_answer(check, trials, answer=text, setup=setup) for text in answers]
    return seen, check.observe(world, trials)


def told_apart(check: Check, answers: list[str], solution: str, setup: str) -> list[list[int]]:
    """For each answer, the numbers of those that behave like it, written with one line more."""
    twice, _ = look(check, [*answers, *("\n" + text for text in answers)], solution, setup)
    seen, again = twice[: len(answers)], twice[len(answers) :]
    return [[i for i, b in enumerate(again) if check.behaves_like(a, b)] for a in seen]
