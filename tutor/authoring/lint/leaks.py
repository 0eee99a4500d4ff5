"""Solutions that a hint or a starter gives away.

Decisive is what the solution has and neither starter nor prompt show, except what any answer has to
write. A text that holds all of it is the solution, whatever else it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.authoring.lint.pieces import kind_of_exercise
from tutor.authoring.lint.view import LessonView
from tutor.course.nodes import Mapping, Scalar
from tutor.course.snippets import LONGEST_CODE

__all__ = ["check_leaks"]

_SHORTEST = 8
"""Characters without spaces: less is no giveaway, whatever it says."""

_COMMENT = re.compile(r"#.*")
_ANY_ANSWER = re.compile(
    r"(?:async )?(?:def|class) .*|(?:import|from) .*|return(?: \w+)?|pass|else:|try:|@\w+"
)
_LEFT_SIDE = re.compile(r"(?:return|\w+(?:, ?\w+)* ?[-+*/@]?=(?!=))")


def check_leaks(lesson: LessonView) -> None:
    """Flag every hint and every starter that holds what is decisive in the solution."""
    for exercise in lesson.exercises:
        solution, starter = exercise.scalar("solution"), exercise.scalar("starter")
        if kind_of_exercise(exercise) not in {"code", "explore"} or solution is None:
            continue
        if len(solution.text) > LONGEST_CODE:
            continue
        prompt = exercise.scalar("prompt")
        begun = "" if starter is None else starter.text
        decisive = _decisive(solution.text, begun, "" if prompt is None else prompt.text)
        if not decisive:
            continue
        _check_hints(lesson, exercise, decisive)
        if starter is not None:
            _check_starter(lesson, starter, decisive)


def _check_hints(lesson: LessonView, exercise: Mapping, decisive: list[str]) -> None:
    for number, hint in enumerate(exercise.items("hints"), start=1):
        if isinstance(hint, Scalar) and _gives_away(hint.text, decisive):
            message = f"hints, item {number}: this is the solution: leave the last step to do"
            lesson.flag(hint.at, "hint-gives-solution", message)


def _check_starter(lesson: LessonView, starter: Scalar, decisive: list[str]) -> None:
    comments = "\n".join(_COMMENT.findall(starter.text))
    if _gives_away(comments, decisive):
        line = next(i for i, text in enumerate(starter.text.split("\n"), 1) if "#" in text)
        message = "starter: its comments hold the solution"
        lesson.flag(lesson.place(starter, line), "starter-gives-solution", message)


def _decisive(solution: str, starter: str, prompt: str) -> list[str]:
    begun = {_squeezed(line) for line in _statements(starter)}
    lines = [line for line in _statements(solution) if _squeezed(line) not in begun]
    shown = _squeezed(prompt)
    rights = [_right_side(line) for line in lines]
    return [right for right in rights if len(right) >= _SHORTEST and right not in shown]


def _statements(code: str) -> Iterator[str]:
    for line in code.split("\n"):
        statement = _COMMENT.sub("", line).strip()
        if statement and _ANY_ANSWER.fullmatch(statement) is None:
            yield statement


def _right_side(statement: str) -> str:
    """What is computed, without the name that it gets: a hint need not repeat that."""
    left = _LEFT_SIDE.match(statement)
    return _squeezed(statement if left is None else statement[left.end() :])


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _gives_away(text: str, decisive: list[str]) -> bool:
    squeezed = _squeezed(text)
    return all(line in squeezed for line in decisive)
