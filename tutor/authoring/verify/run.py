"""Verifying courses: what to verify, several jobs side by side, one report."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tutor.authoring.lint.part import no_exercise
from tutor.authoring.verify.exercise import Desk, Options, verify_exercise
from tutor.authoring.verify.report import ExerciseReport, LessonReport, Report
from tutor.course.find import builtin_course, open_course
from tutor.course.model import Course, Exercise, Lesson, LessonFile
from tutor.course.problems import Problem
from tutor.engine.client import Engine
from tutor.errors import LessonFileError, NotFoundError
from tutor.paths import builtin_course_dir

__all__ = ["Progress", "desks", "settled", "verify"]


class Progress(msgspec.Struct, frozen=True):
    """How far it is.

    Attributes:
        done: exercises that are verified.
        total: all of them.
        latest: the one that was verified last, as ``lesson exercise``.
    """

    done: int
    total: int
    latest: str


class _Task(msgspec.Struct, frozen=True):
    """One exercise to verify: where its report belongs."""

    lesson_at: int
    exercise_at: int
    lesson: Lesson
    exercise: Exercise


async def verify(  # noqa: PLR0913 - what a caller may want otherwise, each by its name
    paths: Sequence[Path],
    options: Options,
    *,
    exercise: str | None = None,
    jobs: int = 2,
    sandbox: str | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Verify lesson files and courses.

    What is wrong with one file keeps no other from being verified.

    Args:
        paths: lesson files and course directories; the built-in course where there are none.
        options: how thoroughly.
        exercise: the id of the only exercise to verify. Lessons without it are left out.
        jobs: how many exercises to verify at once.
        sandbox: the level that is asked for; None for the best that there is.
        on_progress: called after each exercise.

    Raises:
        EngineStartError: the engine does not come up.
        UsageError: the sandbox level is not to be had.
    """
    started = time.monotonic()
    courses, missing = _opened(paths)
    files = _files(courses)
    if exercise is not None and files:
        names = [one.id for file in files if file.lesson for one in file.lesson.exercises]
        files = [file for file in files if _may_hold(file, exercise, names)]
        if not files:
            missing += [
                (path, no_exercise(exercise, names)) for path in paths or [builtin_course_dir()]
            ]
    done: list[dict[int, ExerciseReport]] = [{} for _ in files]
    level = ""
    if any(file.lesson is not None for file in files):
        async with desks(jobs, sandbox=sandbox, seconds=options.seconds) as working:
            level = working[0].engine.sandbox
            files = [await settled(working[0], file) for file in files]
            tasks = [one for one in _tasks(files) if exercise in {None, one.exercise.id}]
            await _work(working, tasks, options, done, on_progress)
    return Report(
        lessons=tuple(
            LessonReport(
                path=file.path,
                id=file.id,
                problems=file.problems,
                exercises=tuple(reports[at] for at in sorted(reports)),
            )
            for file, reports in zip(files, done, strict=True)
        ),
        problems=tuple(sorted({one for course in courses for one in course.problems})),
        missing=tuple(missing),
        seed=options.seed,
        times=options.times,
        sandbox=level,
        seconds=time.monotonic() - started,
    )


# --- what to verify


def _opened(paths: Iterable[Path]) -> tuple[list[Course], list[tuple[Path, str]]]:
    courses: list[Course] = []
    missing: list[tuple[Path, str]] = []
    for path in paths:
        try:
            courses.append(open_course(path))
        except NotFoundError as error:
            missing.append((path, str(error).removeprefix(f"{path}: ")))
    return (courses if courses or missing else [builtin_course()]), missing


def _files(courses: Sequence[Course]) -> list[LessonFile]:
    """Each file once, however often it was named."""
    files = {file.path.resolve(): file for course in courses for file in course.files}
    return list(files.values())


def _may_hold(file: LessonFile, exercise: str, names: Sequence[str]) -> bool:
    """Whether the exercise is in that file; one with problems counts where no other has it."""
    if file.lesson is None:
        return exercise not in names
    return file.lesson.exercise(exercise) is not None


async def settled(desk: Desk, file: LessonFile) -> LessonFile:
    """The file, its entries for the course's own checks read by what these take.

    Raises:
        EngineError: no worker is to be had that could say.
    """
    if file.lesson is None:
        return file
    try:
        lesson = await desk.judging.settle(file.lesson)
    except LessonFileError as error:
        problems: tuple[Problem, ...] = error.problems
        return msgspec.structs.replace(file, lesson=None, problems=problems)
    return msgspec.structs.replace(file, lesson=lesson)


def _tasks(files: Sequence[LessonFile]) -> Iterable[_Task]:
    for lesson_at, file in enumerate(files):
        if file.lesson is not None:
            for exercise_at, exercise in enumerate(file.lesson.exercises):
                yield _Task(lesson_at, exercise_at, file.lesson, exercise)


# --- the jobs


@asynccontextmanager
async def desks(
    jobs: int, *, sandbox: str | None = None, seconds: float = 10.0
) -> AsyncIterator[list[Desk]]:
    """Desks for so many jobs. They share one engine: torch is imported once.

    Raises:
        EngineStartError: the engine does not come up.
        UsageError: the sandbox level is not to be had.
    """
    async with await Engine.start(sandbox=sandbox) as engine:
        await engine.ready()
        yield [Desk(engine, seconds=seconds) for _ in range(max(1, jobs))]


async def _work(
    working: Sequence[Desk],
    tasks: Sequence[_Task],
    options: Options,
    done: list[dict[int, ExerciseReport]],
    on_progress: Callable[[Progress], None],
) -> None:
    left = iter(tasks)
    count = 0

    async def job(desk: Desk) -> None:
        nonlocal count
        for task in left:
            report = await verify_exercise(desk, task.lesson, task.exercise, options)
            done[task.lesson_at][task.exercise_at] = report
            count += 1
            on_progress(Progress(count, len(tasks), f"{task.lesson.id} {task.exercise.id}"))

    async with asyncio.TaskGroup() as group:
        for desk in working:
            group.create_task(job(desk))
