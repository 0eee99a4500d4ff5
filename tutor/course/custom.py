"""A course's own checks: its ``checks.py``, read as text.

Nothing of it runs here. Which checks there are is read from the text: a check's name stands in its
class as ``name: ClassVar[str] = "increasing"``. Which parameters they take only a sandboxed worker
can say, which imports the module; what it said once is kept, by the text's digest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from tutor.course import custom_entries
from tutor.course.catalogue import Schema, builtin_checks, open_entry
from tutor.course.problems import Problem
from tutor.course.source import At, Report, Source, read_source, refusal
from tutor.course.wording import quoted

__all__ = ["CUSTOM_FILE", "CustomChecks", "NamedCheck", "read_custom"]

CUSTOM_FILE = "checks.py"
"""The file beside a course's lessons that holds its own checks."""

_MOST_CHARACTERS = 200_000
_CODE = "custom-checks"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class NamedCheck(NamedTuple):
    """A class at the top of the file that names a check.

    Attributes:
        at: where the name stands.
    """

    name: str
    at: At


class CustomChecks(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a course's own checks.

    Attributes:
        path: the file.
        text: what it holds.
        named: the checks, as the text has them.
        entries: the schema of an entry of each, by name; None as long as no worker was asked.
        problems: what is wrong with the file. Then none of its checks can be used.
    """

    path: Path
    text: str
    named: tuple[NamedCheck, ...] = ()
    entries: dict[str, Schema] | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def schemas(self) -> dict[str, Schema]:
        """The schema of an entry of each check; an open one where only its name is known."""
        if self.problems:
            return {}
        if self.entries is not None:
            return self.entries
        return {named.name: open_entry(named.name) for named in self.named}

    def problem(self, message: str, at: At | None = None) -> Problem:
        """A problem of this file."""
        line, column = at or At(1, 1)
        return Problem(self.path, line, column, message, _CODE)


def read_custom(directory: Path, *, links: bool = False) -> CustomChecks | None:
    """The checks of the course in `directory`; None where it has none of its own.

    Never raises for what the file holds, nor for one that cannot be read.

    Args:
        directory: the course's.
        links: whether the file may be a symbolic link that leads out of it.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    path = directory / CUSTOM_FILE
    if not path.is_file():
        return None
    report = Report(path)
    refused = "" if links else refusal(path, directory)
    if refused:
        report.add(At(1, 1), refused, "unreadable")
    source = None if refused else read_source(path, report)
    if source is None:
        return CustomChecks(path=path, text="", problems=report.problems)
    named = _named(source, report)
    return CustomChecks(
        path=path,
        text=source.text,
        named=named,
        entries=None if report else custom_entries.recall(source.text),
        problems=report.problems,
    )


def _named(source: Source, report: Report) -> tuple[NamedCheck, ...]:
    if len(source.text) > _MOST_CHARACTERS:
        message = f"the file is longer than {_MOST_CHARACTERS:,} characters"
        report.add(At(1, 1), message, "too-large")
        return ()
    try:
        tree = ast.parse(source.text)
    except SyntaxError as error:
        at = At(error.lineno or 1, error.offset or 1)
        report.add(at, f"this is not Python: {error.msg}", "python-syntax")
        return ()
    except (ValueError, RecursionError, MemoryError) as error:
        message = f"this is not Python: {str(error) or 'nested too deep'}"
        report.add(At(1, 1), message, "python-syntax")
        return ()
    named = tuple(_find_named(tree))
    _check_names(named, report)
    return named


def _find_named(tree: ast.Module) -> Iterator[NamedCheck]:
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or not node.bases:
            continue  # a check extends another class
        for statement in node.body:
            match statement:
                case (
                    ast.AnnAssign(target=ast.Name(id="name"), value=ast.Constant(str(name)) as at)
                    | ast.Assign(targets=[ast.Name(id="name")], value=ast.Constant(str(name)) as at)
                ):
                    yield NamedCheck(name, At(at.lineno, at.col_offset + 1))


def _check_names(named: tuple[NamedCheck, ...], report: Report) -> None:
    """Report each name that no check of a course may have."""
    built_in = builtin_checks()
    parameters = {key for entry in built_in.values() for key in entry["properties"]} - {*built_in}
    first: dict[str, int] = {}
    for name, at in named:
        if name in built_in:
            message = f"there is a built-in check {quoted(name)} already"
        elif name in parameters:
            message = f"{quoted(name)} is a parameter of other checks, so no check's name"
        elif name in first:
            message = f"the check in line {first[name]} is called {quoted(name)} already"
        elif _NAME.fullmatch(name) is None:
            message = (
                f"{quoted(name)} is no name of a check: lower-case letters, digits, underscores"
            )
        else:
            message = ""
        if message:
            report.add(at, message, _CODE)
        first.setdefault(name, at.line)
