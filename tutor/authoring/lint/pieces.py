"""The texts of a lesson file and what they are: code, Markdown, one line, something to be typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from tutor.course.nodes import Mapping, Node, Scalar, Sequence

__all__ = ["TEXTS", "What", "kind_of_exercise", "pieces_of"]

What: TypeAlias = Literal["code", "expression", "markdown", "line", "typed"]

_ANY: Final = "*"
"""Stands for keys of the author's choice."""

_MISTAKES: Final = {"answer": "code", "says": "markdown"}
_CHECKS: Final = [{"says": {_ANY: "markdown"}}]
_EXERCISE: Final[dict[str, Any]] = {
    "title": "line",
    "prompt": "markdown",
    "hints": ["markdown"],
    "explanation": "markdown",
    "setup": "code",
}
TEXTS: Final[dict[str, dict[str, Any]]] = {
    "lesson": {"title": "line", "summary": "line", "setup": "code"},
    "read": _EXERCISE,
    "code": {
        **_EXERCISE,
        "starter": "code",
        "solution": "code",
        "accepts": ["code"],
        "mistakes": [_MISTAKES],
        "checks": _CHECKS,
    },
    "predict": {
        **_EXERCISE,
        "code": "code",
        "of": "expression",
        "accepts": ["typed"],
        "mistakes": [{**_MISTAKES, "answer": "typed"}],
    },
    "choice": {
        **_EXERCISE,
        "options": [{"text": "markdown", "says": "markdown"}],
        "code": "code",
    },
    "order": {
        **_EXERCISE,
        "solution": "code",
        "extra": ["code"],
        "accepts": ["code"],
        "mistakes": [_MISTAKES],
        "checks": _CHECKS,
    },
    "explore": {**_EXERCISE, "starter": "code", "solution": "code", "goal": _CHECKS},
}
"""For a lesson and for each kind of exercise: its keys that hold text, and what that is."""


class Piece(NamedTuple):
    """One text.

    Attributes:
        kind: of the exercise that it belongs to, or ``lesson``.
        key: the key that it stands under, or the list's.
        label: what it is called in a problem.
    """

    scalar: Scalar
    kind: str
    key: str
    label: str
    what: What


def kind_of_exercise(exercise: Mapping) -> str:
    """What the exercise says of its kind; empty where it says nothing."""
    scalar = exercise.scalar("kind")
    return "" if scalar is None else scalar.text


def pieces_of(lesson: Mapping) -> Iterator[Piece]:
    """Every text of a lesson, each once, whatever else is wrong with it."""
    seen: set[int] = set()
    for piece in _all(lesson):
        if id(piece.scalar) not in seen:  # an alias stands for what was read already
            seen.add(id(piece.scalar))
            yield piece


def _all(lesson: Mapping) -> Iterator[Piece]:
    yield from _Texts("lesson").under(lesson, TEXTS["lesson"])
    for exercise in lesson.items("exercises"):
        if isinstance(exercise, Mapping):
            kind = kind_of_exercise(exercise)
            yield from _Texts(kind).under(exercise, TEXTS.get(kind, _EXERCISE))


class _Texts:
    """Finds the texts of an exercise of one kind, or of a lesson."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def under(self, node: Mapping, texts: dict[str, Any]) -> Iterator[Piece]:
        """The texts of a mapping whose keys hold `texts`."""
        for entry in node.entries:
            key = entry.key.text
            what = texts.get(key, texts.get(_ANY))
            if what is not None:
                yield from self._at(entry.value, what, key, key)

    def _at(self, node: Node, what: Any, key: str, label: str) -> Iterator[Piece]:
        match node, what:
            case Scalar(), str():
                yield Piece(node, self._kind, key, label, what)  # type: ignore[arg-type]  # of TEXTS
            case Sequence(), [inner]:
                for number, item in enumerate(node.items, start=1):
                    yield from self._at(item, inner, key, f"{label}, item {number}")
            case Mapping(), dict():
                yield from self.under(node, what)
