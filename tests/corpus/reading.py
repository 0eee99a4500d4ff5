"""The corpus: for each mistake that learners make, answers that make it and answers that do not.

One file a mistake, `NN-slug.yaml`. An exercise stands there exactly as in a lesson file, and is
read exactly so: by the lesson schema, with the place of every problem.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from tutor.course.fields import Text
from tutor.course.load import read_mapping
from tutor.course.meaning import check_meaning, python_in
from tutor.course.model import Exercise, Lesson
from tutor.course.nodes import Entry, Mapping, Scalar, Sequence
from tutor.course.problems import Problem
from tutor.course.schema import Schema, lesson_schema
from tutor.course.snippets import check_snippets
from tutor.course.source import Report, read_source
from tutor.course.validate import Walker
from tutor.errors import LessonFileError

__all__ = ["DIRECTORY", "Case", "Group", "Kind", "MistakeFile", "cases", "read_all", "read_file"]

DIRECTORY = Path(__file__).parent

Kind: TypeAlias = Literal["right", "wrong"]

_SETUP: Final = "import torch\n"


class Wrong(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer that must fail, for its own cause.

    Attributes:
        answer: what the learner wrote.
        code: of the finding that is read first.
        says: what its message has to contain, whatever the case of its letters.
    """

    answer: Text
    code: Text
    says: tuple[Text, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer that is not judged as it should be, with what is wanted of its verdict.

    Attributes:
        answer: what the learner wrote.
        reason: what happens instead, and why.
        code: as for a wrong answer; empty where it is right.
        says: likewise.
    """

    answer: Text
    reason: Text
    code: str = ""
    says: tuple[Text, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exercise and the answers to it.

    Attributes:
        exercise: as in a lesson file.
        right: answers that must pass.
        wrong: answers that must fail.
        setup: the lesson's.
        known: answers whose verdict is not yet what it should be.
    """

    exercise: Exercise
    right: tuple[Text, ...]
    wrong: tuple[Wrong, ...]
    setup: str = _SETUP
    known: tuple[Known, ...] = ()

    def lesson(self) -> Lesson:
        """The lesson that the exercise would stand in."""
        return Lesson(
            format=1, id="corpus", title="Corpus", setup=self.setup, exercises=(self.exercise,)
        )


class _Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file holds.

    Attributes:
        mistake: its number.
        about: the mistake in a line.
        exercises: where learners make it.
    """

    mistake: int
    about: Text
    exercises: tuple[Group, ...]


class MistakeFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the corpus."""

    path: Path
    mistake: int
    about: str
    groups: tuple[Group, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One answer and what must become of it.

    Attributes:
        name: file, exercise, kind and number, from 1.
        group: its exercise.
        kind: whether it must pass or fail.
        answer: what the learner wrote.
        code: of the finding to read first; empty where it must pass.
        says: what the message must contain.
        known: why its verdict is not so yet; empty where it is.
    """

    name: str
    group: Group
    kind: Kind
    answer: str
    code: str = ""
    says: tuple[str, ...] = ()
    known: str = ""


def cases(file: MistakeFile) -> Iterator[Case]:
    """Every answer of a file."""
    for group in file.groups:
        prefix = f"{file.path.stem}/{group.exercise.id}"
        for number, answer in enumerate(group.right, start=1):
            yield Case(name=f"{prefix}/right-{number}", group=group, kind="right", answer=answer)
        for number, wrong in enumerate(group.wrong, start=1):
            yield Case(
                name=f"{prefix}/wrong-{number}",
                group=group,
                kind="wrong",
                answer=wrong.answer,
                code=wrong.code,
                says=wrong.says,
            )
        for number, known in enumerate(group.known, start=1):
            yield Case(
                name=f"{prefix}/known-{number}",
                group=group,
                kind="wrong" if known.code else "right",
                answer=known.answer,
                code=known.code,
                says=known.says,
                known=" ".join(known.reason.split()),
            )


def read_all() -> tuple[MistakeFile, ...]:
    """The whole corpus, in the order of the mistakes.

    Raises:
        LessonFileError: something is wrong; every problem of every file, with its place.
    """
    problems: list[Problem] = []
    files: list[MistakeFile] = []
    for path in sorted(DIRECTORY.glob("*.yaml")):
        try:
            files.append(read_file(path))
        except LessonFileError as error:
            problems += error.problems
    if problems:
        raise LessonFileError(problems)
    return tuple(files)


def read_file(path: Path) -> MistakeFile:
    """One file of the corpus.

    Raises:
        LessonFileError: it is not as it should be; every problem with its place.
    """
    report = Report(path)
    schema = _schema()
    source = read_source(path, report)
    root = None if source is None else read_mapping(source, "corpus", schema, report)
    if source is None or root is None:
        raise LessonFileError(report.problems)
    walker = Walker(schema, report)
    data = walker.read(root, schema, "file")
    lesson = _as_lesson(root)
    check_meaning(lesson, report)
    check_snippets([*python_in(lesson), *walker.snippets], source, report)
    if report:
        raise LessonFileError(report.problems)
    content = msgspec.convert(data, _Content)
    if not path.name.startswith(f"{content.mistake:02}-"):
        report.add(root.at, f"mistake: {content.mistake} does not belong into {path.name}")
        raise LessonFileError(report.problems)
    return MistakeFile(
        path=path, mistake=content.mistake, about=content.about, groups=content.exercises
    )


def _as_lesson(root: Mapping) -> Mapping:
    """The exercises of a file as those of a lesson, for whoever looks at one."""
    groups = [item for item in root.items("exercises") if isinstance(item, Mapping)]
    exercises = tuple(value for group in groups if (value := group.value("exercise")) is not None)
    key = Scalar(root.at, "exercises", "", (0, 0))
    return Mapping(root.at, (Entry(key, Sequence(root.at, exercises, root.extent)),), root.extent)


@functools.cache
def _schema() -> Schema:
    """The schema of a file: its own keys, and an exercise as in a lesson file."""
    own = msgspec.json.schema(_Content, schema_hook=lambda _: {"not": {}})
    lesson = copy.deepcopy(lesson_schema())
    return {**own, "$defs": {**own["$defs"], **lesson["$defs"]}}
