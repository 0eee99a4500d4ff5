"""Whether the lesson's own side of an exercise can be relied on: for authors, not for learners.

An answer is measured against what the solution does. So the solution has to run, to pass its own
checks, and to do the same again under the same seed: otherwise right answers would fail now and
then, and nobody would know why.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from checks.finding import Finding
from tutor.course.model import Choice, Code, Exercise, Lesson, Predict
from tutor.judging.assignment import Assignment, setups_of
from tutor.judging.code import judge_code
from tutor.judging.predicting import judge_prediction
from tutor.judging.prepared import Preparer
from tutor.judging.worlds import open_world

__all__ = ["ReferenceFault", "reference_faults"]

FaultCode: TypeAlias = Literal["fails", "differs"]


class ReferenceFault(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the lesson's own code that makes verdicts unreliable.

    Attributes:
        code: ``fails`` if it does not work; ``differs`` if it gives another result under the same
            seed.
        message: for the author.
        check: the place of the check that shows it, among the exercise's; None where none does.
    """

    code: FaultCode
    message: str
    check: int | None = None


async def reference_faults(
    preparer: Preparer, lesson: Lesson, exercise: Exercise, *, times: int = 2
) -> tuple[ReferenceFault, ...]:
    """What is wrong with an exercise's solution, code or evidence; nothing if it can be relied on.

    Args:
        preparer: what it takes to run it.
        lesson: the exercise's lesson.
        exercise: of any kind; one to read has nothing to run.
        times: how often a solution is tried, each time under another seed and in other trials.

    Raises:
        EngineError: the tutor failed.
    """
    match exercise:
        case Code():
            for _ in range(times):
                faults = await _solution_faults(preparer, lesson, exercise)
                if faults:
                    return faults
            return ()
        case Predict():
            return await _prediction_faults(preparer, lesson, exercise)
        case Choice() if exercise.code.strip():
            return await _evidence_faults(preparer, lesson, exercise)
    return ()


async def _solution_faults(
    preparer: Preparer, lesson: Lesson, exercise: Code
) -> tuple[ReferenceFault, ...]:
    """Judge the solution as an answer: under one seed it runs twice, in two worlds."""
    prepared = preparer.begin(Assignment.of(lesson, exercise))
    try:
        verdict = await judge_code(preparer.bench, exercise, prepared, exercise.solution)
    finally:
        await prepared.close()
    if verdict.status == "pass":
        return ()
    checks = len(exercise.checks)
    if len(verdict.findings) != checks:  # it did not come to the checks
        return (ReferenceFault(code="fails", message=verdict.message),)
    return tuple(
        _fault_of(finding, place)
        for place, finding in enumerate(verdict.findings)
        if finding.status in {"fail", "error"}
    )


def _fault_of(finding: Finding, place: int) -> ReferenceFault:
    if finding.status == "error":
        return ReferenceFault(code="fails", message=finding.message, check=place)
    if finding.code in _BY_TEXT:
        says = f"The solution breaks its own rule: {finding.message}"
        return ReferenceFault(code="fails", message=says, check=place)
    says = "The solution gives another result when it runs again under the same seed"
    return ReferenceFault(code="differs", message=f"{says}: {finding.message}", check=place)


_BY_TEXT = frozenset({"not-used", "forbidden"})
"""Codes of checks that read the text, which is the same each time."""


async def _prediction_faults(
    preparer: Preparer, lesson: Lesson, exercise: Predict
) -> tuple[ReferenceFault, ...]:
    verdicts = [await judge_prediction(preparer, lesson, exercise, "") for _ in range(2)]
    for verdict in verdicts:
        if verdict.status == "error":
            return (ReferenceFault(code="fails", message=verdict.message),)
    first, second = (verdict.truth for verdict in verdicts)
    if first == second:
        return ()
    says = f"The code does not do the same each time: {first}, then {second}."
    return (ReferenceFault(code="differs", message=says),)


async def _evidence_faults(
    preparer: Preparer, lesson: Lesson, exercise: Choice
) -> tuple[ReferenceFault, ...]:
    shown: list[str] = []
    for _ in range(2):
        async with open_world(preparer.engine, seconds=preparer.seconds) as world:
            await world.set_up(setups_of(lesson, exercise), seed=0)
            if world.fault:
                return (ReferenceFault(code="fails", message=world.fault),)
            shown.append((await world.run(exercise.code)).output)
    if shown[0] == shown[1]:
        return ()
    return (
        ReferenceFault(code="differs", message="The evidence prints something else each time."),
    )
