"""``tutor progress``: what has been passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.commands.output import show, show_json
from tutor.course.find import builtin_course
from tutor.progress.store import Store, progress_file

if TYPE_CHECKING:
    from tutor.course.model import Course

__all__ = ["run"]


def run(*, as_json: bool) -> int:
    """Print, for each lesson of the built-in course, how much of it is passed.

    Raises:
        StoreError: the progress cannot be read.
    """
    course = builtin_course()
    with Store(progress_file()) as store:
        rows = _rows(course, store.passed(course.id))
        last = store.position(course.id)
    if as_json:
        show_json({"course": course.id, "lessons": rows})
        return 0
    width = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        done = "  done" if row["passed"] == row["total"] else ""
        show(f"{row['id']:<{width}}  {row['passed']:>2} of {row['total']:>2}{done}")
    if last is not None:
        show(f"Last at: {last.lesson} {last.exercise}")
    return 0


def _rows(course: Course, passed: dict[str, frozenset[str]]) -> list[dict[str, Any]]:
    return [
        {
            "id": lesson.id,
            "title": lesson.title,
            # An exercise that the lesson no longer has is not counted.
            "passed": sum(e.id in passed.get(lesson.id, ()) for e in lesson.exercises),
            "total": len(lesson.exercises),
        }
        for lesson in course.lessons
    ]
