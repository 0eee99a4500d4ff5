"""A directory with ``course.yaml`` → a course. What is wrong in one file never hides another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from tutor.course.circles import circles
from tutor.course.companions import COMPANION_FILES
from tutor.course.kept import Kept
from tutor.course.load import (
    Known,
    LoadedLesson,
    glance_at_lesson,
    outline_lesson,
    read_lesson,
    read_mapping,
)
from tutor.course.model import Course, CourseInfo, LessonFile
from tutor.course.nodes import Mapping, Scalar
from tutor.course.problems import Problem
from tutor.course.read_companions import read_glossary
from tutor.course.schema import course_schema
from tutor.course.source import At, Report, read_source, refusal
from tutor.course.validate import Walker
from tutor.course.wording import hint, quoted
from tutor.errors import LessonFileError

__all__ = [
    "COURSE_FILE",
    "LESSON_SUFFIXES",
    "glance_at_directory",
    "load_directory",
    "read_directory",
    "read_info",
]

COURSE_FILE = "course.yaml"
LESSON_SUFFIXES = frozenset({".yaml", ".yml"})

_MOST_LESSONS = 5_000
_MOST_HINTS = 20  # looking for a near name among a thousand takes a while


def read_directory(directory: Path, *, kept_as: Path | None = None, links: bool = False) -> Course:
    """The course in a directory, with every lesson file that lies in it.

    Args:
        directory: the course's.
        kept_as: under which name to remember what was read, so as to read only what changed since.
        links: whether its files may be symbolic links that lead out of it, as some package
            managers make them.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    if kept_as is None:
        return load_directory(directory, links=links)
    reading = _Reading(directory, links=links)
    kept = Kept(kept_as, reading.known.custom)
    course = reading.course(lambda path: read_lesson(path, reading.known, kept))
    kept.save()
    return course


def glance_at_directory(directory: Path, *, kept_as: Path, links: bool = False) -> Course:
    """What `read_directory` gives, as far as it can be had at once.

    A lesson file that is not remembered is `unread`.

    Raises:
        TutorError: as `read_directory`.
    """
    reading = _Reading(directory, links=links)
    kept = Kept(kept_as, reading.known.custom)
    return reading.course(lambda path: glance_at_lesson(path, reading.known, kept))


def load_directory(
    directory: Path,
    *,
    only: Collection[Path] | None = None,
    each: Callable[[LoadedLesson], None] | None = None,
    links: bool = False,
) -> Course:
    """As `read_directory`.

    Args:
        directory: the course's.
        only: the lesson files to read as a whole, by absolute path; of the others only what
            concerns the course. All where it is None.
        each: gets each lesson that is read as a whole, with the tree that its file holds. Then
            neither is kept: the course has its files' problems, and no lessons.
        links: as `read_directory`.

    Raises:
        TutorError: as `read_directory`.
    """
    reading = _Reading(directory, links=links)

    def read(path: Path) -> LoadedLesson:
        if only is not None and path.resolve() not in only:
            return outline_lesson(path, reading.known)
        lesson = read_lesson(path, reading.known)
        if each is None:
            return lesson
        each(lesson)
        return _without_lesson(lesson)

    return reading.course(read)


def read_info(directory: Path, *, links: bool = False) -> CourseInfo:
    """What the course file in a directory says.

    Args:
        directory: the course's.
        links: as `read_directory`.

    Raises:
        LessonFileError: something is wrong with it.
    """
    report = Report(directory / COURSE_FILE)
    _, info = _read_info(report, links=links)
    if info is None:
        raise LessonFileError(report.problems)
    return info


class _Reading:
    """What is read of a directory before its lessons, and what is made of them."""

    def __init__(self, directory: Path, *, links: bool) -> None:
        self._directory = directory
        self._links = links
        self._report = Report(directory / COURSE_FILE)
        self._root, self._info = _read_info(self._report, links=links)
        self.known = Known.beside(directory, links=links)

    def course(self, read: Callable[[Path], LoadedLesson]) -> Course:
        """The course, each lesson file read in this way."""
        lessons = [
            # Their trees would be most of what a course takes in memory.
            msgspec.structs.replace(self._read(path, read), source=None, root=None)
            for path in _lesson_files(self._directory, self._report)
        ]
        lessons = _checked_together(_ordered(lessons, self._root, self._report))
        glossary = read_glossary(self._directory, links=self._links)
        own_checks = self.known.custom.problems if self.known.custom else ()
        name = self._directory.resolve().name
        info = self._info
        return Course(
            id=info.id if info else name,
            title=info.title if info else name,
            path=self._directory,
            files=tuple(lesson.file for lesson in lessons),
            summary=info.summary if info else "",
            authors=info.authors if info else (),
            licence=info.licence if info else "",
            problems=(*self._report.problems, *own_checks, *glossary.problems),
            glossary=glossary,
        )

    def _read(self, path: Path, read: Callable[[Path], LoadedLesson]) -> LoadedLesson:
        refused = "" if self._links else refusal(path, self._directory)
        if not refused:
            return read(path)
        problem = Problem(path, 1, 1, refused, "unreadable")
        return LoadedLesson(file=LessonFile(path=path, lesson=None, problems=(problem,)))


def _read_info(report: Report, *, links: bool = False) -> tuple[Mapping | None, CourseInfo | None]:
    refused = "" if links else refusal(report.path, report.path.parent)
    if refused:
        report.add(At(1, 1), refused, "unreadable")
    source = None if refused else read_source(report.path, report)
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
    if len(lessons) > _MOST_LESSONS:
        message = f"the course has {len(lessons):,} lessons; only {_MOST_LESSONS:,} are read"
        report.add(At(1, 1), message, "too-large")
    return lessons[:_MOST_LESSONS]


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
    hints = _MOST_HINTS
    for item in root.items("order"):
        if not isinstance(item, Scalar):
            continue
        lesson = names.get(item.text)
        if lesson is None:
            near = hint(item.text, names) if hints > 0 else ""
            hints -= 1
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
    hints = _MOST_HINTS
    for lesson in lessons:
        report = Report(lesson.file.path)
        id_ = lesson.file.id
        owner = first.setdefault(id_, lesson.file.path)
        if id_ and owner != lesson.file.path:
            message = f"id: {quoted(id_)} is the id of {owner.name} already"
            report.add(lesson.id_at, message, "duplicate-id")
        for name, at in lesson.requires:
            if name not in known:
                near = hint(name, known - {id_}) if hints > 0 else ""
                hints -= 1
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
    file = msgspec.structs.replace(lesson.file, lesson=None, problems=everything, unread=False)
    return msgspec.structs.replace(lesson, file=file)
