"""Opening courses and lessons by their path, and the course that comes with the tutor."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec

from tutor import paths
from tutor.course.companions import COMPANION_FILES
from tutor.course.directory import COURSE_FILE, read_directory
from tutor.course.load import load_lesson
from tutor.course.model import Course, Lesson, LessonFile
from tutor.errors import LessonFileError, NotFoundError

__all__ = [
    "builtin_course",
    "builtin_directory",
    "course_with",
    "lesson_in_file",
    "lesson_of",
    "open_course",
]


def builtin_directory() -> Path:
    """Where the course is that comes with the tutor.

    Raises:
        NotFoundError: the installation lacks it.
    """
    directory = paths.builtin_course_dir()
    if not (directory / COURSE_FILE).is_file():
        raise NotFoundError(f"the built-in course is not in {directory}: install the tutor again")
    return directory


def builtin_course() -> Course:
    """The course that comes with the tutor.

    Raises:
        NotFoundError: the installation lacks it.
    """
    return read_directory(builtin_directory(), links=True)


def open_course(path: Path) -> Course:
    """The course at `path`: a directory with ``course.yaml``, or one lesson file taken alone.

    A course is given however broken its files are; each carries its problems.

    Raises:
        NotFoundError: nothing is there, or a directory that is no course.
    """
    if path.name == COURSE_FILE and not _is_directory(path):
        return read_directory(path.parent)
    if not _is_directory(path):
        return _alone(load_lesson(path))
    if not (path / COURSE_FILE).is_file():
        raise NotFoundError(f"{path} is no course: it holds no {COURSE_FILE}")
    return read_directory(path)


def _is_directory(path: Path) -> bool:
    """Whether it is a directory.

    Raises:
        NotFoundError: nothing is there, or nothing that can be looked at.
    """
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NotFoundError(f"{path}: {reason}") from error


def course_with(course: Course, lesson_id: str, *, links: bool = False) -> Course:
    """The course with that lesson read, if it was unread until now.

    Args:
        course: it may have been glanced at only.
        lesson_id: the lesson's.
        links: as `load_lesson` has it.
    """
    if all(file.id != lesson_id or not file.unread for file in course.files):
        return course
    files = [
        load_lesson(file.path, links=links) if file.unread and file.id == lesson_id else file
        for file in course.files
    ]
    return msgspec.structs.replace(course, files=tuple(files))


def lesson_in_file(path: Path) -> tuple[Course, Lesson]:
    """The lesson in a file, and the course that it makes alone.

    Raises:
        NotFoundError: nothing is there, or something else.
        LessonFileError: the file has problems.
    """
    if _is_directory(path):
        raise NotFoundError(f"{path} is a directory: name one of its lesson files")
    if path.name == COURSE_FILE or path.name in COMPANION_FILES:
        raise NotFoundError(f"{path} describes a course: name one of the lesson files beside it")
    course = open_course(path)
    return course, lesson_of(course.files[0])


def _alone(file: LessonFile) -> Course:
    lesson = file.lesson
    id_ = file.id or file.path.stem
    return Course(
        id=id_,
        title=lesson.title if lesson else id_,
        path=file.path,
        files=(file,),
        summary=lesson.summary if lesson else "",
    )


def lesson_of(file: LessonFile) -> Lesson:
    """The lesson that a file holds.

    Raises:
        LessonFileError: the file has problems.
    """
    if file.lesson is None:
        raise LessonFileError(file.problems)
    return file.lesson
