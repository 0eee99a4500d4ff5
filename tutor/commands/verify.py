"""``tutor verify``: run everything that lessons promise, and see what their checks notice."""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path

from tutor.authoring.verify.exercise import Options
from tutor.authoring.verify.machine import as_data, as_junit
from tutor.authoring.verify.run import Progress, verify
from tutor.authoring.verify.text import as_text
from tutor.commands.output import show, show_json, tell
from tutor.engine.text import neutralise
from tutor.errors import UsageError

__all__ = ["run"]


def run(  # noqa: PLR0913 - one for each option
    paths: list[str],
    *,
    exercise: str | None,
    jobs: int,
    times: int,
    seed: int | None,
    mutants: bool,
    most: int | None,
    min_strength: float | None,
    junit: str | None,
    as_json: bool,
    sandbox: str | None,
) -> int:
    """Print what came of verifying lesson files and courses, or one exercise of them.

    Gives 0 where everything is as promised; 1 where a lesson is not, or is weaker than
    `min_strength`; 2 where a path holds no lesson, or none has that exercise; 3 where the tutor
    failed.

    Raises:
        UsageError: an option cannot be used, or the JUnit file cannot be written.
        EngineStartError: the engine does not come up.
    """
    options = Options(
        seed=secrets.randbits(32) if seed is None else seed,
        times=times,
        mutants=mutants,
        most=most,
    )
    report = asyncio.run(
        verify(
            [Path(path) for path in paths],
            options,
            exercise=exercise,
            jobs=jobs,
            sandbox=sandbox,
            on_progress=_show_progress if sys.stderr.isatty() else lambda _: None,
        )
    )
    if sys.stderr.isatty():
        _write("")
    if junit is not None:
        _save(Path(junit), as_junit(report, min_strength))
    if as_json:
        show_json(as_data(report, min_strength))
    else:
        show(neutralise(as_text(report, min_strength)))
    for path, reason in report.missing:
        tell(f"tutor: {path}: {reason}")
    return report.exit_code(min_strength)


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: the JUnit file cannot be written: {reason}") from error


def _show_progress(progress: Progress) -> None:
    _write(f"{progress.done} of {progress.total} exercises verified: {progress.latest}")


def _write(line: str) -> None:
    """Replace the line that stands on the terminal."""
    sys.stderr.write(f"\r\x1b[K{line[:79]}")
    sys.stderr.flush()
