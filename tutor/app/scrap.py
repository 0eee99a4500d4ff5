"""A notebook that forgets: what an author does in a preview."""

from __future__ import annotations

from tutor.app.notebook import Notebook
from tutor.course.arranging import starter_of
from tutor.course.model import Course, Exercise, Lesson
from tutor.progress.store import Place

__all__ = ["Scrap", "successor"]


class Scrap(Notebook):
    """Never opened, so that nothing is written; follows the lesson when it changes."""

    def follow(self, before: tuple[Course, Lesson], after: tuple[Course, Lesson]) -> None:
        """Keep what was typed and seen, by the exercises' ids, also where a lesson's id changed.

        An answer that was nothing but the starter makes way for the new starter.
        """
        drafts, progress = self._drafts, self._progress
        self._drafts, self._progress = {}, {}
        for exercise in before[1].exercises:
            new = successor(before[1], after[1], exercise)
            if new.id != exercise.id and before[1].exercise(new.id) is not None:
                continue  # it has gone; the one in its place has a text of its own
            old_at, new_at = _place(before, exercise), _place(after, new)
            if drafts.get(old_at) not in {None, starter_of(exercise)}:
                self._drafts[new_at] = drafts[old_at]
            if old_at in progress:
                self._progress[new_at] = progress[old_at]


def successor(before: Lesson, after: Lesson, exercise: Exercise) -> Exercise:
    """What has become of an exercise: the one of its id, otherwise the one in its place."""
    same = after.exercise(exercise.id)
    if same is not None:
        return same
    return after.exercises[min(before.exercises.index(exercise), len(after.exercises) - 1)]


def _place(where: tuple[Course, Lesson], exercise: Exercise) -> Place:
    course, lesson = where
    return Place(course.id, lesson.id, exercise.id)
