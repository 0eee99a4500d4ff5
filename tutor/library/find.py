"""Finding a lesson in all courses by what a user types: an id, or a path."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from tutor.course.find import lesson_in_file, lesson_of
from tutor.course.load import load_lesson
from tutor.course.model import Course, Lesson, LessonFile
from tutor.course.wording import hint, near_names, quoted
from tutor.errors import NotFoundError, UsageError
from tutor.library.offers import Offer, offers

__all__ = ["find_lesson"]


def find_lesson(name: str) -> tuple[Course, Lesson]:
    """The lesson that `name` stands for, and its course; other lessons may be unread.

    Args:
        name: the id of a lesson (its file's name without ``.yaml`` does too), ``COURSE/LESSON``
            where several courses have it, or the path of a lesson file.

    Raises:
        NotFoundError: there is no such lesson; names the nearest ids.
        LessonFileError: its file has problems.
        UsageError: several courses have such a lesson.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return lesson_in_file(path)
    known = offers()
    course_id, slash, lesson_id = name.partition("/")
    if slash:
        asked = next((one for one in known if one.id == course_id), None)
        if asked is None or "/" in lesson_id:
            return lesson_in_file(path)
        return _in_course(asked, lesson_id)
    if os.sep in name:
        return lesson_in_file(path)
    return _in_any(name, known)


def _in_course(offer: Offer, name: str) -> tuple[Course, Lesson]:
    course = offer.glance()
    file = _named(course).get(name)
    if file is not None:
        return _found(offer, course, file)
    near = hint(name, _ids(course))
    raise NotFoundError(
        f"the course {offer.id!r} has no lesson {quoted(name)}{near or '.'} "
        f"`tutor courses list {offer.id}` lists its lessons"
    )


def _in_any(name: str, known: list[Offer]) -> tuple[Course, Lesson]:
    courses = []
    for offer in known:
        with contextlib.suppress(NotFoundError, UsageError):  # not there any more
            courses.append((offer, offer.glance()))
    found = [(offer, course, _named(course).get(name)) for offer, course in courses]
    hits = [(offer, course, file) for offer, course, file in found if file is not None]
    by_id = [hit for hit in hits if hit[2].id == name] or hits
    if len(by_id) > 1:
        names = " or ".join(f"{offer.id}/{name}" for offer, _, _ in by_id)
        raise UsageError(f"several courses have a lesson {quoted(name)}: name it {names}")
    if by_id:
        offer, course, file = by_id[0]
        return _found(offer, course, file)
    if os.path.isfile(name):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        return lesson_in_file(Path(name))
    ids = dict.fromkeys(id_ for _, course in courses for id_ in _ids(course))
    near = " or ".join(quoted(one) for one in near_names(name, ids))
    meant = f"; did you mean {near}?" if near else "."
    raise NotFoundError(f"no lesson {quoted(name)}{meant} `tutor courses list` lists all lessons")


def _named(course: Course) -> dict[str, LessonFile]:
    """The course's files by file name, and above all by id."""
    named = {file.path.stem: file for file in course.files}
    return named | {file.id: file for file in reversed(course.files) if file.id}


def _ids(course: Course) -> list[str]:
    return [file.id or file.path.stem for file in course.files]


def _found(offer: Offer, course: Course, file: LessonFile) -> tuple[Course, Lesson]:
    if file.unread:
        read = load_lesson(file.path, links=offer.links)
        files = tuple(read if one is file else one for one in course.files)
        course, file = msgspec.structs.replace(course, files=files), read
    return course, lesson_of(file)
