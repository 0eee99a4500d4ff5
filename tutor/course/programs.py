"""The exercises whose answer is a program, whatever their kind: what judges it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from tutor.course.model import CheckUse, Code, Exercise, Explore, Mistake, Order

__all__ = ["CHECKS_KEYS", "as_code", "checks_of", "with_checks"]

CHECKS_KEYS: Final = ("checks", "goal")
"""The keys that hold uses of checks; an exercise has one of them at most."""


def as_code(exercise: Exercise) -> Code | None:
    """The exercise as ``code``, by which programs are judged; None where nothing judges a program.

    An ``explore`` without a goal asks for no certain program.
    """
    match exercise:
        case Code():
            return exercise
        case Order():
            return _code(exercise, exercise.accepts, exercise.mistakes)
        case Explore() if exercise.goal:
            return _code(exercise)
        case _:
            return None


def _code(
    exercise: Order | Explore, accepts: tuple[str, ...] = (), mistakes: tuple[Mistake, ...] = ()
) -> Code:
    return Code(
        id=exercise.id,
        title=exercise.title,
        prompt=exercise.prompt,
        setup=exercise.setup,
        points=exercise.points,
        solution=exercise.solution,
        checks=checks_of(exercise),
        accepts=accepts,
        mistakes=mistakes,
    )


def checks_of(exercise: Exercise) -> tuple[CheckUse, ...]:
    """The uses of checks in an exercise."""
    match exercise:
        case Code() | Order():
            return exercise.checks
        case Explore():
            return exercise.goal
        case _:
            return ()


def with_checks(exercise: Exercise, checks: Iterable[CheckUse]) -> Exercise:
    """The exercise with these in place of its own uses of checks."""
    match exercise:
        case Code() | Order():
            return msgspec.structs.replace(exercise, checks=tuple(checks))
        case Explore():
            return msgspec.structs.replace(exercise, goal=tuple(checks))
        case _:
            return exercise
