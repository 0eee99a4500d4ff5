"""Answers to every kind of exercise, judged for real."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from tests.app.app_driving import exercise_screen, screen_text, settle, type_text, until
from tutor.app.app import TutorApp
from tutor.app.screens.home import HomeScreen
from tutor.progress.store import Place

Real = Callable[..., TutorApp]


async def arrive(pilot: Pilot[int], exercise: str) -> None:
    """Wait until that exercise is shown and has the keyboard."""
    await until(pilot, lambda: exercise_screen(pilot).exercise.id == exercise)
    await until(pilot, lambda: exercise_screen(pilot).focused is not None)


async def test_a_lesson_is_finished_by_keyboard_alone(real: Real) -> None:
    """Wrong answers are explained, right ones pass, and the list then shows the lesson as done."""
    app = real()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(
            pilot, lambda: app.screen.id != "home" and not isinstance(app.screen, HomeScreen)
        )
        await arrive(pilot, "hello")
        await pilot.press("enter")

        await arrive(pilot, "ones")
        await pilot.press("ctrl+s")  # the starter: zeros
        await until(pilot, lambda: "✗ NOT YET" in screen_text(pilot), 60)
        await pilot.press("alt+a", "delete")
        await type_text(pilot, "t = torch.ones(3, 2)")
        await pilot.press("f2")
        await until(pilot, lambda: "Rows first, then columns." in screen_text(pilot))
        await pilot.press("alt+a", "delete")
        await type_text(pilot, "t = torch.ones(2, 3)")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✓ PASSED" in screen_text(pilot))
        await pilot.press("ctrl+n")

        await arrive(pilot, "shape")
        await type_text(pilot, "(4,)\n")
        await until(pilot, lambda: "✗ NOT YET" in screen_text(pilot))
        assert "What really happens:" in screen_text(pilot)
        await pilot.press("backspace", "backspace", "backspace")
        await type_text(pilot, "5,)\n")
        await until(pilot, lambda: "✓ PASSED" in screen_text(pilot))
        await pilot.press("ctrl+n")

        await arrive(pilot, "which")
        await pilot.press("2", "enter")
        await until(pilot, lambda: "That gives ones." in screen_text(pilot))
        exercise_screen(pilot).focus_pane("answer")
        await pilot.press("1", "enter")
        await until(pilot, lambda: "Yes: zeros." in screen_text(pilot))
        await pilot.press("ctrl+n")

        await arrive(pilot, "several")
        await pilot.press("1", "enter")
        await until(pilot, lambda: "choose all that apply" in screen_text(pilot))
        await pilot.press("2", "enter")
        await until(pilot, lambda: "✓ PASSED" in screen_text(pilot))
        await pilot.press("ctrl+n")

        await until(pilot, lambda: "✓ 5/5    First steps" in screen_text(pilot))
        attempts = app.notebook.exercise(Place("mini", "first", "ones")).attempts
    assert attempts == 3


async def test_an_answer_that_ends_its_process_is_a_fail_that_says_so(real: Real) -> None:
    """`os._exit(0)` in an answer is judged, and the app is there afterwards."""
    async with real("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("alt+a", "delete")
        await type_text(pilot, "import os\nos._exit(0)")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✗ NOT YET" in screen_text(pilot), 60)
        assert "THE TUTOR FAILED" not in screen_text(pilot)
