"""Judging code: run it in a world of its own, look at it beside the solution, conclude."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Sequence

import msgspec

from checks.finding import Finding
from tutor.course.catalogue import SAYS, TEXT_ONLY, text_only_checks
from tutor.course.model import CheckUse, Code, Lesson, Mistake
from tutor.engine.client import Engine
from tutor.engine.protocol import Observations, Specification
from tutor.judging.bench import NOTHING, Bench, Sighting, broken_check, subject_of
from tutor.judging.running import run_finding, same_ending
from tutor.judging.verdict import RecognisedMistake, Verdict, first_cause
from tutor.judging.worlds import Ran, World, open_world

__all__ = ["CodeJudging"]


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one text did: how it ran and, check by check, what was observed."""

    text: str
    ran: Ran
    observed: tuple[Observations, ...] = ()


class CodeJudging:
    """One exercise's two worlds."""

    def __init__(
        self, engine: Engine, bench: Bench, lesson: Lesson, exercise: Code, seconds: float
    ) -> None:
        self._engine = engine
        self._bench = bench
        self._setups = (lesson.setup, exercise.setup)
        self._exercise = exercise
        self._seconds = seconds
        self._checks = tuple(_specification(use) for use in exercise.checks)
        self._looks = tuple(not _is_text_only(use) for use in exercise.checks)
        self._seed = secrets.randbits(62)

    async def judge(self, answer: str) -> Verdict:
        """The verdict on `answer`.

        Raises:
            EngineError: the tutor failed.
        """
        async with contextlib.AsyncExitStack() as stack:
            mine, reference, trials = await asyncio.gather(
                stack.enter_async_context(open_world(self._engine, seconds=self._seconds)),
                stack.enter_async_context(open_world(self._engine, seconds=self._seconds)),
                self._bench.draw(self._checks),
            )
            ran, solved = await asyncio.gather(
                mine.run(self._setups, answer, self._seed),
                reference.run(self._setups, self._exercise.solution, self._seed),
            )
            fault = _fault(ran, solved)
            if fault is not None:
                return self._error(fault, ran.output)
            prepared = await self._prepare(reference, trials)
            if isinstance(prepared, str):
                return self._error(f"The lesson's inputs cannot be made: {prepared}", "")
            expected: tuple[Observations, ...] = ()
            seen = _Seen(text=answer, ran=ran)
            if ran.ok:
                observed, expected = await asyncio.gather(
                    self._observe(mine, prepared), self._observe(reference, prepared)
                )
                seen = _Seen(text=answer, ran=ran, observed=observed)
                findings = await self._findings(seen, expected)
            else:
                findings = (self._said(run_finding(ran)), *self._skipped())
        verdict = self._verdict(findings, ran.output)
        if verdict.status == "fail":
            mistake = await self._recognise(seen, expected, prepared)
            verdict = msgspec.structs.replace(verdict, mistake=mistake)
        return verdict

    # --- the worlds

    async def _prepare(self, reference: World, trials: Sequence[bytes]) -> tuple[bytes, ...] | str:
        """The trials with their inputs, or why the lesson's expressions fail."""
        prepared: list[bytes] = []
        for check, looks, drawn in zip(self._checks, self._looks, trials, strict=True):
            if not looks:
                prepared.append(drawn)
                continue
            reply = await reference.prepare(check, drawn)
            if reply.failure:
                return reply.reason
            prepared.append(reply.data)
        return tuple(prepared)

    async def _observe(self, world: World, trials: Sequence[bytes]) -> tuple[Observations, ...]:
        left = sum(self._looks)
        observed: list[Observations] = []
        for check, looks, drawn in zip(self._checks, self._looks, trials, strict=True):
            if looks:
                left -= 1
                observed.append(await world.observe(check, drawn, last=left == 0))
            else:
                observed.append(Observations(data=NOTHING))
        return tuple(observed)

    # --- findings

    async def _findings(self, seen: _Seen, expected: Sequence[Observations]) -> tuple[Finding, ...]:
        return tuple(
            [
                await self._finding(check, mine, reference, seen.text)
                for check, mine, reference in zip(
                    self._checks, seen.observed, expected, strict=True
                )
            ]
        )

    async def _finding(
        self, check: Specification, mine: Observations, reference: Observations, source: str
    ) -> Finding:
        unseen = _unseen(check, mine, reference)
        if unseen is not None:
            return unseen
        return await self._bench.compare(check, Sighting(source, mine.data), reference.data)

    def _said(self, finding: Finding) -> Finding:
        """How the answer ended, with the first words that the author has for it at a check."""
        texts = (check.params.get(SAYS, {}).get(finding.code, "") for check in self._checks)
        return msgspec.structs.replace(finding, says=next(filter(None, texts), ""))

    def _skipped(self) -> tuple[Finding, ...]:
        return tuple(
            _plain(check, "skipped", "not-run", "Not looked at: the code did not run to its end.")
            for check in self._checks
        )

    # --- the verdict

    def _verdict(self, findings: Sequence[Finding], output: str) -> Verdict:
        points = float(self._exercise.points)
        statuses = {finding.status for finding in findings}
        if "error" in statuses:
            first = next(finding for finding in findings if finding.status == "error")
            return self._error(first.message, output, findings)
        weights = [use.weight for use in self._exercise.checks]
        earned = sum(
            weight
            for weight, finding in zip(weights, findings[-len(weights) :], strict=True)
            if finding.status == "pass"
        )
        cause = first_cause(findings)
        return Verdict(
            status="pass" if cause is None else "fail",
            score=points if cause is None else round(points * earned / sum(weights), 2),
            max_score=points,
            message="" if cause is None else cause.says.strip() or cause.message,
            findings=tuple(findings),
            output=output,
        )

    def _error(self, reason: str, output: str, findings: Sequence[Finding] = ()) -> Verdict:
        return Verdict(
            status="error",
            score=0.0,
            max_score=float(self._exercise.points),
            message=reason,
            findings=tuple(findings),
            output=output,
        )

    # --- mistakes

    async def _recognise(
        self, seen: _Seen, expected: Sequence[Observations], trials: Sequence[bytes]
    ) -> RecognisedMistake | None:
        """The first listed mistake that behaves like the answer."""
        for mistake in self._exercise.mistakes:
            if await self._behaves_like(mistake, seen, expected, trials):
                return RecognisedMistake(id=mistake.id, says=mistake.says.strip())
        return None

    async def _behaves_like(
        self,
        mistake: Mistake,
        seen: _Seen,
        expected: Sequence[Observations],
        trials: Sequence[bytes],
    ) -> bool:
        async with open_world(self._engine, seconds=self._seconds) as world:
            ran = await world.run(self._setups, mistake.answer, self._seed)
            if not (ran.ok and seen.ran.ok):
                return same_ending(ran, seen.ran)
            observed = await self._observe(world, trials)
        for check, theirs, mine, reference in zip(
            self._checks, observed, seen.observed, expected, strict=True
        ):
            if theirs.failure or mine.failure:
                if theirs.failure != mine.failure:
                    return False
            elif not await self._bench.same(
                check,
                Sighting(seen.text, mine.data),
                Sighting(mistake.answer, theirs.data),
                reference.data,
            ):
                return False
        return True


