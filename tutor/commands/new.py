"""``tutor new``: a course, a lesson or an exercise to begin with."""

from __future__ import annotations

from pathlib import Path

from tutor.authoring.new import Created, new_course, new_exercise, new_lesson
from tutor.commands.output import show, tell

__all__ = ["run_course", "run_exercise", "run_lesson"]


def run_course(directory: str, *, id_: str | None, title: str | None) -> int:
    """Make a course; print the files, and say what to do next.

    Raises:
        UsageError: it cannot be made.
    """
    return _report(new_course(Path(directory), id_=id_, title=title))


def run_lesson(path: str, *, id_: str | None, title: str | None, kind: str) -> int:
    """Make a lesson file; print the files, and say what to do next.

    Raises:
        UsageError: it cannot be made.
    """
    return _report(new_lesson(Path(path), id_=id_, title=title, kind=kind))


def run_exercise(path: str, id_: str, *, title: str | None, kind: str) -> int:
    """Add an exercise to a lesson file; print the file, and say what to do next.

    Raises:
        UsageError: it cannot be made.
        LessonFileError: the file is no lesson.
    """
    return _report(new_exercise(Path(path), id_, title=title, kind=kind))


def _report(created: Created) -> int:
    for path in created.written:
        show(str(path))
    lesson, exercise = created.lesson, created.exercise
    tell(
        "\nIt works as it is: replace every text and piece of code in it by your own.\n"
        f"  tutor lint {lesson}\n"
        "      what is wrong, with its place in the file\n"
        f"  tutor preview {lesson}\n"
        "      the lesson as learners see it, read again at each save\n"
        f"  tutor check {lesson} {exercise} ANSWER\n"
        "      judges the answer in a file; - is what you type\n"
        f"  tutor verify {lesson}\n"
        "      runs every answer in the lesson, and finds what the checks do not notice"
    )
    return 0
