"""Which version of an exercise an answer was judged by."""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import msgspec

from tutor.course.catalogue import SAYS
from tutor.course.model import (
    CheckUse,
    Choice,
    Code,
    Exercise,
    Explore,
    Lesson,
    Order,
    Predict,
    Read,
)

__all__ = ["exercise_version", "versions"]

_DIGITS = 12


def exercise_version(lesson: Lesson, exercise: Exercise) -> str:
    """A short digest of what decides whether an answer is right.

    That is the setup, the solution and the checks with the text of the course's own ones; the code
    that is predicted; the options; of a text to read, the text. A prompt, a hint or an explanation
    that is worded anew asks for the same answer: who passed need not be told, and a mark at each
    corrected slip would teach to overlook the mark. Spaces at the ends of lines do not count.
    """
    decisive = (lesson.setup, exercise.setup, *_decisive(exercise))
    if isinstance(exercise, Read):
        decisive = _decisive(exercise)
    data = msgspec.json.encode((exercise.__struct_config__.tag, _plain(decisive)), order="sorted")
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def versions(lesson: Lesson) -> dict[str, str]:
    """The version of each exercise of a lesson, by id."""
    return {exercise.id: exercise_version(lesson, exercise) for exercise in lesson.exercises}


def _decisive(exercise: Exercise) -> tuple[Any, ...]:
    match exercise:
        case Code():
            return (exercise.solution, [_check(use) for use in exercise.checks])
        case Predict():
            return (exercise.code, exercise.ask, exercise.of, exercise.accepts)
        case Choice():
            return ([(option.text, option.correct) for option in exercise.options],)
        case Read():
            return (exercise.prompt,)
        case Order():
            checks = [_check(use) for use in exercise.checks]
            return (exercise.solution, exercise.extra, checks)
        case Explore():
            return (exercise.solution, [_check(use) for use in exercise.goal])


def _check(use: CheckUse) -> tuple[Any, ...]:
    params = {key: value for key, value in use.params.items() if key != SAYS}
    return use.check, use.target, params, "" if use.custom is None else _digest(use.custom.text)


@functools.lru_cache(maxsize=32)  # every exercise of a course may use the same long text
def _digest(text: str) -> str:
    return hashlib.sha256(_plain(text).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """`value` with nothing at the ends of lines, and as JSON has it."""
    if isinstance(value, str):
        lines = "\n".join(line.rstrip() for line in value.rstrip().split("\n"))
        return lines.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | None) else repr(value)
