"""Judging code: run it in a world of its own, look at it beside the solution, conclude."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from checks.finding import Finding
from tutor.course.catalogue import SAYS
from tutor.course.model import Code
from tutor.engine.protocol import Observations
from tutor.judging.bench import Bench
from tutor.judging.blanks import blank_finding, first_blank
from tutor.judging.findings import skipped, unseen
from tutor.judging.mistakes import Seen
from tutor.judging.prepared import Prepared
from tutor.judging.running import run_finding
from tutor.judging.verdict import RecognisedMistake, Verdict, first_cause, lesson_fault
from tutor.judging.worlds import Ran, World
from tutor.judging.yardstick import Yardstick

__all__ = ["judge_code"]


async def judge_code(bench: Bench, exercise: Code, prepared: Prepared, answer: str) -> Verdict:
    """The verdict on `answer`, which uses up what was prepared.

    Raises:
        EngineError: the tutor failed.
    """
    return await _Judgement(bench, exercise, prepared, answer).verdict()


class _Judgement:
    """One answer on its way to a verdict."""

    def __init__(self, bench: Bench, exercise: Code, prepared: Prepared, answer: str) -> None:
        self._bench = bench
        self._exercise = exercise
        self._prepared = prepared
        self._answer = answer
        self._checks = prepared.assignment.checks

    async def verdict(self) -> Verdict:
        """Run, look, compare, recognise."""
        points = float(self._exercise.points)
        world = await self._prepared.world()
        if world.fault:
            return lesson_fault(world.fault, points)
        ran = await world.run(self._answer)
        yardstick = await self._prepared.yardstick()
        if yardstick.fault:
            return lesson_fault(yardstick.fault, points, ran.output)
        seen = Seen(text=self._answer, ran=ran)
        if ran.ok:
            seen, findings = await self._looked(world, ran, yardstick)
        else:
            stopped = run_finding(ran, await world.warned(), self._answer)
            findings = (self._said(stopped), *map(skipped, self._checks))
        verdict = self._concluded(findings, ran.output)
        blank = first_blank(self._answer) if verdict.status == "fail" else None
        if blank is not None:  # whatever else it does, this is why it cannot be right yet
            about = self._said(blank_finding(blank))
            rest = findings[-len(self._checks) :]
            return self._concluded((about, *rest), ran.output)
        if verdict.status == "fail":
            mistake = await self._prepared.mistakes.recognise(self._bench, seen, yardstick)
            if mistake is not None:
                known = RecognisedMistake(id=mistake.id, says=mistake.says.strip())
                verdict = msgspec.structs.replace(verdict, mistake=known)
        return verdict

    async def _looked(
        self, world: World, ran: Ran, yardstick: Yardstick
    ) -> tuple[Seen, tuple[Finding, ...]]:
        """What was observed, and each check's finding; one is compared while the next looks."""
        observed: list[Observations] = []
        comparing: list[asyncio.Task[Finding]] = []
        try:
            async for mine in world.observe_all(self._prepared.assignment, yardstick.trials):
                observed.append(mine)
                finding = self._finding(len(observed) - 1, mine, yardstick)
                comparing.append(asyncio.create_task(finding))
            findings = await asyncio.gather(*comparing)
        finally:
            for task in comparing:
                task.cancel()
        return Seen(text=self._answer, ran=ran, observed=tuple(observed)), tuple(findings)

    async def _finding(self, place: int, mine: Observations, yardstick: Yardstick) -> Finding:
        check, expected = self._checks[place], yardstick.expected[place]
        return unseen(check, mine, expected) or await self._bench.compare(
            check, mine.data, expected.data, source=self._answer
        )

    def _said(self, finding: Finding) -> Finding:
        """How the answer ended, with the first words that the author has for it at a check."""
        texts = (check.params.get(SAYS, {}).get(finding.code, "") for check in self._checks)
        return msgspec.structs.replace(finding, says=next(filter(None, texts), ""))

    # --- concluding

    def _concluded(self, findings: Sequence[Finding], output: str) -> Verdict:
        points = float(self._exercise.points)
        broken = next((finding for finding in findings if finding.status == "error"), None)
        if broken is not None:
            return Verdict(
                status="error",
                score=0.0,
                max_score=points,
                message=broken.message,
                findings=tuple(findings),
                output=output,
            )
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
