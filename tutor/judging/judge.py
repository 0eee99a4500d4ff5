"""Judging one answer: two worlds, one judge, one verdict."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time

import msgspec

from tutor.course.model import Choice, Exercise, Lesson, Predict, Read
from tutor.course.problems import Problem
from tutor.course.programs import as_code
from tutor.course.settle import settle, unsettled
from tutor.engine.client import Engine
from tutor.errors import EngineError, LessonFileError
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench
from tutor.judging.choosing import judge_choice
from tutor.judging.code import judge_code
from tutor.judging.describing import Describing
from tutor.judging.late import late_imports
from tutor.judging.predicting import judge_prediction
from tutor.judging.prepared import Preparer
from tutor.judging.programs import verdict_before_running
from tutor.judging.shelf import Shelf
from tutor.judging.verdict import Verdict, lesson_fault

__all__ = ["Judging"]


class Judging:
    """Judges answers with one engine; what is warm is kept between answers."""

    def __init__(
        self, engine: Engine, *, seconds: float = 10.0, chance: random.Random | None = None
    ) -> None:
        """Judge with `engine`.

        Args:
            engine: where worlds and judge come from.
            seconds: what an answer, and each look at it, may take.
            chance: decides seeds and hidden trials. The system's own unless given; another one
                is for documentation and tests, which want the same verdict twice.
        """
        chance = chance or random.SystemRandom()
        self._engine = engine
        self._bench = Bench(engine, chance)
        self._describing = Describing(engine)
        self._expecting: asyncio.Task[None] | None = None
        self._seconds = seconds
        self._preparer = Preparer(engine, self._bench, chance, seconds=seconds)
        self._shelf = Shelf(self._preparer)

    def expect(self, lesson: Lesson, exercise: Exercise) -> None:
        """Prepare for answers to this exercise from now on, behind whatever else happens.

        Call it when a learner comes to an exercise. Nothing depends on it but the time that
        verdicts take.
        """
        if self._expecting is not None:
            self._expecting.cancel()
        self._expecting = None
        if unsettled(exercise) is None:
            self._expect(lesson, exercise)
        else:
            self._expecting = asyncio.create_task(self._expect_settled(lesson, exercise))

    def _expect(self, lesson: Lesson, exercise: Exercise) -> None:
        program = as_code(exercise)
        self._shelf.keep(None if program is None else Assignment.of(lesson, program))

    async def _expect_settled(self, lesson: Lesson, exercise: Exercise) -> None:
        with contextlib.suppress(EngineError, LessonFileError):  # whoever judges says so
            self._expect(lesson, await self._settled(exercise))

    async def settled(self) -> None:
        """Wait until everything is prepared that is to be, for what needs the quickest verdict."""
        if self._expecting is not None:
            await asyncio.wait((self._expecting,))
        await self._shelf.settled()

    async def rest(self) -> None:
        """Prepare for nothing any more."""
        if self._expecting is not None:
            self._expecting.cancel()
        await self._shelf.clear()

    async def judge(self, lesson: Lesson, exercise: Exercise, answer: str) -> Verdict:
        """The verdict on one answer.

        Args:
            lesson: the exercise's lesson; its setup runs first.
            exercise: what was asked.
            answer: the code; for ``order`` the arranged lines; for ``explore`` the cells that ran
                without an error, one below the other; for ``predict`` what was typed; for
                ``choice`` the numbers of the chosen options from 1, such as ``2`` or ``1,3``; for
                ``read`` anything.

        Nothing that an answer does is raised. A fault of the tutor or of the lesson gives a
        verdict of status ``error``.
        """
        started = time.monotonic()
        try:
            verdict = await self._judge(lesson, await self._settled(exercise), answer)
        except EngineError as error:
            verdict = Verdict(
                status="error",
                score=0.0,
                max_score=float(exercise.points),
                message=f"The tutor could not judge this answer; it is not counted. {error}",
            )
        except LessonFileError as error:
            reason = f"The lesson has problems; nothing is counted.\n{error}"
            verdict = lesson_fault(reason, float(exercise.points))
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
                return await judge_prediction(self._preparer, lesson, exercise, answer)
        verdict, program = verdict_before_running(exercise, answer), as_code(exercise)
        if verdict is not None or program is None:
            return verdict or lesson_fault("Nothing judges this.", float(exercise.points))
        await late_imports(self._engine, answer)
        async with self._shelf.taken(Assignment.of(lesson, program)) as prepared:
            return await judge_code(self._bench, program, prepared, answer)
