"""What the learner did, with and without a store."""

from __future__ import annotations

from pathlib import Path

from tests.app.app_course import COURSE, LESSON
from tutor.app.notebook import Notebook
from tutor.course.version import versions
from tutor.judging.verdict import Verdict
from tutor.progress.store import Place

ONES = Place("mini", "first", "ones")
PASS = Verdict(status="pass", score=1, max_score=1)


def use(notebook: Notebook) -> None:
    """Do a bit of everything."""
    notebook.save_draft(ONES, "x")
    notebook.record(ONES, "x", Verdict(status="error", score=0, max_score=1))
    notebook.record(ONES, "x", PASS)
    notebook.show_hint(ONES, 2)
    notebook.show_hint(ONES, 1)
    notebook.show_solution(ONES)
    notebook.set_position(ONES)


def check(notebook: Notebook) -> None:
    """All of it is known."""
    assert notebook.draft(ONES) == "x"
    progress = notebook.exercise(ONES)
    assert (progress.passed, progress.attempts, progress.hints_shown) == (True, 1, 2)
    assert progress.solution_shown
    assert notebook.passed("mini") == {"first": frozenset({"ones"})}
    assert notebook.position("mini") == ONES
    assert notebook.first_open(COURSE, LESSON).id == "hello"


def test_what_is_done_is_known_at_once_and_after_a_restart(store: Path) -> None:
    """The memory of this run and the store say the same."""
    notebook = Notebook()
    notebook.open(store)
    use(notebook)
    check(notebook)
    notebook.close()
    again = Notebook()
    again.open(store)
    check(again)
    again.close()
    assert again.problem == ""


def test_what_changed_since_it_was_passed(store: Path) -> None:
    """Another version was passed; passing the present one ends it, at once and after a restart."""
    notebook = Notebook()
    notebook.open(store)
    assert notebook.changed("mini", LESSON) == frozenset()
    notebook.record(ONES, "x", PASS, version="old")
    assert notebook.changed("mini", LESSON) == {"ones"}
    notebook.record(ONES, "x", PASS, version=versions(LESSON)["ones"])
    assert notebook.changed("mini", LESSON) == frozenset()
    assert notebook.changed("other", LESSON) == frozenset()
    notebook.close()
    again = Notebook()
    again.open(store)
    assert again.changed("mini", LESSON) == frozenset()
    again.close()


def test_without_a_store_it_is_known_until_the_app_closes(tmp_path: Path) -> None:
    """A directory that cannot be made leaves a reason, and everything else works."""
    (tmp_path / "file").write_text("")
    notebook = Notebook()
    notebook.open(tmp_path / "file" / "progress.db")
    assert notebook.problem
    assert not notebook.save_draft(ONES, "y")
    use(notebook)
    check(notebook)
    notebook.drop_draft(ONES)
    assert notebook.draft(ONES) is None
