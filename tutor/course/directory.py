"""A directory with ``course.yaml`` → a course. What is wrong in one file never hides another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from tutor.course.load import Known, LoadedLesson, outline_lesson, read_lesson, read_mapping
from tutor.course.model import Course, CourseInfo, LessonFile
from tutor.course.nodes import Mapping, Scalar
from tutor.course.problems import Problem
from tutor.course.schema import course_schema
from tutor.course.source import At, Report, read_source
from tutor.course.validate import Walker
from tutor.course.wording import hint, quoted

__all__ = ["COURSE_FILE", "LESSON_SUFFIXES", "LoadedCourse", "load_directory", "read_directory"]

COURSE_FILE = "course.yaml"
LESSON_SUFFIXES = frozenset({".yaml", ".yml"})


class LoadedCourse(msgspec.Struct, frozen=True, kw_only=True):
    """A course and its lessons as they were loaded, in the same order."""

    course: Course
    lessons: tuple[LoadedLesson, ...]


def read_directory(directory: Path) -> Course:
    """The course in a directory, with every lesson file that lies in it.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    return load_directory(directory).course


def load_directory(directory: Path, *, only: Collection[Path] | None = None) -> LoadedCourse:
    """As `read_directory`, with what the lessons' files hold.

    Args:
        directory: the course's.
        only: the lesson files to read as a whole, by absolute path; of the others only what
            concerns the course. All where it is None.

    Raises:
        TutorError: as `read_directory`.
    """
    report = Report(directory / COURSE_FILE)
    root, info = _read_info(report)
    known = Known.beside(directory)
    lessons = [
        read_lesson(path, known)
        if only is None or path.resolve() in only
        else outline_lesson(path, known)
        for path in _lesson_files(directory, report)
    ]
    lessons = _checked_together(_ordered(lessons, root, report))
    name = directory.resolve().name
    course = Course(
        id=info.id if info else name,
        title=info.title if info else name,
        path=directory,
        files=tuple(lesson.file for lesson in lessons),
        summary=info.summary if info else "",
        authors=info.authors if info else (),
        licence=info.licence if info else "",
        problems=report.problems + (known.custom.problems if known.custom else ()),
    )
    return LoadedCourse(course=course, lessons=tuple(lessons))


def _read_info(report: Report) -> tuple[Mapping | None, CourseInfo | None]:
    source = read_source(report.path, report)
    root = None if source is None else read_mapping(source, "course", course_schema(), report)
    if root is None:
        return None, None
    data = Walker(course_schema(), report).read(root, course_schema(), "course")
    if report:
        return root, None
    return root, msgspec.convert(data, CourseInfo)


def _lesson_files(directory: Path, report: Report) -> list[Path]:
    try:
        files = [p for p in directory.iterdir() if p.suffix in LESSON_SUFFIXES and not p.is_dir()]
    except OSError as error:
        report.add(
            At(1, 1), f"the directory cannot be read: {error.strerror or error}", "unreadable"
        )
        return []
    lessons = sorted(p for p in files if p.name != COURSE_FILE and not p.name.startswith("."))
    if not lessons:
        message = "the course has no lessons: no other .yaml file lies beside this one"
        report.add(At(1, 1), message, "empty-course")
    return lessons


def _ordered(
    lessons: list[LoadedLesson], root: Mapping | None, report: Report
) -> list[LoadedLesson]:
    """The lessons as ``order`` has them; one that it leaves out comes last and is a problem."""
    order = None if root is None else root.entry("order")
    if root is None or order is None:
        return lessons
    names = {lesson.file.path.stem: lesson for lesson in lessons}
    names |= {lesson.file.id: lesson for lesson in lessons if lesson.file.id}
    ordered: dict[Path, LoadedLesson] = {}
    for item in root.items("order"):
        if not isinstance(item, Scalar):
            continue
        lesson = names.get(item.text)
        if lesson is None:
            near = hint(item.text, names)
            message = f"order: no lesson here is {quoted(item.text)}{near}"
            report.add(item.at, message, "course-order")
        elif lesson.file.path in ordered:
            report.add(item.at, f"order: {quoted(item.text)} stands here twice", "course-order")
        else:
            ordered[lesson.file.path] = lesson
    left_out = [lesson for lesson in lessons if lesson.file.path not in ordered]
    for lesson in left_out:
        message = f"order: the lesson in {lesson.file.path.name} is not in it"
        report.add(order.key.at, message, "course-order")
    return [*ordered.values(), *left_out]


def _checked_together(lessons: Sequence[LoadedLesson]) -> list[LoadedLesson]:
    """The lessons, with the problems that only show where they stand side by side."""
    known = {lesson.file.id or lesson.file.path.stem for lesson in lessons}
    requires = {lesson.file.id: [name for name, _ in lesson.requires] for lesson in lessons}
    first: dict[str, Path] = {}
    checked = []
    for lesson in lessons:
        report = Report(lesson.file.path)
        id_ = lesson.file.id
        owner = first.setdefault(id_, lesson.file.path)
        if id_ and owner != lesson.file.path:
            message = f"id: {quoted(id_)} is the id of {owner.name} already"
            report.add(lesson.id_at, message, "duplicate-id")
        for name, at in lesson.requires:
            if name not in known:
                near = hint(name, known - {id_})
                message = f"requires: no lesson of the course is {quoted(name)}{near}"
                report.add(at, message, "unknown-lesson")
            elif id_ in _before(name, requires):
                message = f"requires: {quoted(name)} itself requires {quoted(id_)}"
                report.add(at, message, "circular-requires")
        checked.append(_with_problems(lesson, report.problems))
    return checked


def _before(name: str, requires: dict[str, list[str]]) -> set[str]:
    """The lesson and all that it requires, directly or not."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += requires.get(one, [])
    return found


def _with_problems(lesson: LoadedLesson, problems: Sequence[Problem]) -> LoadedLesson:
    if not problems:
        return lesson
    everything = tuple(sorted({*lesson.file.problems, *problems}))
    file = LessonFile(path=lesson.file.path, lesson=None, id=lesson.file.id, problems=everything)
    return msgspec.structs.replace(lesson, file=file)
