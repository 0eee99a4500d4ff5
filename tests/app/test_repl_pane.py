"""The REPL beside an exercise, on a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot

from tests.app.app_driving import exercise_screen, room, screen_text, settle, type_text, until
from tutor.app.app import TutorApp
from tutor.app.widgets.repl_input import is_complete
from tutor.app.widgets.repl_pane import ReplPane
from tutor.engine.results import CellResult
from tutor.errors import WorkerLostError

Real = Callable[..., TutorApp]


@asynccontextmanager
async def repl(real: Real) -> AsyncIterator[tuple[Pilot[int], ReplPane]]:
    """The REPL of a code exercise with the keyboard in it, PyTorch being there."""
    async with real("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "PyTorch ready" in screen_text(pilot), 60)
        await pilot.press("ctrl+g")
        pane = exercise_screen(pilot).repl
        assert pane.input.has_focus
        yield pilot, pane


async def enter(pilot: Pilot[int], line: str) -> None:
    """Type a line and press enter."""
    await type_text(pilot, f"{line}\n")


async def test_shares_the_session_with_run_and_shows_values(real: Real) -> None:
    """Run makes `t`; the REPL sees it; the value of an expression is displayed."""
    async with repl(real) as (pilot, pane):
        engine = room(pilot)._engine
        assert engine is not None
        assert f"sandbox: {engine.sandbox}" in screen_text(pilot)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not room(pilot).running and "answer" in pane.transcript.text)
        await enter(pilot, "t.shape")
        await until(pilot, lambda: "torch.Size([2, 3])" in pane.transcript.text)
        assert ">>> t.shape" in screen_text(pilot)


async def test_what_is_typed_behind_enter_is_kept(real: Real) -> None:
    """Keys that arrive together with it, as over a slow line, begin the next line."""
    async with repl(real) as (pilot, pane):
        for key in ("4", "enter", "5", "6", "backspace"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: not room(pilot).running and ">>> 4" in pane.transcript.text)
        assert pane.input.text == "5"
        await enter(pilot, "+1")
        await until(pilot, lambda: ">>> 5+1" in pane.transcript.text)


async def test_output_is_literal(real: Real) -> None:
    """Markup and terminal escapes that code prints are shown, not obeyed."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, r"print('[red]no[/] [@click=quit]x[/] \x1b[31m')")
        await until(pilot, lambda: r"[red]no[/] [@click=quit]x[/] \x1b[31m" in pane.transcript.text)
        assert "[red]no[/] [@click=quit]x[/]" in screen_text(pilot)


async def test_a_block_waits_for_its_empty_line_and_history_brings_it_back(real: Real) -> None:
    """Incomplete input goes on in the next line, indented; up brings the whole block back."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, "for i in range(2):")
        assert pane.input.text == "for i in range(2):\n    "
        await enter(pilot, "print('n', i)")
        await pilot.press("enter")
        await until(pilot, lambda: "n 1" in pane.transcript.text)
        await enter(pilot, "5 + 5")
        await until(pilot, lambda: "10" in pane.transcript.text)
        await pilot.press("up")
        assert pane.input.text == "5 + 5"
        await pilot.press("up")
        assert pane.input.text == "for i in range(2):\n    print('n', i)"
        await pilot.press("down", "down", "down")
        assert pane.input.text == ""


async def test_an_endless_loop_can_be_stopped_and_nothing_else_starts(real: Real) -> None:
    """While code runs the app answers, refuses a second run politely, and ctrl+c stops it."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, "kept = 41")
        await until(pilot, lambda: room(pilot).cells == 1 and not room(pilot).running)
        await enter(pilot, "while True: pass")
        await until(pilot, lambda: "running…" in screen_text(pilot))
        assert exercise_screen(pilot).active_bindings["ctrl+c"].binding.description == "Stop"
        await enter(pilot, "1")
        assert pane.input.text == "1"  # not taken, not lost
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "Stopped." in pane.transcript.text)
        await pilot.press("backspace")
        await enter(pilot, "kept + 1")
        await until(pilot, lambda: "\n42" in pane.transcript.text)


async def test_what_is_typed_right_after_enter_is_the_next_code(real: Real) -> None:
    """However busy the app is: nothing of it is lost, and none of it runs with the code before."""
    async with repl(real) as (pilot, pane):
        keys = ("1", "enter", "2", "0")
        for key in keys:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: ">>> 1" in pane.transcript.text)
        assert pane.input.text == "20"
        await pilot.press("up")
        assert pane.input.text == "1"


async def test_what_cannot_run_yet_is_given_back_in_its_order(real: Real) -> None:
    """Two pieces that were entered while code ran, and a third that was not entered yet."""
    async with repl(real) as (_, pane):
        pane.input.load_text("3")
        pane.input.give_back("1")
        pane.input.give_back("2")
        assert pane.input.text == "1\n2\n3"
        pane.input.load_text("")
        pane.input.give_back("4")
        assert pane.input.text == "4"


