"""A lesson taken apart, in the order in which it is read: text, code, hints, answers."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent
from typing import Literal, TypeAlias

import msgspec

from tutor.authoring.export.code import computing, guarded, leaves_traces
from tutor.authoring.export.text import demoted, fenced
from tutor.course.arranging import shuffled
from tutor.course.asking import has_several, question_of
from tutor.course.model import (
    Choice,
    Code,
    Exercise,
    Explore,
    Lesson,
    Option,
    Order,
    Predict,
    Read,
)

__all__ = ["CODE", "Piece", "Role", "pieces"]

Role: TypeAlias = Literal["text", "hint", "answer", "setup", "starter", "solution"]

_EMPTY = "# Your answer:\n"
_FREE = "# Try what you like.\n"

CODE: frozenset[Role] = frozenset({"setup", "starter", "solution"})
"""The roles of pieces that are Python; the others are Markdown."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One paragraph, cell or fold.

    Attributes:
        exercise: the id of the exercise that it belongs to; empty for the lesson itself.
        name: tells it from the other pieces of the exercise; made of letters, digits and hyphens.
        title: of a piece that is better folded away.
    """

    role: Role
    text: str
    name: str
    exercise: str = ""
    title: str = ""


def pieces(lesson: Lesson, *, answers: bool, only: str | None = None) -> Iterator[Piece]:
    """The lesson, piece by piece.

    Args:
        lesson: any.
        answers: whether solutions and explanations belong to it.
        only: the id of the one exercise to give; all where None.
    """
    yield Piece(role="text", text=_head(lesson), name="lesson")
    if lesson.setup.strip():
        yield Piece(role="setup", text=lesson.setup, name="setup")
    # Each exercise begins in a fresh world; here all of them share one, which is set up again.
    again = lesson.setup if leaves_traces(lesson.setup) else ""
    for number, exercise in enumerate(lesson.exercises, 1):
        if only not in {None, exercise.id}:
            continue
        setup = "\n".join(filter(None, (again if number > 1 else "", exercise.setup)))
        for piece in _exercise(exercise, number, setup):
            if answers or piece.role not in {"answer", "solution"}:
                yield msgspec.structs.replace(piece, exercise=exercise.id)


def _head(lesson: Lesson) -> str:
    parts = [f"# {lesson.title}", lesson.summary.strip()]
    if lesson.minutes:
        parts.append(f"About {lesson.minutes} minutes.")
    return "\n\n".join(filter(None, parts))


def _exercise(exercise: Exercise, number: int, setup: str) -> Iterator[Piece]:
    heading = f"## {number}. {exercise.title or exercise.id}"
    text = f"{heading}\n\n{demoted(exercise.prompt).strip()}"
    yield Piece(role="text", text=f"{text}{_asked(exercise)}", name="task")
    if setup.strip() and not isinstance(exercise, Read):
        yield Piece(role="setup", text=setup, name="setup")
    if isinstance(exercise, Code):
        starter = exercise.starter if exercise.starter.strip() else _EMPTY
        yield Piece(role="starter", text=starter, name="starter")
    elif isinstance(exercise, Order):  # its lines are no program yet
        yield Piece(role="starter", text=_EMPTY, name="starter")
    elif isinstance(exercise, Explore):
        yield Piece(role="starter", text=exercise.starter.strip() or _FREE, name="starter")
    for place, hint in enumerate(exercise.hints, 1):
        title = f"Hint {place} of {len(exercise.hints)}"
        yield Piece(role="hint", text=demoted(hint), name=f"hint-{place}", title=title)
    yield from _answer(exercise)
    if exercise.explanation.strip():
        # A text to read goes on with its explanation: there is nothing that it could give away.
        read = isinstance(exercise, Read)
        role: Role = "text" if read else "answer"
        title = "" if read else "Why"
        yield Piece(role=role, text=demoted(exercise.explanation), name="why", title=title)


def _asked(exercise: Exercise) -> str:
    match exercise:
        case Predict():
            code = fenced(exercise.code, "python")
            return f"\n\n{code}\n\n**{question_of(exercise, mark='`')}**"
        case Order():
            lines = fenced("\n".join(shuffled(exercise)), "python")
            aside = " Some of them do not belong." if exercise.extra else ""
            return f"\n\nPut these lines in order.{aside}\n\n{lines}"
        case Choice():
            how = "Choose all that apply:" if has_several(exercise) else "Choose one:"
            options = [_item(at, one.text) for at, one in enumerate(exercise.options, 1)]
            return "\n\n".join(("", how, "\n".join(options)))
        case _:
            return ""


def _answer(exercise: Exercise) -> Iterator[Piece]:
    match exercise:
        case Code() | Order() | Explore() if exercise.solution.strip():
            yield Piece(role="solution", text=exercise.solution, name="solution", title="Solution")
        case Predict():
            yield Piece(role="solution", text=computing(exercise), name="solution", title="Answer")
        case Choice():
            said = [_said(at, option) for at, option in enumerate(exercise.options, 1)]
            yield Piece(role="answer", text="\n".join(said), name="answer", title="Answer")
            if exercise.code.strip():
                code = guarded(exercise.code)
                yield Piece(role="solution", text=code, name="solution", title="Run it")


def _said(number: int, option: Option) -> str:
    verdict = "**Right.**" if option.correct else "Wrong."
    return _item(number, f"{verdict} {option.says.strip()}")


def _item(number: int, text: str) -> str:
    mark = f"{number}. "
    return indent(text.strip(), " " * len(mark)).replace(" " * len(mark), mark, 1)
