"""Judging one answer: two worlds, one judge, one verdict."""

from __future__ import annotations

import time

import msgspec

from tutor.course.model import Choice, Code, Exercise, Lesson, Predict, Read
from tutor.course.problems import Problem
from tutor.course.settle import settle, unsettled
from tutor.engine.client import Engine
from tutor.errors import EngineError, LessonFileError
from tutor.judging.bench import Bench
from tutor.judging.choosing import judge_choice
from tutor.judging.code import CodeJudging
from tutor.judging.describing import Describing
from tutor.judging.predicting import judge_prediction
from tutor.judging.verdict import Verdict

__all__ = ["Judging"]


class Judging:
    """Judges answers with one engine; what is warm is kept between answers."""

    def __init__(self, engine: Engine, *, seconds: float = 10.0) -> None:
        """Judge with `engine`; an answer and each look at it may take `seconds`."""
        self._engine = engine
        self._bench = Bench(engine)
        self._describing = Describing(engine)
        self._seconds = seconds

    async def judge(self, lesson: Lesson, exercise: Exercise, answer: str) -> Verdict:
        """The verdict on one answer.

        Args:
            lesson: the exercise's lesson; its setup runs first.
            exercise: what was asked.
            answer: the code; for ``predict`` what was typed; for ``choice`` the numbers of the
                chosen options from 1, such as ``2`` or ``1,3``; for ``read`` anything.

        Nothing that an answer does is raised. A fault of the tutor or of the lesson gives a
        verdict of status ``error``.
        """
        started = time.monotonic()
        try:
            verdict = await self._judge(lesson, await self._settled(exercise), answer)
        except EngineError as error:
            reason = f"The tutor could not judge this answer; it is not counted. {error}"
            verdict = _error(exercise, reason)
        except LessonFileError as error:
            verdict = _error(exercise, f"The lesson has problems; nothing is counted.\n{error}")
        self._engine.stock("world", 2)  # for the next answer, while this one is read
        return msgspec.structs.replace(
            verdict, seconds=time.monotonic() - started, sandbox=self._engine.sandbox
        )

    async def settle(self, lesson: Lesson) -> Lesson:
        """The lesson, as it is once it is known which parameters the course's own checks take.

        `judge` does this by itself. Whoever calls it before learns of problems with positions.

        Raises:
            LessonFileError: the course's ``checks.py``, or an entry that uses it, has problems.
            EngineError: no worker is to be had that could say.
        """
        custom = next(filter(None, map(unsettled, lesson.exercises)), None)
        if custom is None:
            return lesson
        described = await self._describing.describe(custom)
        problems: list[Problem] = []
        exercises: list[Exercise] = []
        for exercise in lesson.exercises:
            try:
                exercises.append(settle(exercise, described))
            except LessonFileError as error:
                problems += error.problems
        if problems:
            raise LessonFileError(sorted(set(problems)))
        return msgspec.structs.replace(lesson, exercises=tuple(exercises))

    async def _settled(self, exercise: Exercise) -> Exercise:
        custom = unsettled(exercise)
        if custom is None:
            return exercise
        return settle(exercise, await self._describing.describe(custom))

    async def _judge(self, lesson: Lesson, exercise: Exercise, answer: str) -> Verdict:
        match exercise:
            case Read():
                points = float(exercise.points)
                return Verdict(status="pass", score=points, max_score=points)
            case Choice():
                return await judge_choice(self._engine, lesson, exercise, answer, self._seconds)
            case Predict():
                return await judge_prediction(
                    self._engine, self._bench, lesson, exercise, answer, self._seconds
                )
            case Code():
                judging = CodeJudging(self._engine, self._bench, lesson, exercise, self._seconds)
                return await judging.judge(answer)


def _error(exercise: Exercise, reason: str) -> Verdict:
    points = float(exercise.points)
    return Verdict(status="error", score=0.0, max_score=points, message=reason)
