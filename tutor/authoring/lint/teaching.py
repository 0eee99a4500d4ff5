"""What a lesson lacks that helps whoever takes it."""

from __future__ import annotations

from typing import Final

from tutor.authoring.lint.pieces import kind_of_exercise
from tutor.authoring.lint.view import LessonView
from tutor.authoring.lint.width import TITLE_COLUMNS, width_of
from tutor.course.nodes import Mapping, Scalar, Sequence
from tutor.course.scalars import as_bool

__all__ = ["check_teaching"]

_KINDS_WITH_HINTS: Final = frozenset({"code", "predict", "choice", "order"})
_KINDS_WITH_MISTAKES: Final = frozenset({"code", "predict", "order"})


def check_teaching(lesson: LessonView) -> None:
    """Flag missing hints, mistakes and explanations, and titles that do not fit."""
    for number, exercise in enumerate(lesson.exercises, start=1):
        kind = kind_of_exercise(exercise)
        if kind in _KINDS_WITH_HINTS and exercise.entry("hints") is None:
            message = "no hints: who is stuck can only look at the solution"
            lesson.flag(exercise.at, "no-hint", message)
        if kind in _KINDS_WITH_MISTAKES and exercise.entry("mistakes") is None:
            message = "no mistakes: list wrong answers that learners give, with an explanation"
            lesson.flag(exercise.at, "no-mistake", message)
        _check_options(lesson, exercise)
        _check_empty(lesson, exercise)
        _check_title(lesson, exercise, number)
    _check_empty(lesson, lesson.root)


def _check_options(lesson: LessonView, exercise: Mapping) -> None:
    for number, option in enumerate(exercise.items("options"), start=1):
        if not isinstance(option, Mapping) or option.entry("says") is not None:
            continue
        mark = option.scalar("correct")
        if mark is None or as_bool(mark) is False:
            message = f"options, item {number}: wrong, and does not say why: add 'says'"
            lesson.flag(option.at, "no-says", message)


def _check_empty(lesson: LessonView, node: Mapping) -> None:
    """Of keys that may be left out; the others are an error of the format."""
    for entry in node.entries:
        if entry.key.text == "exercises":
            continue
        match entry.value:
            case Scalar(text=text):
                empty = not text.strip()
            case Sequence(items=items):
                empty = not items
                for item in items:
                    if isinstance(item, Mapping):
                        _check_empty(lesson, item)
            case _:
                empty = False
        if empty:
            key = " ".join(entry.key.text.split())
            message = f"{key}: there is nothing in it: fill it, or leave the key out"
            lesson.flag(entry.key.at, "empty-text", message)


def _check_title(lesson: LessonView, exercise: Mapping, number: int) -> None:
    title, lessons = exercise.scalar("title"), lesson.root.scalar("title")
    if title is None:
        return
    total = len(lesson.exercises)
    shown = f"{'' if lessons is None else lessons.text} {number}/{total} · {title.text}"
    width = width_of(shown)
    if width > TITLE_COLUMNS:
        message = f"title: with the lesson's own it is {width} columns wide; the app shows"
        lesson.flag(title.at, "long-title", f"{message} {TITLE_COLUMNS}")
