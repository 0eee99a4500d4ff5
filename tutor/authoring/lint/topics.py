"""Whether what exercises teach is among the course's topics."""

from __future__ import annotations

from typing import Final

from tutor.authoring.lint.view import LessonView
from tutor.course.companions import TOPICS_FILE, Topics
from tutor.course.nodes import Scalar
from tutor.course.wording import hint, quoted

__all__ = ["check_topics"]

_MOST_HINTS: Final = 20
"""Looking for the nearest of many ids takes time, and whoever has more wrong has another list."""


def check_topics(lesson: LessonView, topics: Topics) -> None:
    """Flag each id under ``teaches`` that is no topic, or the first one where there are none."""
    unknown = 0
    for exercise in lesson.exercises:
        for item in exercise.items("teaches"):
            if not isinstance(item, Scalar) or item.text in topics.entries:
                continue
            if topics.path is None:
                message = f"teaches: no {TOPICS_FILE} lies beside this file to say what that is"
                lesson.flag(item.at, "no-topics", message)
                return
            unknown += 1
            near = hint(item.text, topics.entries) if unknown <= _MOST_HINTS else ""
            message = f"teaches: {TOPICS_FILE} has no topic {quoted(item.text)}{near}"
            lesson.flag(item.at, "unknown-topic", message)
