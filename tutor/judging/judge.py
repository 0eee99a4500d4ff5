"""Judging one answer: two worlds, one judge, one verdict."""

from __future__ import annotations

import time

import msgspec

from tutor.course.model import Choice, Code, Exercise, Lesson, Predict, Read
from tutor.engine.client import Engine
from tutor.errors import EngineError
from tutor.judging.bench import Bench
from tutor.judging.choosing import judge_choice
from tutor.judging.code import CodeJudging
from tutor.judging.predicting import judge_prediction
from tutor.judging.verdict import Verdict

__all__ = ["Judging"]


class Judging:
    """Judges answers with one engine; what is warm is kept between answers."""

    def __init__(self, engine: Engine, *, seconds: float = 10.0) -> None:
        """Judge with `engine`; an answer and each look at it may take `seconds`."""
        self._engine = engine
        self._bench = Bench(engine)
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
            verdict = await self._judge(lesson, exercise, answer)
        except EngineError as error:
            verdict = Verdict(
                status="error",
                score=0.0,
                max_score=float(exercise.points),
                message=f"The tutor could not judge this answer; it is not counted. {error}",
            )
        self._engine.stock("world", 2)  # for the next answer, while this one is read
        return msgspec.structs.replace(
            verdict, seconds=time.monotonic() - started, sandbox=self._engine.sandbox
        )

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
