"""Lines to put in order: are there enough of them, and are the listed answers made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tutor.authoring.lint.pieces import kind_of_exercise
from tutor.authoring.lint.view import LessonView
from tutor.course.arranging import lines_of, read_order
from tutor.course.model import CheckUse, Order
from tutor.course.nodes import Mapping, Scalar
from tutor.course.snippets import LONGEST_CODE
from tutor.course.wording import quoted

__all__ = ["check_orders"]

_FEWEST: Final = 3
_ANY_CHECK: Final = CheckUse(check="", target="")


def check_orders(lesson: LessonView) -> None:
    """Flag what is wrong with the lines of an ``order``."""
    for exercise in lesson.exercises:
        solution = exercise.scalar("solution")
        if kind_of_exercise(exercise) != "order" or solution is None:
            continue
        if not solution.text.strip() or len(solution.text) > LONGEST_CODE:
            continue
        extra = [item for item in exercise.items("extra") if isinstance(item, Scalar)]
        _check_lines(lesson, solution, extra)
        _check_answers(lesson, exercise, _order(solution, extra))


def _order(solution: Scalar, extra: list[Scalar]) -> Order:
    """The exercise, as far as its lines are concerned."""
    lines = tuple(item.text for item in extra)
    return Order(id="any", prompt="any", solution=solution.text, checks=(_ANY_CHECK,), extra=lines)


def _check_lines(lesson: LessonView, solution: Scalar, extra: list[Scalar]) -> None:
    lines = lines_of(solution.text)
    if len(lines) < _FEWEST:
        message = f"solution: {len(lines)} lines to put in order; at least {_FEWEST} are needed"
        lesson.flag(solution.at, "few-lines", message)
    rows = [row.rstrip() for row in solution.text.split("\n")]
    seen: set[str] = set()
    for line in lines:
        if line.strip() in seen:
            row = len(rows) - rows[::-1].index(line.split("\n")[0])
            message = f"solution: the line {quoted(line)} stands twice"
            lesson.flag(lesson.place(solution, row), "same-line", message)
        seen.add(line.strip())
    for number, item in enumerate(extra, start=1):
        if item.text.strip() in seen:
            message = f"extra, item {number}: the line {quoted(item.text)} stands twice"
            lesson.flag(item.at, "same-line", message)
        elif len(lines_of(item.text.lstrip())) != 1:
            lesson.flag(item.at, "bad-value", f"extra, item {number}: one line is needed")
        seen.add(item.text.strip())


def _check_answers(lesson: LessonView, exercise: Mapping, order: Order) -> None:
    for label, scalar in _answers(exercise):
        if not scalar.text.strip() or len(scalar.text) > LONGEST_CODE:
            continue
        reading = read_order(order, scalar.text)
        if reading.problem:
            at = scalar.at if reading.line is None else lesson.place(scalar, reading.line)
            lesson.flag(at, "other-lines", f"{label}: {reading.problem}")


def _answers(exercise: Mapping) -> Iterator[tuple[str, Scalar]]:
    for number, item in enumerate(exercise.items("accepts"), start=1):
        if isinstance(item, Scalar):
            yield f"accepts, item {number}", item
    for mistake in exercise.items("mistakes"):
        answer = mistake.scalar("answer") if isinstance(mistake, Mapping) else None
        if answer is not None:
            yield "answer", answer
