"""Reading the entries that waited until a worker had said which parameters their checks have."""

from __future__ import annotations

import msgspec

from tutor.course.custom import CustomChecks
from tutor.course.model import CheckUse, Exercise, Lesson, Unread
from tutor.course.nodes import Mapping, Node
from tutor.course.problems import Problem
from tutor.course.programs import CHECKS_KEYS, checks_of, with_checks
from tutor.course.schema import lesson_schema_with
from tutor.course.snippets import check_snippets
from tutor.course.source import Report, Source
from tutor.course.validate import Walker
from tutor.errors import LessonFileError

__all__ = ["settle", "unsettled", "with_custom"]

_CHECK = {"$ref": f"#/$defs/{CheckUse.__name__}"}


def with_custom(lesson: Lesson, root: Mapping, source: Source, custom: CustomChecks) -> Lesson:
    """The lesson, its entries for the course's own checks linked to them.

    Args:
        lesson: read from `root`, without problems.
        root: the tree that `source` holds.
        source: the lesson file.
        custom: the checks.
    """
    exercises = [
        _linked(exercise, _entries(node), source, custom)
        for exercise, node in zip(lesson.exercises, root.items("exercises"), strict=True)
    ]
    return msgspec.structs.replace(lesson, exercises=tuple(exercises))


def _entries(exercise: Node) -> tuple[Node, ...]:
    """The entries of an exercise that use checks."""
    if not isinstance(exercise, Mapping):
        return ()
    return tuple(entry for key in CHECKS_KEYS for entry in exercise.items(key))


def _linked(
    exercise: Exercise, nodes: tuple[Node, ...], source: Source, custom: CustomChecks
) -> Exercise:
    checks = [
        msgspec.structs.replace(
            use, custom=custom, unread=None if custom.entries else Unread(source, node)
        )
        if use.check in custom.schemas
        else use
        for use, node in zip(checks_of(exercise), nodes, strict=True)
    ]
    return with_checks(exercise, checks)


def unsettled(exercise: Exercise) -> CustomChecks | None:
    """The course's own checks, where the exercise uses one and no worker has described it yet."""
    for use in checks_of(exercise):
        if use.custom is not None and use.custom.entries is None:
            return use.custom
    return None


def settle(exercise: Exercise, custom: CustomChecks) -> Exercise:
    """The exercise, its entries for the course's own checks read again by what they take.

    Args:
        exercise: it may have entries that are still unread.
        custom: the same checks, described.

    Raises:
        LessonFileError: something is wrong with an entry.
    """
    problems: list[Problem] = []
    checks = [_settled(use, custom, problems) for use in checks_of(exercise)]
    if problems:
        raise LessonFileError(sorted(set(problems)))
    return with_checks(exercise, checks)


def _settled(use: CheckUse, custom: CustomChecks, problems: list[Problem]) -> CheckUse:
    if use.custom is None:
        return use
    if use.unread is None:
        return msgspec.structs.replace(use, custom=custom)
    report = Report(use.unread.source.path)
    walker = Walker(lesson_schema_with(custom.schemas), report)
    data = walker.read(use.unread.node, _CHECK, "check")
    check_snippets(walker.snippets, use.unread.source, report)
    if report:
        problems += report.problems
        return use
    return msgspec.structs.replace(msgspec.convert(data, CheckUse), custom=custom)
