"""Open the app."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tutor.app.app import TutorApp
from tutor.app.hangup import end_with_terminal
from tutor.errors import NotFoundError
from tutor.progress.store import progress_file

if TYPE_CHECKING:
    from tutor.course.model import Course
    from tutor.library.offers import Offer

__all__ = ["run"]


def run(
    *, lesson: str | None = None, exercise: str | None = None, sandbox: str | None = None
) -> int:
    """Open the app, at a lesson where one is named; gives the exit code.

    Raises:
        NotFoundError: there is no such lesson or exercise.
        LessonFileError: the lesson's file has problems.
    """
    read_course = _builtin_course
    begin = None
    if lesson is not None:
        from tutor.course.wording import hint  # noqa: PLC0415 - likewise
        from tutor.library.find import find_lesson  # noqa: PLC0415 - only where one is named

        course, found = find_lesson(lesson)
        if exercise is not None and found.exercise(exercise) is None:
            known = [one.id for one in found.exercises]
            near = hint(exercise, known, otherwise=f"; it has {', '.join(known)}")
            raise NotFoundError(f"the lesson {found.id!r} has no exercise {exercise!r}{near}")
        read_course, begin = partial(_given, course), (found.id, exercise)
    app = TutorApp(
        read_course, store=progress_file(), sandbox=sandbox, begin=begin, list_offers=_offers
    )
    end_with_terminal()
    code = app.run()
    return app.return_code or 0 if code is None else code


def _given(course: Course) -> Course:
    return course


def _builtin_course() -> Course:
    return _offers()[0].glance()


def _offers() -> list[Offer]:
    from tutor.library.offers import offers  # noqa: PLC0415 - behind the first frame

    return offers()
