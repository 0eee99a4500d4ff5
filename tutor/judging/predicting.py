"""Judging a prediction: the code runs in a world, what was typed goes to the judge."""

from __future__ import annotations

from tutor.course.model import Lesson, Predict
from tutor.engine.client import Engine
from tutor.engine.protocol import Specification
from tutor.judging.bench import NOTHING, Bench, Sighting
from tutor.judging.verdict import RecognisedMistake, Verdict
from tutor.judging.worlds import open_world

__all__ = ["judge_prediction"]


async def judge_prediction(  # noqa: PLR0913, PLR0917 - two hands, a question and an answer
    engine: Engine, bench: Bench, lesson: Lesson, exercise: Predict, answer: str, seconds: float
) -> Verdict:
    """Pass when what was typed says what the code really does.

    Raises:
        EngineError: the tutor failed.
    """
    check = Specification(
        check="prediction",
        target=exercise.of,
        params={"ask": exercise.ask, "code": exercise.code},
    )
    points = float(exercise.points)
    async with open_world(engine, seconds=seconds) as world:
        ran = await world.run((lesson.setup, exercise.setup), "", seed=0)
        if ran.setup is not None:
            reason = ran.setup.error.traceback if ran.setup.error is not None else ran.setup.note
            return _error(points, f"The lesson's setup failed:\n{reason}")
        (trials,) = await bench.draw((check,))
        truth = await world.observe(check, trials)
    if truth.failure:
        return _error(points, f"The exercise's code could not be run: {truth.reason}")
    finding = await bench.compare(check, Sighting(answer, NOTHING), truth.data)
    if finding.status == "error":
        return _error(points, finding.message)
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


async def _recognise(
    bench: Bench, check: Specification, exercise: Predict, answer: str
) -> RecognisedMistake | None:
    """The first listed wrong prediction that says the same."""
    for mistake in exercise.mistakes:
        mine, theirs = Sighting(answer, NOTHING), Sighting(mistake.answer, NOTHING)
        if await bench.same(check, mine, theirs, NOTHING):
            return RecognisedMistake(id=mistake.id, says=mistake.says.strip())
    return None


def _error(points: float, reason: str) -> Verdict:
    return Verdict(status="error", score=0.0, max_score=points, message=reason)
