"""``tutor`` and ``tutor learn``: the app."""

from __future__ import annotations

import sys

from tutor.errors import UsageError

__all__ = ["run"]


def run(lesson: str | None, exercise: str | None, *, sandbox: str | None) -> int:
    """Open the app, at a lesson and an exercise where they are given.

    Raises:
        UsageError: there is no terminal to open it in.
        NotFoundError: no such lesson or exercise.
        LessonFileError: the lesson file has problems.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the app needs a terminal. Without one: `tutor check` judges answers, and `tutor repl`"
            " runs a program from standard input."
        )
    # Late: what is wrong above is said without waiting for the app's imports.
    from tutor.app.run import run as run_app  # noqa: PLC0415

    return run_app(lesson=lesson, exercise=exercise, sandbox=sandbox)
