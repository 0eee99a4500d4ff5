"""The list of lessons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.app_driving import QuietApp, exercise_screen, screen_text, settle, until
from tutor.app.app import TutorApp
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.problems import Problems
from tutor.course.model import Course
from tutor.errors import NotFoundError
from tutor.judging.verdict import Verdict
from tutor.progress.store import Place, Store

PASS = Verdict(status="pass", score=1, max_score=1)


async def test_lists_lessons_with_progress_minutes_and_what_to_take_first(
    quiet: Callable[..., QuietApp], store: Path
) -> None:
    """Each lesson shows how many exercises are passed, as text, and what it builds on."""
    with Store(store) as known:
        known.record(Place("mini", "first", "ones"), "…", PASS)
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = screen_text(pilot)
    assert "A small course" in seen
    assert "1/5    First steps  (5 min)" in seen
    assert "0/1    Second steps  (3 min)" in seen
    assert "first: First steps" in seen


async def test_a_finished_lesson_has_a_sign(quiet: Callable[..., QuietApp], store: Path) -> None:
    """A finished lesson is marked, and is no longer asked for by the next one."""
    with Store(store) as known:
        for exercise in ("hello", "ones", "shape", "which", "several"):
            known.record(Place("mini", "first", exercise), "…", PASS)
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = screen_text(pilot)
    assert "✓ 5/5    First steps" in seen
    assert "first: First steps" not in seen


async def test_a_broken_lesson_opens_its_problems_literally(quiet: Callable[..., QuietApp]) -> None:
    """A broken file stands in its place; enter shows every problem with its position."""
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "! broken broken.yaml  2 problems" in screen_text(pilot)
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Problems))
        seen = screen_text(pilot)
        assert "lessons/broken.yaml:3:1: there is no key 'tilte'" in seen
        assert "lessons/broken.yaml:9:5: [bold]kind[/] is missing" in seen
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, Problems)


async def test_enter_opens_the_first_exercise_that_is_not_passed(
    quiet: Callable[..., QuietApp], store: Path
) -> None:
    """A lesson goes on where it is not finished."""
    with Store(store) as known:
        known.record(Place("mini", "first", "hello"), "", PASS)
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert exercise_screen(pilot).exercise.id == "ones"


async def test_continue_is_preselected_and_resumes(
    quiet: Callable[..., QuietApp], store: Path
) -> None:
    """After a restart, enter alone brings back the same exercise with the same text."""
    place = Place("mini", "first", "ones")
    with Store(store) as known:
        known.set_position(place)
        known.save_draft(place, "t = torch.one")
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Continue: First steps 2/5 · Ones of a shape" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert exercise_screen(pilot).answer.answer == "t = torch.one"


async def test_after_a_lesson_the_next_one_is_offered(
    quiet: Callable[..., QuietApp], store: Path
) -> None:
    """At the end of a lesson that is passed there is nothing to go on with; one may look back."""
    with Store(store) as known:
        for exercise in ("hello", "ones", "shape", "which", "several"):
            known.record(Place("mini", "first", exercise), "…", PASS)
        known.set_position(Place("mini", "first", "several"))
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Continue: Second steps 1/1" in screen_text(pilot)
    with Store(store) as known:
        known.set_position(Place("mini", "first", "ones"))
    async with quiet().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Continue: First steps 2/5" in screen_text(pilot)


async def test_lessons_that_cannot_be_read_are_said(store: Path) -> None:
    """A course that is not there gives a message, and the app still quits."""

    def lost() -> Course:
        raise NotFoundError("the built-in course is not in [nowhere]: install the tutor again")

    async with QuietApp(lost, store=store).run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "cannot be read" in screen_text(pilot))
        assert "[nowhere]" in screen_text(pilot)
        await pilot.press("q")
    assert pilot.app.return_code == 0


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (200, 50)])
async def test_other_sizes(quiet: Callable[..., QuietApp], size: tuple[int, int]) -> None:
    """The list is there in any size, and opens lessons."""
    async with quiet().run_test(size=size) as pilot:
        await settle(pilot)
        assert "First" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))


async def test_the_first_frame_comes_before_the_engine(store: Path) -> None:
    """The status line says that PyTorch is being started, on a frame that needs none of it."""
    app = TutorApp(lambda: Course(id="x", title="X", path=Path(), files=()), store=store)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "starting PyTorch…" in screen_text(pilot)
