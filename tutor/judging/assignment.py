"""What decides how answers to one exercise are judged, apart from the answers."""

from __future__ import annotations

import msgspec

from tutor.course.catalogue import TEXT_ONLY, text_only_checks
from tutor.course.model import CheckUse, Code, Exercise, Lesson, Mistake
from tutor.engine.protocol import Specification

__all__ = ["Assignment", "setups_of"]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """The code of one exercise: while two of them are equal, answers to them are judged alike.

    Attributes:
        setups: the lesson's setup and the exercise's own, as far as there is any.
        solution: the author's answer.
        checks: what judges.
        looks: of each check, whether it looks at a world; the others read the answer's text.
        mistakes: the listed wrong answers.
    """

    setups: tuple[str, ...]
    solution: str
    checks: tuple[Specification, ...]
    looks: tuple[bool, ...]
    mistakes: tuple[Mistake, ...] = ()

    @classmethod
    def of(cls, lesson: Lesson, exercise: Code) -> Assignment:
        """The assignment of an exercise in its lesson; it is known which parameters checks take."""
        return cls(
            setups=setups_of(lesson, exercise),
            solution=exercise.solution,
            checks=tuple(_specification(use) for use in exercise.checks),
            looks=tuple(not _reads_text_only(use) for use in exercise.checks),
            mistakes=exercise.mistakes,
        )


def setups_of(lesson: Lesson, exercise: Exercise) -> tuple[str, ...]:
    """What runs before an answer: the lesson's setup and the exercise's own, where there is any."""
    return tuple(setup for setup in (lesson.setup, exercise.setup) if setup.strip())


def _specification(use: CheckUse) -> Specification:
    module = "" if use.custom is None else use.custom.text
    return Specification(check=use.check, target=use.target, params=use.params, module=module)


def _reads_text_only(use: CheckUse) -> bool:
    if use.custom is None:
        return use.check in text_only_checks()
    return bool((use.custom.entries or {}).get(use.check, {}).get(TEXT_ONLY))
