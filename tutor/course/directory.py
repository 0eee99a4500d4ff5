"""A directory with ``course.yaml`` → a course. What is wrong in one file never hides another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from tutor.course.circles import circles
from tutor.course.companions import COMPANION_FILES
from tutor.course.load import Known, LoadedLesson, outline_lesson, read_lesson, read_mapping
from tutor.course.model import Course, CourseInfo, LessonFile
from tutor.course.nodes import Mapping, Scalar
from tutor.course.problems import Problem
from tutor.course.read_companions import read_glossary
from tutor.course.schema import course_schema
from tutor.course.source import At, Report, read_source
from tutor.course.validate import Walker
from tutor.course.wording import hint, quoted

__all__ = ["COURSE_FILE", "LESSON_SUFFIXES", "load_directory", "read_directory"]

COURSE_FILE = "course.yaml"
LESSON_SUFFIXES = frozenset({".yaml", ".yml"})


def read_directory(directory: Path) -> Course:
    """The course in a directory, with every lesson file that lies in it.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    return load_directory(directory)


def load_directory(
    directory: Path,
    *,
    only: Collection[Path] | None = None,
    each: Callable[[LoadedLesson], None] | None = None,
) -> Course:
    """As `read_directory`.

    Args:
        directory: the course's.
        only: the lesson files to read as a whole, by absolute path; of the others only what
            concerns the course. All where it is None.
        each: gets each lesson that is read as a whole, with the tree that its file holds. Then
            neither is kept: the course has its files' problems, and no lessons.

    Raises:
        TutorError: as `read_directory`.
    """
    report = Report(directory / COURSE_FILE)
    root, info = _read_info(report)
    known = Known.beside(directory)
    lessons: list[LoadedLesson] = []
    for path in _lesson_files(directory, report):
        if only is not None and path.resolve() not in only:
            lessons.append(outline_lesson(path, known))
            continue
        lesson = read_lesson(path, known)
        if each is not None:
            each(lesson)
            lesson = _without_lesson(lesson)
        lessons.append(msgspec.structs.replace(lesson, source=None, root=None))
    lessons = _checked_together(_ordered(lessons, root, report))
    glossary = read_glossary(directory)
    own_checks = known.custom.problems if known.custom else ()
    name = directory.resolve().name
    return Course(
        id=info.id if info else name,
        title=info.title if info else name,
        path=directory,
        files=tuple(lesson.file for lesson in lessons),
        summary=info.summary if info else "",
        authors=info.authors if info else (),
        licence=info.licence if info else "",
        problems=(*report.problems, *own_checks, *glossary.problems),
        glossary=glossary,
    )


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
    others = {COURSE_FILE, *COMPANION_FILES}
    lessons = sorted(p for p in files if p.name not in others and not p.name.startswith("."))
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
    circle = circles(requires)
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
            elif name == id_:
                report.add(at, "requires: no lesson can require itself", "circular-requires")
            elif circle[name] == circle[id_]:
                message = f"requires: {quoted(name)} itself requires {quoted(id_)}"
                report.add(at, message, "circular-requires")
        checked.append(_with_problems(lesson, report.problems))
    return checked


def _without_lesson(lesson: LoadedLesson) -> LoadedLesson:
    return msgspec.structs.replace(lesson, file=msgspec.structs.replace(lesson.file, lesson=None))


def _with_problems(lesson: LoadedLesson, problems: Sequence[Problem]) -> LoadedLesson:
    if not problems:
        return lesson
    everything = tuple(sorted({*lesson.file.problems, *problems}))
    file = LessonFile(path=lesson.file.path, lesson=None, id=lesson.file.id, problems=everything)
    return msgspec.structs.replace(lesson, file=file)
