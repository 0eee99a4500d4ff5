"""Many answers to one exercise, judged on the same hidden trials: for authors, not for learners.

A learner's answer gets trials of its own, drawn before anybody can know them. What stands in a
lesson file is not out to learn the trials, so that one draw and one run of the solution serve for
all of it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Literal, Self

import msgspec

from checks.finding import Finding
from tutor.course.model import Code, Lesson
from tutor.engine.client import Engine
from tutor.engine.protocol import Observations
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench
from tutor.judging.findings import unseen
from tutor.judging.likeness import first_alike
from tutor.judging.place import Place
from tutor.judging.running import run_finding
from tutor.judging.traces import leaves_traces
from tutor.judging.verdict import first_cause
from tutor.judging.worlds import NOTHING, Ran
from tutor.judging.yardstick import Yardstick, make_yardstick

__all__ = ["Seen", "Sitting"]

_SHORTEST: Final = 2.0
"""Seconds that a changed solution may take at least, however quick the solution is."""

_PATIENCE: Final = 10
"""How many times as long as the solution it may take before it counts as endless."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one text.

    Attributes:
        text: the answer.
        ran: how it ended; None where a check of its text had failed before.
        observed: what each check observed, as far as it was looked at.
        findings: what the checks found, in their order; where the answer did not run to its end,
            one finding that says why.
    """

    text: str
    ran: Ran | None = None
    observed: tuple[Observations, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def status(self) -> Literal["pass", "fail", "error"]:
        """What a learner's answer would be told."""
        statuses = {finding.status for finding in self.findings}
        if "error" in statuses:
            return "error"
        return "fail" if "fail" in statuses else "pass"

    @property
    def cause(self) -> Finding | None:
        """The finding to read first: an error, or else the first failed one in teaching order."""
        errors = (finding for finding in self.findings if finding.status == "error")
        return next(errors, None) or first_cause(self.findings)


class Sitting:
    """One draw of one exercise's trials; an asynchronous context manager.

    Answers run one after another in one world, which goes back to the state after the setups in
    between. Where that world could keep traces of one for the next, each gets a world of its own.

    Attributes:
        fault: why the lesson cannot be measured against; empty where it can.
        answers: how many texts were looked at.
    """

    def __init__(  # noqa: PLR0913 - two hands, an exercise, and how to judge it
        self,
        engine: Engine,
        bench: Bench,
        lesson: Lesson,
        exercise: Code,
        *,
        chance: random.Random,
        seconds: float = 10.0,
    ) -> None:
        """Nothing runs before the block is entered.

        Args:
            engine: where worlds come from.
            bench: the judges, who draw and compare.
            lesson: the exercise's lesson, settled.
            exercise: whose checks.
            chance: decides the seed.
            seconds: what an answer, and each look at it, may take.
        """
        self._engine = engine
        self._bench = bench
        self._assignment = Assignment.of(lesson, exercise)
        self._seconds = self._patience = seconds
        seed = chance.getrandbits(62)
        self._place = Place(engine, self._assignment.setups, seed=seed, seconds=seconds)
        texts = (*self._assignment.setups, exercise.solution)
        self._sharing = not any(map(leaves_traces, texts))
        self._yardstick = Yardstick()
        self.fault = ""
        self.answers = 0

    async def __aenter__(self) -> Self:
        self._yardstick = await make_yardstick(
            self._engine, self._bench, self._assignment, self._place, shared=self._sharing
        )
        self.fault = self._yardstick.fault
        patience = max(_SHORTEST, _PATIENCE * self._yardstick.seconds)
        self._patience = min(self._seconds, patience)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._place.close()

    # --- answers

    async def judge(self, text: str) -> Seen:
        """Look at everything that an answer does.

        Raises:
            PlaceError: the setup fails now, though it did not before.
            EngineError: the tutor failed.
        """
        self.answers += 1
        return await self._judged(text, self._seconds, all_of_it=True)

    async def first_failure(self, text: str) -> Seen:
        """Look at a changed solution until a check fails; those that read its text come first.

        It may take ten times as long as the solution, or two seconds.

        Raises:
            PlaceError: the setup fails now, though it did not before.
            EngineError: the tutor failed.
        """
        self.answers += 1
        for place, looks in enumerate(self._assignment.looks):
            if not looks:
                finding = await self._finding(place, Observations(data=NOTHING), text)
                if finding.status != "pass":
                    return Seen(text=text, findings=(finding,))
        return await self._judged(text, self._patience, all_of_it=False)

    async def _judged(self, text: str, seconds: float, *, all_of_it: bool) -> Seen:
        shared = self._sharing and not leaves_traces(text)
        async with self._place.world(shared=shared, seconds=seconds) as world:
            ran = await world.run(text)
            if not ran.ok:
                return Seen(text=text, ran=ran, findings=(run_finding(ran, source=text),))
            observed: list[Observations] = []
            findings: list[Finding] = []
            async for seen in world.observe_all(self._assignment, self._yardstick.trials):
                findings.append(await self._finding(len(observed), seen, text))
                observed.append(seen)
                if not all_of_it and findings[-1].status != "pass":
                    break
        return Seen(text=text, ran=ran, observed=tuple(observed), findings=tuple(findings))

    async def _finding(self, place: int, seen: Observations, text: str) -> Finding:
        check = self._assignment.checks[place]
        expected = self._yardstick.expected[place]
        found = unseen(check, seen, expected)
        if found is not None:
            return found
        return await self._bench.compare(check, seen.data, expected.data, source=text)

    # --- comparing answers

    async def first_alike(self, one: Seen, others: Sequence[Seen]) -> int | None:
        """The place of the first of `others` that behaves like an answer; all looked at in full.

        Raises:
            EngineError: the tutor failed.
        """
        return await first_alike(self._assignment, self._bench, one, others, self._yardstick)

    def same_as_expected(self, seen: Seen) -> bool:
        """Whether exactly the same was observed as of the solution when it was prepared."""
        return len(seen.observed) == len(self._yardstick.expected) and all(
            mine.data == expected.data
            for mine, expected in zip(seen.observed, self._yardstick.expected, strict=True)
        )
