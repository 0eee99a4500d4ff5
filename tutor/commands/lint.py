"""``tutor lint``: every problem in lesson files, without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tutor.authoring.lint.rules import severity_of
from tutor.authoring.lint.run import Linted, lint
from tutor.commands.output import show, show_json, tell
from tutor.course.problems import Problem
from tutor.engine.text import neutralise

__all__ = ["run"]

_UNREADABLE = 2


def run(paths: list[str], *, as_json: bool, strict: bool, exercise: str | None = None) -> int:
    """Print every problem of the files, by position; of one exercise only, where one is named.

    Gives 0 where there is none, 1 where there is an error (with `strict` also a warning), 2 where a
    path is not there or cannot be read.
    """
    linted = lint([Path(path) for path in paths or ["."]], exercise=exercise)
    if as_json:
        show_json(_as_json(linted))
    else:
        for problem in linted.problems:
            show(neutralise(_as_text(problem)))
    for path, reason in linted.missing:
        tell(f"tutor: {path}: {reason}")
    if not as_json:
        tell(_summary(linted))
    return _exit_code(linted, strict=strict)


def _exit_code(linted: Linted, *, strict: bool) -> int:
    if linted.missing or any(problem.code == "unreadable" for problem in linted.problems):
        return _UNREADABLE
    return 1 if linted.errors or (strict and linted.warnings) else 0


def _as_text(problem: Problem) -> str:
    where = f"{problem.path}:{problem.line}:{problem.column}"
    return f"{where}: {severity_of(problem)}: {problem.message} [{problem.code}]"


def _summary(linted: Linted) -> str:
    files = _counted(linted.files, "file")
    if not linted.problems:
        return f"{files}: nothing to complain about"
    return f"{files}: {_counted(linted.errors, 'error')}, {_counted(linted.warnings, 'warning')}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _as_json(linted: Linted) -> dict[str, Any]:
    return {
        "files": linted.files,
        "errors": linted.errors,
        "warnings": linted.warnings,
        "problems": [
            {
                "path": str(problem.path),
                "line": problem.line,
                "column": problem.column,
                "severity": severity_of(problem),
                "code": problem.code,
                "message": problem.message,
            }
            for problem in linted.problems
        ],
        "missing": [{"path": str(path), "reason": reason} for path, reason in linted.missing],
    }
