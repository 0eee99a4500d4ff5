"""Checking an answer in this very process: for tests, notebooks and lesson authors.

There is no sandbox and no fork here: the answer can do whatever Python can. The tutor itself
never uses this.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeAlias

from checks.base import Check
from checks.chance import fingerprints
from checks.codec import decode_observed, decode_trials, encode_observed, encode_trials
from checks.data import Observed, Raised, Trial
from checks.finding import Finding
from checks.listening import listening
from checks.show import show_raised
from checks.world import World

__all__ = ["Code", "assert_passes", "examine", "make_world", "observe_answer"]

_ANSWER = "<answer>"

Code: TypeAlias = str | Mapping[str, Any]
"""Python code that is run in a world; or names and what they stand for, which are put there."""


def examine(
    check: Check,
    *,
    answer: Code,
    solution: Code = "",
    setup: str = "import torch",
    seed: int = 0,
) -> Finding:
    """The finding of `check` for `answer`, as the tutor would come to it.

    Args:
        check: what to check.
        answer: the answer's code; for a prediction, what was typed. Or live objects by name, which
            are used as they are: a call that changes them, changes them.
        solution: what gives the expected behaviour, likewise.
        setup: code that runs before either, in each world.
        seed: makes the hidden inputs others, but the same each time.

    Raises:
        ValueError: the check reads the answer's text, and `answer` is none.
    """
    if check.text_only and not isinstance(answer, str):
        raise ValueError(f"the check {check.name!r} reads the answer's code: give it as text")
    source = answer if isinstance(answer, str) else ""
    drawn = check.draw(random.Random(seed))  # reproducible on purpose  # noqa: S311  # reproducible on purpose
    reference, failed = make_world(setup, solution, drawn)
    if failed is not None:
        return check.lesson_error(f"setup or the solution raised {show_raised(failed)}")
    prepared = tuple(check.prepare(reference, trial) for trial in drawn)
    trials = decode_trials(encode_trials(prepared))
    expected = _travel(check.observe(reference, trials))
    if check.text_only:
        return check.compare((), expected, source=source)
    seen = observe_answer(check, trials, answer=answer, setup=setup)
    return check.compare(seen, expected, source=source)


def assert_passes(
    *checks: Check,
    answer: Code,
    solution: Code = "",
    setup: str = "import torch",
    seed: int = 0,
) -> None:
    """Make sure that `answer` passes every one of `checks`: for test suites.

    Args:
        checks: what to check, in this order.
        answer: see `examine`.
        solution: see `examine`.
        setup: see `examine`.
        seed: see `examine`.

    Raises:
        AssertionError: a check fails; the message is what a learner reads.
        ValueError: the solution or the inputs are at fault, so that nothing can be said.
    """
    __tracebackhide__ = True  # pytest then shows the test, not this function
    for check in checks:
        finding = examine(check, answer=answer, solution=solution, setup=setup, seed=seed)
        if finding.status == "error":
            raise ValueError(_told(finding))
        if finding.status == "fail":
            raise AssertionError(_told(finding))


def _told(finding: Finding) -> str:
    lines = [f"{finding.check} {finding.target}: {finding.says or finding.message}"]
    if finding.says:
        lines.append(finding.message)
    pairs = (("code", finding.code), ("expected", finding.expected), ("actual", finding.actual))
    lines += [f"  {title}: {text}" for title, text in pairs if text]
    return "\n".join(lines)


def observe_answer(
    check: Check, trials: tuple[Trial, ...], *, answer: Code, setup: str = ""
) -> tuple[Observed, ...]:
    """What `check` observes of `answer` in a world of its own."""
    world, failed = make_world(setup, answer, trials)
    if failed is not None:
        return _travel(
            tuple(Observed(raised=failed, warnings=world.warned, trial=trial) for trial in trials)
        )
    return _travel(check.observe(world, trials))


def make_world(setup: str, code: Code, trials: tuple[Trial, ...]) -> tuple[World, Raised | None]:
    """A world in which setup and code ran under the first trial's seed, and what they raised."""
    text, names = (code, {}) if isinstance(code, str) else ("", dict(code))
    namespace: dict[str, Any] = {"__name__": "__main__"}
    world = World(namespace, text, _ANSWER)
    world.seed(trials[0].seed if trials else 0)
    for part, filename in ((setup, "<setup>"), (text, _ANSWER)):
        world.before = fingerprints()
        ran = world.attempt("run", partial(_run, part, filename, world))
        world.warned = ran.warnings
        if ran.raised is not None:
            return world, ran.raised
    namespace.update(names)
    return world, None


def _run(text: str, filename: str, world: World) -> None:
    with listening() as world.heard:
        exec(compile(text, filename, "exec"), world.namespace)  # what this is for  # noqa: S102  # running code is what this is for


def _travel(observed: tuple[Observed, ...]) -> tuple[Observed, ...]:
    return decode_observed(encode_observed(observed))
