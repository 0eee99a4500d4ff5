"""``tutor progress``: what has been passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.commands.output import show, show_json
from tutor.course.wording import hint, listing
from tutor.errors import NotFoundError
from tutor.library.offers import Offer, offers
from tutor.progress.changed import changed_since_passed
from tutor.progress.store import Store, progress_file

if TYPE_CHECKING:
    from tutor.course.model import Course

__all__ = ["run"]


def run(course_id: str | None, *, as_json: bool) -> int:
    """Print, for each lesson of a course, how much of it is passed.

    Args:
        course_id: the built-in course where it is None.
        as_json: as one JSON document.

    Raises:
        NotFoundError: there is no such course.
        UsageError: its package has no course any more.
        StoreError: the progress cannot be read.
    """
    course = _offer(course_id).read()
    with Store(progress_file()) as store:
        rows = _rows(course, store.passed_versions(course.id))
        last = store.position(course.id)
    if as_json:
        show_json({"course": course.id, "lessons": rows})
        return 0
    width = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        done = "  done" if row["passed"] == row["total"] else ""
        changed = f"  {row['changed']} changed since you passed" if row["changed"] else ""
        show(f"{row['id']:<{width}}  {row['passed']:>2} of {row['total']:>2}{done}{changed}")
    if last is not None:
        show(f"Last at: {last.lesson} {last.exercise}")
    return 0


def _offer(course_id: str | None) -> Offer:
    known = {offer.id: offer for offer in offers()}
    if course_id is None:
        return next(iter(known.values()))
    if course_id not in known:
        near = hint(course_id, known, otherwise=f"; there are {listing(known)}")
        raise NotFoundError(f"there is no course {course_id!r}{near}")
    return known[course_id]


def _rows(course: Course, passed: dict[tuple[str, str], frozenset[str]]) -> list[dict[str, Any]]:
    return [
        {
            "id": lesson.id,
            "title": lesson.title,
            # An exercise that the lesson no longer has is not counted.
            "passed": sum((lesson.id, e.id) in passed for e in lesson.exercises),
            "total": len(lesson.exercises),
            "changed": len(changed_since_passed(lesson, passed)),
        }
        for lesson in course.lessons
    ]
