"""One lesson file → a lesson, or every reason why there is none."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from tutor.course.catalogue import Schema, builtin_checks
from tutor.course.compose import compose
from tutor.course.custom import CustomChecks, read_custom
from tutor.course.kept import Kept, KeptLesson
from tutor.course.meaning import check_meaning, python_in
from tutor.course.model import Lesson, LessonFile
from tutor.course.nodes import Mapping, Scalar
from tutor.course.schema import lesson_schema, lesson_schema_with
from tutor.course.settle import with_custom
from tutor.course.snippets import check_snippets
from tutor.course.source import At, Report, Source, decoded, read_bytes, read_source
from tutor.course.validate import Walker

__all__ = [
    "Known",
    "LoadedLesson",
    "glance_at_lesson",
    "load_lesson",
    "outline_lesson",
    "read_lesson",
    "read_mapping",
]


_EXERCISES = re.compile(rb"^exercises *:", re.MULTILINE)


class LoadedLesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson file and where it says what concerns its course.

    Attributes:
        id_at: the position of its id.
        requires: the ids it requires and their positions.
        lacks_checks: whether it uses the course's own checks, whose file has problems.
        source: the file's text; None where it cannot be read.
        root: what the text holds; None where it holds no lesson at all.
        schema: by which it was read.
    """

    file: LessonFile
    id_at: At = At(1, 1)
    requires: tuple[tuple[str, At], ...] = ()
    source: Source | None = None
    root: Mapping | None = None
    schema: Schema | None = None
    lacks_checks: bool = False


class Known(msgspec.Struct, frozen=True):
    """By what a lesson file is read.

    Attributes:
        schema: of a lesson file, with all checks that it may use.
        custom: the course's own checks, where it has any.
    """

    schema: Schema
    custom: CustomChecks | None = None

    @classmethod
    def beside(cls, directory: Path, *, links: bool = False) -> Known:
        """What is known for the lesson files in `directory`: it may hold checks of its own.

        Args:
            directory: the course's.
            links: whether its files may be symbolic links that lead out of it.

        Raises:
            TutorError: the tutor's own catalogue of checks is missing or broken.
        """
        custom = read_custom(directory, links=links)
        if custom is None or not custom.schemas:
            return cls(lesson_schema(), custom)
        return cls(lesson_schema_with(custom.schemas), custom)


