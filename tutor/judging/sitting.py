"""Many answers to one exercise, judged on the same hidden trials: for authors, not for learners.

A learner's answer gets trials of its own, drawn after it came in. What stands in a lesson file is
not out to learn the trials, so that one draw and one run of the solution serve for all of it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self, TypeAlias

import msgspec

from checks.finding import Finding
from tutor.course.catalogue import TEXT_ONLY, text_only_checks
from tutor.course.model import CheckUse, Code, Lesson
from tutor.engine.client import Engine
from tutor.engine.protocol import (
    Compare,
    Compared,
    Draw,
    Drawn,
    Limits,
    Observations,
    Observe,
    Recognise,
    Recognised,
    Rewind,
    Rewound,
    Run,
    Specification,
)
from tutor.engine.results import CellResult
from tutor.engine.text import neutralise
from tutor.engine.wire import Worker
from tutor.errors import EngineError, WorkerLostError
from tutor.judging.bench import NOTHING
from tutor.judging.running import run_finding, same_ending
from tutor.judging.traces import leaves_traces
from tutor.judging.verdict import first_cause
from tutor.judging.worlds import ANSWER, Ran

__all__ = ["Judges", "Seen", "Sitting"]

_SETUP_SECONDS = 60.0
_REWINDABLE = Limits(checkpoints=3)
"""Keeps the states after two setups, and that of whatever runs on top of them."""

Status: TypeAlias = Literal["pass", "fail", "error"]


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
    def status(self) -> Status:
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


class Judges:
    """The judges' processes that sittings share: one for built-in checks, one for each course's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._workers: dict[str, Worker] = {}

    async def ask(self, module: str, message: msgspec.Struct) -> object:
        """The reply of the judge that knows a course's own checks, or the built-in ones alone."""
        worker = self._workers.get(module)
        if worker is None or worker.lost:
            worker = self._workers[module] = await self._engine.worker("judge")
        reply: object = await worker.request(message)
        return reply

    async def close(self) -> None:
        """End their processes."""
        for worker in self._workers.values():
            await worker.close()


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
            judges: who compares.
            lesson: the exercise's lesson, settled.
            exercise: whose checks.
            chance: decides the seed and the trials.
            seconds: what an answer, and each look at it, may take.
        """
        self._engine = engine
        self._judges = judges
        self._setups = [one for one in (lesson.setup, exercise.setup) if one.strip()] or [""]
        self._solution = exercise.solution
        self._checks = tuple(_specification(use) for use in exercise.checks)
        self._looks = tuple(not _reads_text(use) for use in exercise.checks)
        self._seed = chance.getrandbits(62)
        self._entropy = chance.getrandbits(63)
        self._seconds = seconds
        texts = (*self._setups, exercise.solution, *exercise.accepts)
        self._sharing = engine.kind == "fork" and not any(map(leaves_traces, texts))
        self._shared: Worker | None = None
        self._start = 0
        self._trials: tuple[bytes, ...] = ()
        self._expected: tuple[Observations, ...] = ()
        self.fault = ""
        self.answers = 0

    async def __aenter__(self) -> Self:
        try:
            self.fault = await self._prepared()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.close()

    # --- the solution's side

    async def _prepared(self) -> str:
        """Draw, run the solution and look at it; the lesson's fault, if that cannot be done."""
        self._trials = await self._drawn()
        world, fault = await self._world(shared=False)
        try:
            if fault:
                return fault
            result = await self._run(world, self._solution, self._seconds)
            if result.status != "ok":
                return f"The solution does not run: {_reason(result)}"
            prepared: list[bytes] = []
            for check, looks, drawn in zip(self._checks, self._looks, self._trials, strict=True):
                if not looks:
                    prepared.append(drawn)
                    continue
                seen = await self._look(world, check, drawn, prepare=True, fork=False)
                if seen.failure:
                    return f"The inputs of `{check.check}` cannot be made: {seen.reason}"
                prepared.append(seen.data)
            self._trials = tuple(prepared)
            expected: list[Observations] = []
            for place in range(len(self._checks)):
                expected.append(await self._observed(world, place, self._seconds))
                if expected[-1].failure:
                    name = self._checks[place].check
                    return f"`{name}` cannot look at the solution: {expected[-1].reason}"
            self._expected = tuple(expected)
        finally:
            await world.close()
        return ""

    async def _drawn(self) -> tuple[bytes, ...]:
        drawn: dict[int, bytes] = {}
        for module in dict.fromkeys(check.module for check in self._checks):
            places = [at for at, check in enumerate(self._checks) if check.module == module]
            asked = tuple(self._checks[place] for place in places)
            reply = await self._judges.ask(module, Draw(checks=asked, entropy=self._entropy))
            if not isinstance(reply, Drawn) or reply.failure or len(reply.trials) != len(asked):
                raise EngineError(f"The trials cannot be drawn: {getattr(reply, 'failure', '')}")
            drawn.update(zip(places, reply.trials, strict=True))
        return tuple(drawn[place] for place in range(len(self._checks)))

    # --- answers

    async def judge(self, text: str) -> Seen:
        """Look at everything that an answer does.

        Raises:
            EngineError: the tutor failed.
        """
        return await self._judged(text, self._seconds, all_of_it=True)

    async def first_failure(self, text: str, seconds: float) -> Seen:
        """Look at an answer until a check fails; those that read its text come first.

        Args:
            text: the answer.
            seconds: what it, and each look at it, may take.

        Raises:
            EngineError: the tutor failed.
        """
        return await self._judged(text, seconds, all_of_it=False)

    async def _judged(self, text: str, seconds: float, *, all_of_it: bool) -> Seen:
        self.answers += 1
        if not all_of_it:
            for place, looks in enumerate(self._looks):
                if not looks:
                    finding = await self._finding(place, Observations(data=NOTHING), text)
                    if finding.status != "pass":
                        return Seen(text=text, findings=(finding,))
        world, fault = await self._world(shared=self._sharing and not leaves_traces(text))
        try:
            if fault:
                raise EngineError(fault)
            ran = Ran(answer=await self._run(world, text, seconds))
            if not ran.ok:
                return Seen(text=text, ran=ran, findings=(run_finding(ran),))
            return await self._looked(world, text, ran, seconds, all_of_it=all_of_it)
        finally:
            if world is not self._shared:
                await world.close()

    async def _looked(
        self, world: Worker, text: str, ran: Ran, seconds: float, *, all_of_it: bool
    ) -> Seen:
        observed: list[Observations] = []
        findings: list[Finding] = []
        for place in range(len(self._checks)):
            observed.append(await self._observed(world, place, seconds))
            findings.append(await self._finding(place, observed[-1], text))
            if not all_of_it and findings[-1].status != "pass":
                break
        return Seen(text=text, ran=ran, observed=tuple(observed), findings=tuple(findings))

    async def alike(self, one: Seen, other: Seen) -> bool:
        """Whether two answers, both looked at in full, behave alike."""
        if one.ran is None or other.ran is None:
            return False
        if not (one.ran.ok and other.ran.ok):
            return same_ending(one.ran, other.ran)
        for check, mine, theirs, expected in zip(
            self._checks, one.observed, other.observed, self._expected, strict=True
        ):
            if mine.failure or theirs.failure:
                if mine.failure != theirs.failure:
                    return False
                continue
            message = Recognise(
                check=check,
                answer=mine.data,
                other=theirs.data,
                reference=expected.data,
                source=one.text,
                other_source=other.text,
            )
            reply = await self._judges.ask(check.module, message)
            if not (isinstance(reply, Recognised) and reply.same):
                return False
        return True

    # --- worlds

    async def _world(self, *, shared: bool) -> tuple[Worker, str]:
        """A world after the setups, and how they failed."""
        if shared and self._shared is not None and not self._shared.lost:
            try:
                reply = await self._shared.request(Rewind(checkpoint=self._start))
            except WorkerLostError:
                reply = None
            if isinstance(reply, Rewound) and not reply.reason:
                return self._shared, ""
            await self._close()
        limits = _REWINDABLE if shared else None
        worker = await (self._engine.worker("world", limits) if shared else self._taken())
        if shared:
            self._shared = worker
        seed: int | None = self._seed
        for setup in self._setups:
            message = Run(
                code=setup, filename="<setup>", seconds=_SETUP_SECONDS, seed=seed, quiet=True
            )
            seed = None
            result = await worker.run(message)
            self._start = result.checkpoint if shared else self._start
            if result.status != "ok":
                return worker, f"The setup fails: {_reason(result)}"
        return worker, ""

    async def _taken(self) -> Worker:
        return await self._engine.take("world")

    async def _run(self, world: Worker, code: str, seconds: float) -> CellResult:
        return await world.run(Run(code=code, filename=ANSWER, seconds=seconds, seed=None))

    async def _observed(self, world: Worker, place: int, seconds: float) -> Observations:
        if not self._looks[place]:
            return Observations(data=NOTHING)
        last = not any(self._looks[place + 1 :])  # then no throw-away fork is needed
        check, trials = self._checks[place], self._trials[place]
        return await self._look(world, check, trials, fork=not last, seconds=seconds)

    async def _look(  # noqa: PLR0913 - the parts of one message
        self,
        world: Worker,
        check: Specification,
        trials: bytes,
        *,
        prepare: bool = False,
        fork: bool = True,
        seconds: float | None = None,
    ) -> Observations:
        message = Observe(
            check=check,
            trials=trials,
            seconds=seconds or self._seconds,
            prepare=prepare,
            fork=fork,
        )
        try:
            reply = await world.request(message)
        except WorkerLostError as error:
            return Observations(failure="crashed", reason=str(error))
        if not isinstance(reply, Observations):
            return Observations(failure="fault", reason="The reply was of another kind.")
        return reply

    # --- findings

    async def _finding(self, place: int, seen: Observations, text: str) -> Finding:
        check = self._checks[place]
        if seen.failure:
            status: Literal["fail", "error"] = "error" if seen.failure == "fault" else "fail"
            return _plain(check, status, seen.failure, seen.reason)
        message = Compare(
            check=check, answer=seen.data, reference=self._expected[place].data, source=text
        )
        reply = await self._judges.ask(check.module, message)
        if not isinstance(reply, Compared) or reply.failure:
            return _plain(check, "error", "lesson-error", getattr(reply, "failure", "no reply"))
        try:
            return msgspec.json.decode(reply.finding, type=Finding)
        except (msgspec.MsgspecError, RecursionError) as error:
            return _plain(check, "error", "lesson-error", f"it gave no finding: {error}")


def _plain(check: Specification, status: Literal["fail", "error"], code: str, why: str) -> Finding:
    target = check.target if isinstance(check.target, str) else ", ".join(check.target)
    message = f"`{check.check}`: {neutralise(why)}"
    return Finding(check=check.check, target=target, status=status, code=code, message=message)


def _specification(use: CheckUse) -> Specification:
    module = "" if use.custom is None else use.custom.text
    return Specification(check=use.check, target=use.target, params=use.params, module=module)


def _reads_text(use: CheckUse) -> bool:
    if use.custom is None:
        return use.check in text_only_checks()
    return bool((use.custom.entries or {}).get(use.check, {}).get(TEXT_ONLY))


def _reason(result: CellResult) -> str:
    return (result.error.traceback if result.error is not None else result.note).strip()
