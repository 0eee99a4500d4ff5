"""Checking an answer in this very process: for tests, notebooks and lesson authors.

There is no sandbox and no fork here: the answer can do whatever Python can. The tutor itself
never uses this.
"""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from checks.base import Check
from checks.codec import decode_observed, decode_trials, encode_observed, encode_trials
from checks.data import Observed, Raised, Trial
from checks.finding import Finding
from checks.show import show_raised
from checks.world import World

__all__ = ["examine", "make_world", "observe_answer"]

_ANSWER = "<answer>"


def examine(
    check: Check, *, answer: str, solution: str = "", setup: str = "", seed: int = 0
) -> Finding:
    """The finding of `check` for `answer`, as the tutor would come to it.

    Args:
        check: what to check.
        answer: the answer's code; for a prediction, what was typed.
        solution: the code that gives the expected behaviour.
        setup: code that runs before either, in each world.
        seed: makes the hidden inputs others, but the same each time.
    """
    drawn = check.draw(random.Random(seed))  # reproducible on purpose  # noqa: S311  # reproducible on purpose
    reference, failed = make_world(setup, solution, drawn)
    if failed is not None:
        return check.lesson_error(f"setup or the solution raised {show_raised(failed)}")
    prepared = tuple(check.prepare(reference, trial) for trial in drawn)
    trials = decode_trials(encode_trials(prepared))
    expected = _travel(check.observe(reference, trials))
    if check.text_only:
        return check.compare((), expected, source=answer)
    seen = observe_answer(check, trials, answer=answer, setup=setup)
    return check.compare(seen, expected, source=answer)


def observe_answer(
    check: Check, trials: tuple[Trial, ...], *, answer: str, setup: str = ""
) -> tuple[Observed, ...]:
    """What `check` observes of `answer` in a world of its own."""
    world, failed = make_world(setup, answer, trials)
    if failed is not None:
        return _travel(tuple(Observed(raised=failed, trial=trial) for trial in trials))
    return _travel(check.observe(world, trials))


def make_world(setup: str, code: str, trials: tuple[Trial, ...]) -> tuple[World, Raised | None]:
    """A world in which setup and code ran under the first trial's seed, and what they raised."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    world = World(namespace, code, _ANSWER)
    world.seed(trials[0].seed if trials else 0)
    for text, filename in ((setup, "<setup>"), (code, _ANSWER)):
        ran = world.attempt("run", partial(_run, text, filename, world))
        if ran.raised is not None:
            return world, ran.raised
    return world, None


def _run(text: str, filename: str, world: World) -> None:
    exec(compile(text, filename, "exec"), world.namespace)  # what this is for  # noqa: S102  # running code is what this is for


def _travel(observed: tuple[Observed, ...]) -> tuple[Observed, ...]:
    return decode_observed(encode_observed(observed))
