from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tutor.course.find import builtin_course
from tutor.judging.verdict import Verdict
from tutor.progress.store import Place, Store

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Tutor = Callable[..., subprocess.CompletedProcess[str]]

PASS = Verdict(status="pass", score=1, max_score=1)


def test_courses(tutor: Tutor) -> None:
    """Every lesson and exercise of the built-in course is listed by its id."""
    done = tutor("courses")
    assert (done.returncode, done.stderr) == (0, "")
    for lesson in builtin_course().lessons:
        assert f"{lesson.id}: {lesson.title}" in done.stdout
        assert all(f"    {exercise.id} " in done.stdout for exercise in lesson.exercises)


def test_courses_as_json(tutor: Tutor) -> None:
    """The same as one JSON document."""
    (course,) = json.loads(tutor("courses", "--json").stdout)["courses"]
    real = builtin_course()
    assert course["id"] == real.id
    assert [lesson["id"] for lesson in course["lessons"]] == [one.id for one in real.lessons]
    kinds = {exercise["kind"] for one in course["lessons"] for exercise in one["exercises"]}
    assert "code" in kinds


def test_progress(tutor: Tutor, folder: Path) -> None:
    """Passed exercises are counted by lesson; what a lesson no longer has is not."""
    course = builtin_course()
    lesson = course.lessons[0]
    at = Place(course.id, lesson.id, lesson.exercises[0].id)
    with Store(folder / "data" / "progress.db") as store:
        store.record(at, "x", PASS)
        store.record(Place(course.id, lesson.id, "long-gone"), "x", PASS)
        store.set_position(at)
    done = tutor("progress")
    assert done.returncode == 0
    assert f" 1 of {len(lesson.exercises):>2}" in done.stdout
    assert f"Last at: {lesson.id} {at.exercise}" in done.stdout
    rows = json.loads(tutor("progress", "--json").stdout)["lessons"]
    assert rows[0] == {
        "id": lesson.id,
        "title": lesson.title,
        "passed": 1,
        "total": len(lesson.exercises),
    }


def test_progress_that_cannot_be_read(tutor: Tutor, folder: Path) -> None:
    """An unusable data directory: code 3, the path, and what to do."""
    (folder / "data").write_text("in the way")
    done = tutor("progress")
    assert (done.returncode, done.stdout) == (3, "")
    assert "TUTOR_DATA_DIR" in done.stderr
    assert str(folder / "data") in done.stderr


def test_glossary_explains_one_term(tutor: Tutor) -> None:
    """By any of its names, in plain lines without fences."""
    done = tutor("glossary", "Axis")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("dimension\n  One of the directions")
    assert "\n  >>> torch" in done.stdout
    assert "```" not in done.stdout
    assert "Also: dim, axis, axes." in done.stdout
    assert "See also: shape, reduction." in done.stdout


def test_glossary_prints_everything(tutor: Tutor) -> None:
    """In the order of the alphabet; as JSON, with the Markdown as it is written."""
    entries = builtin_course().glossary.entries
    lines = tutor("glossary").stdout.splitlines()
    terms = [line for line in lines if line and not line.startswith(" ")]
    assert terms == sorted(entries, key=lambda term: term.casefold().replace("_", " "))
    printed = json.loads(tutor("glossary", "--json").stdout)["terms"]
    assert {one["term"] for one in printed} == entries.keys()
    (one,) = json.loads(tutor("glossary", "leaves", "--json").stdout)["terms"]
    leaf = entries["leaf"]
    assert one == {
        "term": "leaf",
        "means": leaf.means,
        "also": list(leaf.also),
        "see": list(leaf.see),
    }


def test_an_unknown_term_has_the_nearest_one(tutor: Tutor) -> None:
    """It is a usage error, as an unknown lesson is."""
    done = tutor("glossary", "brodcasting")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no term 'brodcasting'; did you mean 'broadcasting'?" in done.stderr
