from __future__ import annotations

from tutor.course.model import Lesson, Read
from tutor.course.version import versions
from tutor.progress.changed import changed_since_passed

IDS = ("same", "other", "both", "unknown", "new")
LESSON = Lesson(
    format=1,
    id="l",
    title="L",
    exercises=tuple(
        Read(id=id_, prompt=id_) for id_ in ("same", "other", "both", "unknown", "new")
    ),
)


def test_only_what_was_never_passed_as_it_is_counts() -> None:
    """One pass of the present version is enough, and so is one of nobody knows which."""
    now = versions(LESSON)
    passed = {
        ("l", "same"): frozenset({now["same"]}),
        ("l", "other"): frozenset({"old", "older"}),
        ("l", "both"): frozenset({"old", now["both"]}),
        ("l", "unknown"): frozenset({"", "old"}),
        ("elsewhere", "new"): frozenset({"old"}),
        ("l", "gone"): frozenset({"old"}),
    }
    assert changed_since_passed(LESSON, passed) == {"other"}
