"""Many answers to one exercise, judged on the same hidden trials: for authors, not for learners.

A learner's answer gets trials of its own, drawn after it came in. What stands in a lesson file is
not out to learn the trials, so that one draw and one run of the solution serve for all of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Literal, Self

import msgspec

from checks.finding import Finding
from tutor.course.catalogue import TEXT_ONLY, text_only_checks
from tutor.course.model import CheckUse, Code, Lesson
from tutor.engine.client import Engine
from tutor.engine.protocol import Observations, Specification
from tutor.engine.wire import Worker
from tutor.judging.bench import NOTHING
from tutor.judging.judges import Judges
from tutor.judging.place import Place, PlaceError, ending_of, look, run_answer
from tutor.judging.running import run_finding, same_ending
from tutor.judging.traces import leaves_traces
from tutor.judging.verdict import first_cause
from tutor.judging.worlds import Ran

__all__ = ["Seen", "Sitting"]


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
        solution_seconds: how long it took to run the solution and to look at it.
    """

    def __init__(  # noqa: PLR0913 - two hands, an exercise, and how to judge it
        self,
        engine: Engine,
        judges: Judges,
        lesson: Lesson,
        exercise: Code,
        *,
        chance: random.Random,
        seconds: float = 10.0,
    ) -> None:
        """Nothing runs before the block is entered.

        Args:
            engine: where worlds come from.
            judges: who draws and compares.
            lesson: the exercise's lesson, settled.
            exercise: whose checks.
            chance: decides the seed and the trials.
            seconds: what an answer, and each look at it, may take.
        """
        self._judges = judges
        self._solution = exercise.solution
        self._checks = tuple(_specification(use) for use in exercise.checks)
        self._looks = tuple(not _reads_text(use) for use in exercise.checks)
        setups = (lesson.setup, exercise.setup)
        self._place = Place(engine, setups, chance.getrandbits(62))
        self._entropy = chance.getrandbits(63)
        self._seconds = seconds
        self._sharing = not any(map(leaves_traces, (*setups, exercise.solution)))
        self._trials: tuple[bytes, ...] = ()
        self._expected: tuple[Observations, ...] = ()
        self.fault = ""
        self.answers = 0
        self.solution_seconds = 0.0

    async def __aenter__(self) -> Self:
        started = time.monotonic()
        try:
            await self._prepare()
        except PlaceError as error:
            self.fault = str(error)
        except BaseException:
            await self._place.close()
            raise
        self.solution_seconds = time.monotonic() - started
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._place.close()

    # --- the solution's side

    async def _prepare(self) -> None:
        """Draw, run the solution, evaluate the inputs and look.

        Raises:
            PlaceError: the lesson is to blame.
            EngineError: the tutor is.
        """
        drawn = await self._judges.draw(self._checks, self._entropy)
        async with self._place.world(shared=False) as world:
            result = await run_answer(world, self._solution, self._seconds)
            if result.status != "ok":
                raise PlaceError(f"The solution does not run: {ending_of(result)}")
            self._trials = await self._with_inputs(world, drawn)
            self._expected = tuple([seen async for seen in self._observed(world, self._seconds)])
        for check, expected in zip(self._checks, self._expected, strict=True):
            if expected.failure:
                raise PlaceError(f"`{check.check}` cannot look at the solution: {expected.reason}")

    async def _with_inputs(self, world: Worker, drawn: tuple[bytes, ...]) -> tuple[bytes, ...]:
        prepared: list[bytes] = []
        for check, looks, trials in zip(self._checks, self._looks, drawn, strict=True):
            if not looks:
                prepared.append(trials)
                continue
            seen = await look(world, check, trials, prepare=True, fork=False, seconds=self._seconds)
            if seen.failure:
                raise PlaceError(f"The inputs of `{check.check}` cannot be made: {seen.reason}")
            prepared.append(seen.data)
        return tuple(prepared)

    # --- answers

    async def judge(self, text: str) -> Seen:
        """Look at everything that an answer does.

        Raises:
            EngineError: the tutor failed.
        """
        self.answers += 1
        return await self._judged(text, self._seconds, all_of_it=True)

    async def first_failure(self, text: str, seconds: float) -> Seen:
        """Look at an answer until a check fails; those that read its text come first.

        Args:
            text: the answer.
            seconds: what it, and each look at it, may take.

        Raises:
            EngineError: the tutor failed.
        """
        self.answers += 1
        for place, looks in enumerate(self._looks):
            if not looks:
                finding = await self._finding(place, Observations(data=NOTHING), text)
                if finding.status != "pass":
                    return Seen(text=text, findings=(finding,))
        return await self._judged(text, seconds, all_of_it=False)

    async def _judged(self, text: str, seconds: float, *, all_of_it: bool) -> Seen:
        async with self._place.world(shared=self._sharing and not leaves_traces(text)) as world:
            ran = Ran(answer=await run_answer(world, text, seconds))
            if not ran.ok:
                return Seen(text=text, ran=ran, findings=(run_finding(ran),))
            observed: list[Observations] = []
            findings: list[Finding] = []
            async for seen in self._observed(world, seconds):
                findings.append(await self._finding(len(observed), seen, text))
                observed.append(seen)
                if not all_of_it and findings[-1].status != "pass":
                    break
        return Seen(text=text, ran=ran, observed=tuple(observed), findings=tuple(findings))

    async def _observed(self, world: Worker, seconds: float) -> AsyncIterator[Observations]:
        """What each check observes; afterwards the world is spent."""
        for place, (check, trials) in enumerate(zip(self._checks, self._trials, strict=True)):
            if not self._looks[place]:
                yield Observations(data=NOTHING)
                continue
            fork = any(self._looks[place + 1 :])
            yield await look(world, check, trials, fork=fork, seconds=seconds)

    async def _finding(self, place: int, seen: Observations, text: str) -> Finding:
        return await self._judges.compare(self._checks[place], seen, self._expected[place], text)

    # --- comparing answers

    async def alike(self, one: Seen, other: Seen) -> bool:
        """Whether two answers, both looked at in full, behave alike.

        Raises:
            EngineError: the tutor failed.
        """
        if one.ran is None or other.ran is None:
            return False
        if not (one.ran.ok and other.ran.ok):
            return same_ending(one.ran, other.ran)
        for check, mine, theirs, expected in zip(
            self._checks, one.observed, other.observed, self._expected, strict=True
        ):
            if not await self._judges.same(check, mine, one.text, theirs, other.text, expected):
                return False
        return True

    def same_as_expected(self, seen: Seen) -> bool:
        """Whether exactly the same was observed as of the solution when it was prepared."""
        return len(seen.observed) == len(self._expected) and all(
            mine.data == expected.data
            for mine, expected in zip(seen.observed, self._expected, strict=True)
        )


def _specification(use: CheckUse) -> Specification:
    module = "" if use.custom is None else use.custom.text
    return Specification(check=use.check, target=use.target, params=use.params, module=module)


def _reads_text(use: CheckUse) -> bool:
    if use.custom is None:
        return use.check in text_only_checks()
    return bool((use.custom.entries or {}).get(use.check, {}).get(TEXT_ONLY))
