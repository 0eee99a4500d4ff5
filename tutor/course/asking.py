"""How an exercise asks its question, in the words that every display of it uses."""

from __future__ import annotations

from typing import Final

from tutor.course.model import Choice, Predict

__all__ = ["has_several", "question_of"]

_ASKS: Final = {
    "value": "What is the value of {of}?",
    "shape": "What is the shape of {of}?",
    "dtype": "What is the dtype of {of}?",
    "output": "What does it print?",
    "error": "Which exception does it raise? (its type, or none)",
}


def question_of(exercise: Predict, *, mark: str = "") -> str:
    """What is to be predicted; `mark` stands on both sides of the expression."""
    return _ASKS[exercise.ask].format(of=f"{mark}{exercise.of}{mark}")


def has_several(exercise: Choice) -> bool:
    """Whether more than one option has to be chosen."""
    return sum(option.correct for option in exercise.options) > 1
