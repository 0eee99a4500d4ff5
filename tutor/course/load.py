"""One lesson file → a lesson, or every reason why there is none."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tutor.course.compose import compose
from tutor.course.meaning import check_meaning, python_in
from tutor.course.model import Lesson, LessonFile
from tutor.course.nodes import Mapping, Scalar
from tutor.course.schema import Schema, lesson_schema
from tutor.course.snippets import check_snippets
from tutor.course.source import At, Report, Source, read_source
from tutor.course.validate import Walker

__all__ = ["LoadedLesson", "load_lesson", "read_lesson", "read_mapping"]


class LoadedLesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson file and where it says what concerns its course.

    Attributes:
        id_at: the position of its id.
        requires: the ids it requires and their positions.
    """

    file: LessonFile
    id_at: At = At(1, 1)
    requires: tuple[tuple[str, At], ...] = ()


def load_lesson(path: Path) -> LessonFile:
    """Read a lesson file. Never raises for what the file holds, nor for one that cannot be read.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    return read_lesson(path).file


def read_lesson(path: Path) -> LoadedLesson:
    """Read a lesson file, keeping the positions that its course needs.

    Raises:
        TutorError: as `load_lesson`.
    """
    report = Report(path)
    source = read_source(path, report)
    root = None if source is None else read_mapping(source, "lesson", lesson_schema(), report)
    if source is None or root is None:
        return LoadedLesson(file=LessonFile(path=path, lesson=None, problems=report.problems))
    walker = Walker(lesson_schema(), report)
    data = walker.read(root, lesson_schema(), "lesson")
    check_meaning(root, report)
    check_snippets([*python_in(root), *walker.snippets], source, report)
    lesson = None
    if not report:
        lesson = _converted(data, report)
    id_ = root.scalar("id")
    file = LessonFile(
        path=path, lesson=lesson, id="" if id_ is None else id_.text, problems=report.problems
    )
    requires = root.items("requires")
    return LoadedLesson(
        file=file,
        id_at=root.at if id_ is None else id_.at,
        requires=tuple((node.text, node.at) for node in requires if isinstance(node, Scalar)),
    )


def read_mapping(source: Source, what: str, schema: Schema, report: Report) -> Mapping | None:
    """The mapping that a whole file should be, or None with the reason in `report`."""
    root = compose(source, report)
    if root is None or isinstance(root, Mapping):
        return root
    keys = Walker(schema, report).resolved(schema)["required"]
    report.add(root.at, f"a {what} file should hold the keys {', '.join(keys)}, …")
    return None


def _converted(data: object, report: Report) -> Lesson | None:
    try:
        return msgspec.convert(data, Lesson)
    except msgspec.ValidationError as error:
        # The schema is made from the model, so this says that the two have come apart.
        report.add(At(1, 1), f"the lesson does not fit the model: {error}")
        return None