async def test_a_crash_is_told_and_earlier_work_is_kept(real: Real) -> None:
    """Code that ends its own process does not end the app nor lose what ran before."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, "kept = 7")
        await until(pilot, lambda: room(pilot).cells == 1 and not room(pilot).running)
        await enter(pilot, "import os; os._exit(0)")
        await until(pilot, lambda: "brought its process down" in pane.transcript.text)
        await enter(pilot, "kept * 6")
        await until(pilot, lambda: "\n42" in pane.transcript.text)


async def test_a_million_lines_are_bounded(real: Real) -> None:
    """A flood of output leaves the app alive and the scrollback short, with its end in it."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, "for i in range(1_000_000): print('line', i)")
        await pilot.press("enter")
        await until(pilot, lambda: room(pilot).cells == 1, 60)
        await until(pilot, lambda: not room(pilot).running, 60)
        assert pane.transcript.document.line_count <= 2001
        await enter(pilot, "'still ' + 'here'")
        await until(pilot, lambda: "'still here'" in pane.transcript.text)


async def test_restart_says_what_was_lost(real: Real) -> None:
    """A restart asks nothing, says how much is gone, and setup has run again."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, "mine = 1")
        await until(pilot, lambda: room(pilot).cells == 1 and not room(pilot).running)
        await pilot.press("alt+r")
        await until(pilot, lambda: "what 1 run made is gone" in pane.transcript.text)
        await enter(pilot, "mine")
        await until(pilot, lambda: "NameError" in pane.transcript.text)
        await enter(pilot, "torch.ones(1)")
        await until(pilot, lambda: "tensor([1.])" in pane.transcript.text)


async def test_what_ran_last_can_be_undone(real: Real) -> None:
    """One key takes the last cell back, says so, and leaves what was there before."""
    async with repl(real) as (pilot, pane):
        await enter(pilot, "value = 1")
        await until(pilot, lambda: room(pilot).cells == 1 and not room(pilot).running)
        await enter(pilot, "value = 2")
        await until(pilot, lambda: room(pilot).cells == 2 and not room(pilot).running)
        await pilot.press("alt+u")
        await until(pilot, lambda: "The last cell is undone" in pane.transcript.text)
        await enter(pilot, "value * 100")
        await until(pilot, lambda: "\n100" in pane.transcript.text)


async def test_another_exercise_has_a_world_of_its_own(real: Real) -> None:
    """Names do not leak from one exercise to the next, even while code still runs."""
    async with repl(real) as (pilot, _):
        await enter(pilot, "leak = 1")
        await until(pilot, lambda: room(pilot).cells == 1 and not room(pilot).running)
        await enter(pilot, "while True: pass")
        await until(pilot, lambda: "running…" in screen_text(pilot))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: exercise_screen(pilot).exercise.id == "shape")
        await until(pilot, lambda: exercise_screen(pilot).focused is not None)
        await pilot.press("ctrl+g")
        await enter(pilot, "leak")
        pane = exercise_screen(pilot).repl
        await until(pilot, lambda: "NameError" in pane.transcript.text)


@pytest.mark.parametrize(
    ("code", "complete"),
    [
        ("1 + 1", True),
        ("def f():", False),
        ("def f():\n    return 1", False),
        ("def f():\n    return 1\n    ", True),
        ("f(", False),
        ("f(\n    1,\n)", True),
        ("x = = 1", True),
        ("for i in x: pass", True),
        ("a = 1\nb = 2", True),
        ("'''", False),
    ],
)
def test_is_complete(code: str, *, complete: bool) -> None:
    """Enter runs what is whole or wrong, and goes on where Python wants more."""
    assert is_complete(code) is complete


class LostSession:
    """Stands in for a session whose worker went away without a word."""

    async def run(self, _code: str, **_: object) -> CellResult:
        """What the real one raises then."""
        raise WorkerLostError("The worker was lost.")

    async def close(self) -> None:
        """There is nothing left to close."""


async def test_a_lost_session_offers_a_new_one(real: Real) -> None:
    """When the session itself is lost the app says so, asks, and goes on with a fresh one."""
    async with repl(real) as (pilot, pane):
        room(pilot)._session = LostSession()  # type: ignore[assignment]  # it has what is used
        await enter(pilot, "1 + 1")
        await until(pilot, lambda: "Begin a new one?" in screen_text(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "A fresh session" in pane.transcript.text)
        pane.input.focus()
        await enter(pilot, "20 + 22")
        await until(pilot, lambda: "\n42" in pane.transcript.text)
