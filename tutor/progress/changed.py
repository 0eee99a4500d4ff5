"""Which passed exercises are others now than those that were passed."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.course.model import Lesson
from tutor.course.version import exercise_version

__all__ = ["changed_since_passed"]


def changed_since_passed(
    lesson: Lesson, passed: Mapping[tuple[str, str], frozenset[str]]
) -> frozenset[str]:
    """The ids of a lesson's exercises that were passed, but never as they are now.

    An exercise whose passes are older than the note of versions is given the benefit of the doubt.

    Args:
        lesson: as it is now.
        passed: for each passed exercise, the versions that were; see `Store.passed_versions`.
    """
    changed = set()
    for exercise in lesson.exercises:
        versions = passed.get((lesson.id, exercise.id))
        if versions and "" not in versions and exercise_version(lesson, exercise) not in versions:
            changed.add(exercise.id)
    return frozenset(changed)