def load_lesson(path: Path, *, links: bool = False) -> LessonFile:
    """Read a lesson file. Never raises for what the file holds, nor for one that cannot be read.

    It may use checks of the ``checks.py`` beside it. What is wrong with that file is a problem of
    the lesson, too, if it uses one.

    Args:
        path: the file.
        links: whether that ``checks.py`` may be a symbolic link that leads out of the directory.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    known = Known.beside(path.parent, links=links)
    loaded = read_lesson(path, known)
    if not loaded.lacks_checks or known.custom is None:
        return loaded.file
    everything = (*known.custom.problems, *loaded.file.problems)
    return msgspec.structs.replace(loaded.file, problems=everything)


def read_lesson(path: Path, known: Known, kept: Kept | None = None) -> LoadedLesson:
    """Read a lesson file, keeping the positions that its course needs.

    Args:
        path: the file.
        known: by what it is read.
        kept: what was read before. A lesson from there comes without its text and tree.
    """
    report = Report(path)
    data = read_bytes(path, report)
    found = None if kept is None or data is None else kept.find(data)
    if found is not None:
        return _recalled(path, found)
    source = None if data is None else decoded(path, data, report)
    loaded = _read(source, known, report)
    if kept is not None and data is not None and not loaded.lacks_checks:
        kept.keep(data, _to_keep(loaded))
    return loaded


def glance_at_lesson(path: Path, known: Known, kept: Kept) -> LoadedLesson:
    """What can be told of a lesson file at once.

    All of it where it was read before. Otherwise only what stands before its exercises; then the
    file is `unread`, and what is wrong with it is not reported.
    """
    data = read_bytes(path, Report(path))
    if data is None:
        return read_lesson(path, known)  # quick, and it says what is wrong
    found = kept.find(data)
    if found is not None:
        return _recalled(path, found)
    head = decoded(path, _before_exercises(data), Report(path))
    root = None if head is None else read_mapping(head, "lesson", known.schema, Report(path))
    if root is None:
        return LoadedLesson(file=LessonFile(path=path, lesson=None, unread=True))
    title = root.scalar("title")
    name = "" if title is None else title.text
    file = LessonFile(path=path, lesson=None, id=_id(root), title=name, unread=True)
    return _outlined(file, root)


def _before_exercises(data: bytes) -> bytes:
    """What stands before that key, in a file that is written as all are; otherwise everything."""
    found = _EXERCISES.search(data)
    return data if found is None else data[: found.start()]


def _recalled(path: Path, found: KeptLesson) -> LoadedLesson:
    file = LessonFile(path=path, lesson=found.lesson, id=found.id, problems=found.problems_in(path))
    return LoadedLesson(file=file, id_at=found.id_at, requires=found.requires)


def _to_keep(loaded: LoadedLesson) -> KeptLesson:
    return KeptLesson(
        lesson=loaded.file.lesson,
        id=loaded.file.id,
        id_at=loaded.id_at,
        requires=loaded.requires,
        problems=tuple((p.line, p.column, p.message, p.code) for p in loaded.file.problems),
    )


def _read(source: Source | None, known: Known, report: Report) -> LoadedLesson:
    path = report.path
    root = None if source is None else read_mapping(source, "lesson", known.schema, report)
    if source is None or root is None:
        file = LessonFile(path=path, lesson=None, problems=report.problems)
        return LoadedLesson(file=file, source=source, schema=known.schema)
    walker = Walker(known.schema, report)
    data = walker.read(root, known.schema, "lesson")
    lacking = _check_broken(root, known.custom, report)
    check_meaning(root, report)
    check_snippets([*python_in(root), *walker.snippets], source, report)
    lesson = None
    if not report:
        lesson = _converted(data, report)
    if lesson is not None and known.custom is not None:
        lesson = with_custom(lesson, root, source, known.custom)
    file = LessonFile(path=path, lesson=lesson, id=_id(root), problems=report.problems)
    return msgspec.structs.replace(
        _outlined(file, root),
        source=source,
        root=root,
        schema=known.schema,
        lacks_checks=lacking,
    )


def outline_lesson(path: Path, known: Known) -> LoadedLesson:
    """Of a lesson file only what concerns its course: its id, and what it requires.

    Whatever is wrong with the file is not reported.
    """
    report = Report(path)
    source = read_source(path, report)
    root = None if source is None else read_mapping(source, "lesson", known.schema, report)
    if root is None:
        return LoadedLesson(file=LessonFile(path=path, lesson=None))
    return _outlined(LessonFile(path=path, lesson=None, id=_id(root)), root)


def _id(root: Mapping) -> str:
    id_ = root.scalar("id")
    return "" if id_ is None else id_.text


def _outlined(file: LessonFile, root: Mapping) -> LoadedLesson:
    id_ = root.scalar("id")
    requires = root.items("requires")
    return LoadedLesson(
        file=file,
        id_at=root.at if id_ is None else id_.at,
        requires=tuple((node.text, node.at) for node in requires if isinstance(node, Scalar)),
    )


def _check_broken(lesson: Mapping, custom: CustomChecks | None, report: Report) -> bool:
    """Report each entry that probably means a check of a file that has problems itself."""
    if custom is None or not custom.problems:
        return False
    lacking = False
    for exercise in lesson.items("exercises"):
        for entry in exercise.items("checks") if isinstance(exercise, Mapping) else ():
            if isinstance(entry, Mapping) and not any(map(entry.entry, builtin_checks())):
                lacking = True
                message = f"check: none of {custom.path.name} can be used, for it has problems"
                report.add(entry.at, message, "custom-checks")
    return lacking


def read_mapping(source: Source, what: str, schema: Schema, report: Report) -> Mapping | None:
    """The mapping that a whole file should be, or None with the reason in `report`."""
    root = compose(source, report)
    if root is None or isinstance(root, Mapping):
        return root
    keys = Walker(schema, report).resolved(schema)["required"]
    report.add(root.at, f"a {what} file should hold the keys {', '.join(keys)}, …", "missing-key")
    return None


def _converted(data: object, report: Report) -> Lesson | None:
    try:
        return msgspec.convert(data, Lesson)
    except msgspec.ValidationError as error:
        # The schema is made from the model, so this says that the two have come apart.
        report.add(At(1, 1), f"the lesson does not fit the model: {error}")
        return None
