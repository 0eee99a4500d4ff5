"""The problems of one exercise: what is left where an author works on nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tutor.course.load import read_mapping
from tutor.course.nodes import Mapping
from tutor.course.problems import Problem
from tutor.course.schema import lesson_schema
from tutor.course.source import Report, read_source
from tutor.course.wording import hint, quoted

__all__ = ["no_exercise", "of_exercise"]


def no_exercise(name: str, valid: Iterable[str]) -> str:
    """What to say where no exercise is called `name`."""
    return f"there is no exercise {quoted(name)}{hint(name, valid)}"


def of_exercise(
    name: str, files: Sequence[Path], problems: Iterable[Problem]
) -> tuple[list[Path], list[Problem], str]:
    """The files that hold that exercise, with its problems and those of what all exercises share.

    A file that cannot be read as YAML may hold it, so that it is kept.

    Args:
        name: the exercise's id.
        files: lesson files; others may be among them.
        problems: what was found in these.

    Returns:
        the files, the problems that are left, and why there are no files, where there are none.
    """
    outlines = {file: _Outline(file) for file in files}
    kept = [file for file, outline in outlines.items() if outline.may_hold(name)]
    left = [one for one in problems if one.path in kept and outlines[one.path].keeps(one, name)]
    known = [id_ for outline in outlines.values() for _, id_ in outline.begins]
    return kept, left, "" if kept else no_exercise(name, known)


class _Outline:
    """Where the exercises of a file begin.

    Attributes:
        begins: for each exercise, and for what follows them, the first line and the id.
    """

    def __init__(self, path: Path) -> None:
        report = Report(path)
        source = read_source(path, report)
        root = None if source is None else read_mapping(source, "lesson", lesson_schema(), report)
        self._read = root is not None
        self.begins: list[tuple[int, str]] = []
        self._shared: list[int] = []
        if root is not None:
            self.begins = [(node.at.line, _id(node)) for node in root.items("exercises")]
            self._shared = [entry.key.at.line for entry in root.entries]

    def may_hold(self, name: str) -> bool:
        """Whether an exercise is called so, or the file does not say what it holds."""
        return not self._read or any(id_ == name for _, id_ in self.begins)

    def keeps(self, problem: Problem, name: str) -> bool:
        """Whether the problem stands in that exercise, or in none."""
        if not self._read:
            return True
        before = [begin for begin in self.begins if begin[0] <= problem.line]
        if not before:
            return True
        line, id_ = before[-1]
        return id_ == name or any(line < shared <= problem.line for shared in self._shared)


def _id(node: object) -> str:
    scalar = node.scalar("id") if isinstance(node, Mapping) else None
    return "" if scalar is None else scalar.text
