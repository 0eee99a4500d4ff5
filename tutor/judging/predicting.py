"""Judging a prediction: the code runs in a world, what was typed goes to the judge."""

from __future__ import annotations

import msgspec

from tutor.course.model import Lesson, Predict
from tutor.engine.protocol import Sighted, Specification
from tutor.errors import WorkerLostError
from tutor.judging.assignment import setups_of
from tutor.judging.bench import Bench, UnusableCheckError
from tutor.judging.late import late_imports
from tutor.judging.prepared import Preparer
from tutor.judging.verdict import RecognisedMistake, Verdict, lesson_fault
from tutor.judging.worlds import NOTHING, open_world

__all__ = ["judge_prediction"]


class _Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What an exercise's code really does.

    Attributes:
        fault: why it cannot be told, which is the lesson's fault; else empty.
        observed: encoded, for the judge.
    """

    fault: str = ""
    observed: bytes = b""


async def judge_prediction(
    preparer: Preparer, lesson: Lesson, exercise: Predict, answer: str
) -> Verdict:
    """Pass when what was typed says what the code really does.

    Raises:
        EngineError: the tutor failed.
    """
    points = float(exercise.points)
    truth = await _find_truth(preparer, lesson, exercise)
    if truth.fault:
        return lesson_fault(truth.fault, points)
    bench, check = preparer.bench, _check_of(exercise)
    finding = await bench.compare(check, NOTHING, truth.observed, source=answer)
    if finding.status == "error":
        return lesson_fault(finding.message, points)
    passed = finding.status == "pass"
    return Verdict(
        status="pass" if passed else "fail",
        score=points if passed else 0.0,
        max_score=points,
        message=finding.message,
        mistake=None if passed else await _recognise(bench, check, exercise, answer),
        findings=(finding,),
        truth=finding.expected,
    )


async def _find_truth(preparer: Preparer, lesson: Lesson, exercise: Predict) -> _Truth:
    """Run the exercise's code in a world of its own and look.

    Raises:
        EngineError: the tutor failed.
    """
    check = _check_of(exercise)
    await late_imports(preparer.engine, *setups_of(lesson, exercise), exercise.code)
    async with open_world(preparer.engine, seconds=preparer.seconds) as world:
        await world.set_up(setups_of(lesson, exercise), seed=0)
        if world.fault:
            return _Truth(fault=world.fault)
        try:
            (trials,) = await preparer.bench.draw((check,))
        except UnusableCheckError as error:
            return _Truth(fault=str(error))
        seen = await world.observe(check, trials, last=True)
        # Whatever the code does, its keeper lives to tell it.
        if world.lost:
            raise WorkerLostError(seen.reason)
    if seen.failure:
        return _Truth(fault=f"The exercise's code could not be run: {seen.reason}")
    return _Truth(observed=seen.data)


def _check_of(exercise: Predict) -> Specification:
    params = {"ask": exercise.ask, "code": exercise.code}
    return Specification(check="prediction", target=exercise.of, params=params)


async def _recognise(
    bench: Bench, check: Specification, exercise: Predict, answer: str
) -> RecognisedMistake | None:
    """The first listed wrong prediction that says the same."""
    others = [_typed(mistake.answer) for mistake in exercise.mistakes]
    which = await bench.recognise((check,), _typed(answer), others, (NOTHING,))
    if which is None:
        return None
    mistake = exercise.mistakes[which]
    return RecognisedMistake(id=mistake.id, says=mistake.says.strip())


def _typed(text: str) -> Sighted:
    return Sighted(source=text, observed=(NOTHING,))
