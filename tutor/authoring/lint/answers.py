"""Answers of one exercise that are the same although they should differ."""

from __future__ import annotations

import ast
import re
from typing import Final, Literal, NamedTuple

from tutor.authoring.lint.pieces import kind_of_exercise
from tutor.authoring.lint.view import LessonView
from tutor.course.nodes import Mapping, Scalar
from tutor.course.snippets import LONGEST_CODE
from tutor.course.wording import quoted

__all__ = ["check_answers"]

# What never tells two programs apart at first sight; whether they really agree, Python says.
_NOISE = re.compile(r"#.*|[\s()'\",;]+")
_IS: Final = {"solution": "the solution", "accepted": "an accepted answer"}


class _Answer(NamedTuple):
    """An answer that the file lists.

    Attributes:
        name: of a mistake.
    """

    scalar: Scalar
    role: Literal["solution", "accepted", "mistake"]
    name: str = ""

    @property
    def line(self) -> int:
        return self.scalar.at.line


class _Answers:
    """The answers so far: code, or predictions."""

    def __init__(self, *, code: bool) -> None:
        self._code = code
        self._by_key: dict[str, list[_Answer]] = {}
        self._keys: dict[int, str] = {}

    def find(self, scalar: Scalar) -> _Answer | None:
        """The first answer that is the same, however it is laid out and commented."""
        alike = self._by_key.get(self._key(scalar), ())
        return next((one for one in alike if self._agree(one.scalar.text, scalar.text)), None)

    def add(self, answer: _Answer) -> None:
        """Remember an answer."""
        self._by_key.setdefault(self._key(answer.scalar), []).append(answer)

    def _key(self, scalar: Scalar) -> str:
        if id(scalar) not in self._keys:
            text = scalar.text
            self._keys[id(scalar)] = _NOISE.sub("", text) if self._code else " ".join(text.split())
        return self._keys[id(scalar)]

    def _agree(self, one: str, other: str) -> bool:
        return not self._code or one == other or _meaning(one) == _meaning(other)


def _meaning(text: str) -> str:
    if len(text) > LONGEST_CODE:
        return text
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text


def check_answers(lesson: LessonView) -> None:
    """Flag answers of one exercise that are the same program, or the same prediction."""
    for exercise in lesson.exercises:
        kind = kind_of_exercise(exercise)
        if kind in {"code", "predict", "order", "explore"}:
            answers = _Answers(code=kind != "predict")
            _check_accepted(lesson, exercise, answers)
            _check_starter(lesson, exercise, answers)
            _check_mistakes(lesson, exercise, answers)


def _check_accepted(lesson: LessonView, exercise: Mapping, answers: _Answers) -> None:
    solution = exercise.scalar("solution")
    if solution is not None:
        answers.add(_Answer(solution, "solution"))
    for number, item in enumerate(exercise.items("accepts"), start=1):
        if not isinstance(item, Scalar) or not item.text.strip():
            continue
        same = answers.find(item)
        if same is None:
            answers.add(_Answer(item, "accepted"))
        else:
            message = f"accepts, item {number}: this is {_IS[same.role]} again (line {same.line})"
            lesson.flag(item.at, "same-answer", message)


def _check_starter(lesson: LessonView, exercise: Mapping, answers: _Answers) -> None:
    starter = exercise.scalar("starter")
    same = None if starter is None or not starter.text.strip() else answers.find(starter)
    if starter is not None and same is not None:
        message = f"starter: it is {_IS[same.role]} already (line {same.line})"
        lesson.flag(starter.at, "starter-passes", message)


def _check_mistakes(lesson: LessonView, exercise: Mapping, answers: _Answers) -> None:
    for mistake in exercise.items("mistakes"):
        answer = mistake.scalar("answer") if isinstance(mistake, Mapping) else None
        if not isinstance(mistake, Mapping) or answer is None or not answer.text.strip():
            continue
        same = answers.find(answer)
        if same is None:
            id_ = mistake.scalar("id")
            answers.add(_Answer(answer, "mistake", "" if id_ is None else id_.text))
        elif same.role == "mistake":
            message = f"answer: it is that of the mistake {quoted(same.name)} (line {same.line})"
            lesson.flag(answer.at, "same-mistake", f"{message}, so this one is never recognised")
        else:
            message = f"answer: this mistake is {_IS[same.role]} (line {same.line})"
            lesson.flag(answer.at, "mistake-is-right", message)
