"""Programs that are no code to write: an arrangement of lines, the cells of an exploration."""

from __future__ import annotations

from collections.abc import Iterable

from checks.finding import Finding
from tutor.course.arranging import read_order
from tutor.course.model import Exercise, Explore, Order
from tutor.judging.verdict import Verdict

__all__ = ["CELL_MARK", "cells_of", "text_of", "verdict_before_running"]

CELL_MARK = "# %%"
"""Stands between the cells of an exploration, as editors that know cells write it."""


def text_of(cells: Iterable[str]) -> str:
    """The answer that cells make."""
    return f"\n{CELL_MARK}\n".join(cells)


def cells_of(text: str) -> list[str]:
    """The cells of such an answer."""
    return [cell for cell in text.split(f"\n{CELL_MARK}\n") if cell.strip()]


def verdict_before_running(exercise: Exercise, answer: str) -> Verdict | None:
    """The verdict, where the answer's text is enough for one; else None: run it.

    A text that is no arrangement of an exercise's lines fails, and is told why. An exploration
    without a goal is done when something was run.
    """
    match exercise:
        case Order():
            reading = read_order(exercise, answer)
            if reading.problem:
                return _failed(exercise, "other-lines", reading.problem, reading.line)
        case Explore(goal=()):
            points = float(exercise.points)
            if not answer.strip():
                return _failed(exercise, "nothing-run", "Run something in the REPL first.")
            return Verdict(status="pass", score=points, max_score=points)
    return None


def _failed(exercise: Exercise, code: str, message: str, line: int | None = None) -> Verdict:
    kind = str(type(exercise).__struct_config__.tag)
    if line is not None:
        message = f"Line {line}: {message}"
    finding = Finding(
        check=kind, target="answer", status="fail", code=code, message=message, line=line
    )
    points = float(exercise.points)
    return Verdict(status="fail", score=0.0, max_score=points, message=message, findings=(finding,))
