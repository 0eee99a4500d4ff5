"""Finding courses and lessons by what a user types: an id, or a path."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tutor import paths
from tutor.course.companions import COMPANION_FILES
from tutor.course.directory import COURSE_FILE, read_directory
from tutor.course.load import load_lesson
from tutor.course.model import Course, Lesson, LessonFile
from tutor.course.wording import near_names, quoted
from tutor.errors import LessonFileError, NotFoundError

__all__ = ["builtin_course", "find_lesson", "open_course"]


def builtin_course() -> Course:
    """The course that comes with the tutor.

    Raises:
        NotFoundError: the installation lacks it.
    """
    directory = paths.builtin_course_dir()
    if not (directory / COURSE_FILE).is_file():
        raise NotFoundError(f"the built-in course is not in {directory}: install the tutor again")
    return read_directory(directory)


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


def find_lesson(name: str) -> tuple[Course, Lesson]:
    """The lesson that `name` stands for, and its course.

    Args:
        name: the id of a lesson of the built-in course (its file's name without ``.yaml`` does
            too), or the path of a lesson file.

    Raises:
        NotFoundError: there is no such lesson; names the nearest ids.
        LessonFileError: its file has problems.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} or "/" in name or os.sep in name:
        return _in_file(path)
    course = builtin_course()
    named = {file.path.stem: file for file in course.files}
    named |= {file.id: file for file in reversed(course.files) if file.id}
    if name in named:
        return course, _lesson_of(named[name])
    if os.path.isfile(name):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        return _in_file(path)
    ids = [file.id or file.path.stem for file in course.files]
    near = " or ".join(quoted(one) for one in near_names(name, ids))
    hint = f"; did you mean {near}?" if near else "."
    raise NotFoundError(f"no lesson {quoted(name)}{hint} `tutor courses` lists all lessons")


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


def _in_file(path: Path) -> tuple[Course, Lesson]:
    if _is_directory(path):
        raise NotFoundError(f"{path} is a directory: name one of its lesson files")
    if path.name == COURSE_FILE or path.name in COMPANION_FILES:
        raise NotFoundError(f"{path} describes a course: name one of the lesson files beside it")
    course = open_course(path)
    return course, _lesson_of(course.files[0])


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


def _lesson_of(file: LessonFile) -> Lesson:
    if file.lesson is None:
        raise LessonFileError(file.problems)
    return file.lesson
