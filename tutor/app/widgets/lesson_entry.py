"""The entries of the home screen's list, as text."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from tutor.app.literal import inline, title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tutor.course.model import Exercise, Lesson, LessonFile
    from tutor.course.problems import Problem

__all__ = [
    "Entry",
    "Standing",
    "broken_entry",
    "continue_entry",
    "file_entry",
    "lesson_entry",
    "unread_entry",
]

_MARGIN = 10


def continue_entry(lesson: Lesson, exercise: Exercise) -> Content:
    """Where one was."""
    number = lesson.exercises.index(exercise) + 1
    where = f"{lesson.title} {number}/{len(lesson.exercises)} · {exercise.title or exercise.id}"
    return Content.assemble(("Continue: ", "bold"), title(where))


class Entry(NamedTuple):
    """One entry of the list, not drawn yet.

    Attributes:
        facts: two entries of the same id look alike while these are equal.
        draw: makes its text.
    """

    id: str
    facts: object
    draw: Callable[[], Content]


class Standing(NamedTuple):
    """What the entries of a course's lessons are drawn from: one lookup for each, not a search.

    Attributes:
        lessons: by id.
        passed: for each lesson, the ids of its passed exercises.
        width: how many columns an entry has.
    """

    lessons: Mapping[str, Lesson]
    passed: Mapping[str, frozenset[str]]
    width: int

    def done(self, lesson: Lesson) -> int:
        """How many of its exercises are passed."""
        known = self.passed.get(lesson.id, frozenset())
        return sum(exercise.id in known for exercise in lesson.exercises)

    def missing(self, lesson: Lesson) -> list[str]:
        """The titles of the lessons to take first that are not finished."""
        needed = [self.lessons[one] for one in lesson.requires if one in self.lessons]
        return [one.title for one in needed if self.done(one) < len(one.exercises)]


def file_entry(id_: str, file: LessonFile, standing: Standing, changed: int) -> Entry:
    """A lesson file: its lesson, that nobody has read it yet, or that it is broken.

    Args:
        id_: of the entry.
        file: the file.
        standing: of its course.
        changed: how many of its exercises changed since they were passed.
    """
    lesson = file.lesson
    if lesson is not None:
        missing = tuple(standing.missing(lesson))
        facts = (lesson, standing.done(lesson), missing, standing.width, changed)
        return Entry(id_, facts, lambda: lesson_entry(lesson, standing, changed))
    if file.unread:
        passed = len(standing.passed.get(file.id, ()))
        name = file.title or file.path.name
        return Entry(id_, (name, passed), lambda: unread_entry(name, passed))
    return Entry(id_, file.problems, lambda: broken_entry(file.path.name, file.problems))


def lesson_entry(lesson: Lesson, standing: Standing, changed: int = 0) -> Content:
    """Progress, title, minutes; below, the summary, what to take first and what changed."""
    done = standing.done(lesson)
    total = len(lesson.exercises)
    sign = "✓" if done == total else "·" if done else " "
    minutes = f"  ({lesson.minutes} min)" if lesson.minutes else ""
    lines = [
        Content.assemble(
            f" {sign} {f'{done}/{total}':<6} ", title(lesson.title, "bold"), (minutes, "dim")
        )
    ]
    lines += [
        Content(" " * _MARGIN) + inline(line, "dim")
        for line in wrap(lesson.summary, max(20, standing.width - _MARGIN))
    ]
    missing = standing.missing(lesson)
    if missing:
        lines.append(title(f"first: {', '.join(missing)}", "$text-warning", by=_MARGIN))
    if changed:
        several = "exercises" if changed > 1 else "exercise"
        note = f"{changed} {several} changed since you passed"
        lines.append(title(note, "$text-warning", by=_MARGIN))
    return Content("\n").join(lines)


def unread_entry(name: str, passed: int) -> Content:
    """A lesson that nobody has read yet."""
    return Content.assemble((f"   {f'{passed}/…':<6} ", "dim"), title(name, "bold"))


def broken_entry(name: str, problems: Sequence[Problem]) -> Content:
    """A file that cannot be used, with the first reason."""
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    head = Content.assemble(
        (" ! broken ", "bold $text-error"), title(name), (f"  {count}; enter shows them", "dim")
    )
    first = [title(problems[0].message, "dim", by=_MARGIN)] if problems else []
    return Content("\n").join([head, *first])
