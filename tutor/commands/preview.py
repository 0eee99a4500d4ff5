"""``tutor preview``: a lesson file as the learner sees it, while it is being written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.authoring.preview.reading import Reading, read
from tutor.commands.output import show, tell
from tutor.course.directory import COURSE_FILE
from tutor.course.wording import hint
from tutor.engine.text import neutralise
from tutor.errors import LessonFileError, NotFoundError, UsageError
from tutor.library.find import find_lesson

if TYPE_CHECKING:
    from tutor.course.model import Lesson

__all__ = ["run"]


def run(file: str, *, exercise: str | None, plain: bool, sandbox: str | None) -> int:
    """Open the preview, or print the lesson.

    Raises:
        UsageError: there is no terminal to open it in.
        NotFoundError: no such file or exercise.
        LessonFileError: the file has problems, and is to be printed.
    """
    path = Path(file)
    if not path.is_file() or path.name == COURSE_FILE:
        find_lesson(str(Path(path.parent, path.name)))  # says what is wrong with the path
        raise NotFoundError(f"{file}: no lesson file")
    reading = read(path)
    if reading.lesson is not None:
        _check_exercise(reading.lesson, exercise)
    if plain:
        return _print(reading, exercise)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the preview needs a terminal; without one, --plain prints the lesson")
    # Late: what is wrong above is said without waiting for the app's imports.
    from tutor.app.preview import run as run_app  # noqa: PLC0415

    return run_app(path, exercise=exercise, sandbox=sandbox)


def _check_exercise(lesson: Lesson, exercise: str | None) -> None:
    if exercise is not None and lesson.exercise(exercise) is None:
        known = [one.id for one in lesson.exercises]
        near = hint(exercise, known, otherwise=f"; it has {', '.join(known)}")
        raise NotFoundError(f"the lesson {lesson.id!r} has no exercise {exercise!r}{near}")


def _print(reading: Reading, exercise: str | None) -> int:
    from tutor.authoring.export.markdown import as_markdown  # noqa: PLC0415 - not for the app

    if reading.lesson is None:
        raise LessonFileError(reading.file.problems)
    text = as_markdown(reading.lesson, answers=False, fold=False, only=exercise)
    show(neutralise(text.rstrip()))
    if reading.spots:
        tell(f"lint finds {reading.summary}: `tutor lint {reading.file.path}` lists them")
    return 0
