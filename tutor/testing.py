"""For a course's own test suite: its lessons as tests of pytest, one for each exercise.

from tutor.testing import course_tests

TestCourse = course_tests("lessons")
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tutor.authoring.verify.exercise import Desk, Options, verify_exercise
from tutor.authoring.verify.report import ExerciseReport, LessonReport, Report
from tutor.authoring.verify.run import desks, settled
from tutor.authoring.verify.text import as_text
from tutor.course.find import open_course
from tutor.course.model import LessonFile
from tutor.errors import LessonFileError

__all__ = ["course_tests"]


class _Place(msgspec.Struct, frozen=True):
    """One exercise of a file, or a file that cannot be read."""

    file: LessonFile
    exercise: str = ""

    @property
    def name(self) -> str:
        """How the test is named."""
        lesson = self.file.id or self.file.path.stem
        return f"{lesson}-{self.exercise}" if self.exercise else f"{lesson}-file"


class _Verifier:
    """One engine and one event loop for the tests of a class."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._runner = asyncio.Runner()
        self._desks = desks(1, seconds=options.seconds)
        (self._desk,) = self._runner.run(self._desks.__aenter__())

    def report(self, lesson: LessonReport) -> Report:
        """The report on a lesson, with how it came about."""
        return Report(
            lessons=(lesson,),
            seed=self._options.seed,
            times=self._options.times,
            sandbox=self._desk.engine.sandbox,
            seconds=sum(exercise.seconds for exercise in lesson.exercises),
        )

    def close(self) -> None:
        """End the engine."""
        self._runner.run(self._desks.__aexit__(None, None, None))
        self._runner.close()

    def verify(self, place: _Place) -> ExerciseReport:
        """What comes of one exercise.

        Raises:
            LessonFileError: the file, or the course's own checks, have problems.
        """
        return self._runner.run(_verified(self._desk, place, self._options))


async def _verified(desk: Desk, place: _Place, options: Options) -> ExerciseReport:
    file = await settled(desk, place.file)
    if file.lesson is None:
        raise LessonFileError(file.problems)
    exercise = file.lesson.exercise(place.exercise)
    if exercise is None:
        raise ValueError(f"{place.name}: no such exercise")
    return await verify_exercise(desk, file.lesson, exercise, options)


def course_tests(  # noqa: PLR0913 - what an author may want otherwise, each by its name
    path: str | Path,
    *,
    min_strength: float | None = None,
    mutants: bool = True,
    most_mutants: int | None = None,
    times: int = 2,
    seed: int = 0,
) -> type:
    """A class of tests, to be given a name that pytest collects.

    Each exercise of each lesson is a test, named by their ids. It fails where something is not as
    the lesson promises, with the words of ``tutor verify``.

    Args:
        path: a course's directory or a lesson file; what is relative begins beside the test file.
        min_strength: the percentage of its solution's changes that each exercise's checks have to
            notice; None for no such limit.
        mutants: whether to change solutions at all.
        most_mutants: how many changes of a solution to try at most.
        times: on how many draws of hidden trials each answer is judged.
        seed: decides the draws, so that CI says the same each time.

    Raises:
        NotFoundError: there is no course and no lesson at `path`.
    """
    caller = inspect.stack()[1]
    course = open_course((Path(caller.filename).parent / path).resolve())
    places = [
        place
        for file in course.files
        for place in (
            [_Place(file, exercise.id) for exercise in file.lesson.exercises]
            if file.lesson is not None
            else [_Place(file)]
        )
    ]
    options = Options(seed=seed, times=times, mutants=mutants, most=most_mutants)

    class CourseTests:
        """What a course promises."""

        @pytest.fixture(scope="class")
        def verifier(self) -> Iterator[_Verifier]:
            verifier = _Verifier(options)
            yield verifier
            verifier.close()

        def test_the_course_file(self) -> None:
            """``course.yaml`` and the course's own checks can be read."""
            if course.problems:
                pytest.fail("\n".join(map(str, course.problems)), pytrace=False)

        @pytest.mark.parametrize("place", places, ids=[place.name for place in places])
        def test_exercise(self, place: _Place, verifier: _Verifier) -> None:
            """Everything in the file is as it says."""
            _check(place, verifier, min_strength)

    return CourseTests


def _check(place: _Place, verifier: _Verifier, least: float | None) -> None:
    __tracebackhide__ = True
    if place.file.problems:
        pytest.fail("\n".join(map(str, place.file.problems)), pytrace=False)
    try:
        exercise = verifier.verify(place)
    except LessonFileError as error:
        pytest.fail(str(error), pytrace=False)
    lesson = LessonReport(path=place.file.path, id=place.file.id, exercises=(exercise,))
    report = verifier.report(lesson)
    if report.exit_code(least):
        pytest.fail(as_text(report, least), pytrace=False)
