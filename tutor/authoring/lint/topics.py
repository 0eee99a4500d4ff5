"""Whether what exercises teach is among the course's topics."""

from __future__ import annotations

from tutor.authoring.lint.view import LessonView
from tutor.course.companions import TOPICS_FILE, Topics
from tutor.course.nodes import Scalar
from tutor.course.wording import hint, quoted

__all__ = ["check_topics"]


def check_topics(lesson: LessonView, topics: Topics) -> None:
    """Flag each id under ``teaches`` that is no topic, or the first one where there are none."""
    for exercise in lesson.exercises:
        for item in exercise.items("teaches"):
            if not isinstance(item, Scalar) or item.text in topics.entries:
                continue
            if topics.path is None:
                message = f"teaches: no {TOPICS_FILE} lies beside this file to say what that is"
                lesson.flag(item.at, "no-topics", message)
                return
            near = hint(item.text, topics.entries)
            message = f"teaches: {TOPICS_FILE} has no topic {quoted(item.text)}{near}"
            lesson.flag(item.at, "unknown-topic", message)
