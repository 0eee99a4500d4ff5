"""The entries of the home screen's list, as text."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from tutor.app.literal import inline, literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tutor.course.model import Course, Exercise, Lesson

__all__ = ["broken_entry", "continue_entry", "lesson_entry"]

_MARGIN = 10


def continue_entry(lesson: Lesson, exercise: Exercise) -> Content:
    """Where one was."""
    number = lesson.exercises.index(exercise) + 1
    where = f"{lesson.title} {number}/{len(lesson.exercises)} · {exercise.title or exercise.id}"
    return Content.assemble(("Continue: ", "bold"), literal(where))


def lesson_entry(
    lesson: Lesson, course: Course, passed: Mapping[str, frozenset[str]], width: int
) -> Content:
    """Progress, title, minutes; below, the summary and what to take first."""
    done = _done(lesson, passed)
    total = len(lesson.exercises)
    sign = "✓" if done == total else "·" if done else " "
    minutes = f"  ({lesson.minutes} min)" if lesson.minutes else ""
    lines = [
        Content.assemble(
            f" {sign} {f'{done}/{total}':<6} ", (lesson.title, "bold"), (minutes, "dim")
        )
    ]
    lines += [
        Content(" " * _MARGIN) + inline(line, "dim")
        for line in wrap(lesson.summary, max(20, width - _MARGIN))
    ]
    missing = [_title(course, one) for one in lesson.requires if not _finished(course, one, passed)]
    if missing:
        lines.append(literal(f"{' ' * _MARGIN}first: {', '.join(missing)}", "$text-warning"))
    return Content("\n").join(lines)


def broken_entry(name: str, problems: int) -> Content:
    """A file that cannot be used."""
    count = f"{problems} problem{'' if problems == 1 else 's'}"
    return Content.assemble(
        (" ! broken ", "bold $text-error"),
        literal(name),
        (f"  {count}; enter shows them", "dim"),
    )


def _done(lesson: Lesson, passed: Mapping[str, frozenset[str]]) -> int:
    return sum(e.id in passed.get(lesson.id, frozenset()) for e in lesson.exercises)


def _title(course: Course, lesson_id: str) -> str:
    lesson = course.lesson(lesson_id)
    return lesson.title if lesson is not None else lesson_id


def _finished(course: Course, lesson_id: str, passed: Mapping[str, frozenset[str]]) -> bool:
    lesson = course.lesson(lesson_id)
    return lesson is None or _done(lesson, passed) == len(lesson.exercises)