def _specification(use: CheckUse) -> Specification:
    module = "" if use.custom is None else use.custom.text
    return Specification(check=use.check, target=use.target, params=use.params, module=module)


def _is_text_only(use: CheckUse) -> bool:
    """Whether the check reads the answer's text and has nothing to look at in a world."""
    if use.custom is None:
        return use.check in text_only_checks()
    return bool((use.custom.entries or {}).get(use.check, {}).get(TEXT_ONLY))


def _unseen(check: Specification, mine: Observations, reference: Observations) -> Finding | None:
    """What is found where one of the worlds could not be looked at; None where both could."""
    for failed in (reference, mine):
        if failed.failure == "fault" and check.module:
            return broken_check(check, failed.reason)
    if reference.failure:
        reason = f"The lesson's own solution cannot be looked at: {reference.reason}"
        return _plain(check, "error", "lesson-fault", reason)
    if mine.failure == "fault":
        return _plain(check, "error", "tutor-fault", f"The tutor could not look: {mine.reason}")
    if mine.failure == "unbuilt":  # but in the solution's world it could be built
        return _plain(check, "fail", "unobserved", _UNBUILT)
    return _plain(check, "fail", mine.failure, mine.reason) if mine.failure else None


_UNBUILT = "The answer breaks what it is looked at with. Does it change other modules?"


def _plain(check: Specification, status: str, code: str, message: str) -> Finding:
    return Finding(
        check=check.check,
        target=subject_of(check),
        status=status,  # type: ignore[arg-type]  # a literal at every call
        code=code,
        message=message,
        says=check.params.get(SAYS, {}).get(code, "") if status == "fail" else "",
    )


def _fault(ran: Ran, solved: Ran) -> str | None:
    """What is wrong with the lesson or the tutor, before any check."""
    for setup in (ran.setup, solved.setup):
        if setup is not None:
            reason = setup.error.traceback if setup.error is not None else setup.note
            return f"The lesson's setup failed:\n{reason}"
    if solved.answer is None or solved.answer.status != "ok":
        result = solved.answer
        reason = ""
        if result is not None:
            reason = result.error.traceback if result.error is not None else result.note
        return f"The lesson's own solution does not run:\n{reason}"
    return None
