"""Exploring in the REPL, and the goal that is looked for meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.app.app_driving import (
    QuietApp,
    exercise_screen,
    screen_text,
    settle,
    type_text,
    until,
)
from tutor.app.app import TutorApp
from tutor.app.widgets.explore_answer import ExploreAnswer
from tutor.engine.results import CellResult
from tutor.judging.verdict import Verdict
from tutor.progress.store import Place, Store

Apps = Callable[..., QuietApp]
Real = Callable[..., TutorApp]
LOOK, FREE = Place("mini", "kinds", "look"), Place("mini", "kinds", "free")


def answer(pilot: Pilot[int]) -> str:
    """What counts so far."""
    return exercise_screen(pilot).answer.answer


async def test_80x24_shows_the_task_above_the_repl(quiet_kinds: Apps) -> None:
    """The first cell stands in the line, and it is said when the goal is looked for."""
    async with quiet_kinds("look").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = screen_text(pilot)
        for part in ("[Task] Result  Hints", "three ones", "after every cell", "torch.zeros(3)"):
            assert part in seen
        screen = exercise_screen(pilot)
        assert screen.here() == "answer"
        await pilot.press("ctrl+g")
        assert screen.here() == "task"
        await pilot.press("ctrl+g", "escape", "ctrl+f", "ctrl+f", "ctrl+f")
        assert {screen.board.shown} == {"task"}


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (150, 20), (200, 50)])
async def test_it_works_in_any_size(quiet_kinds: Apps, size: tuple[int, int]) -> None:
    """The REPL can be reached and typed into, and ctrl+q quits."""
    async with quiet_kinds("look").run_test(size=size) as pilot:
        await settle(pilot)
        exercise_screen(pilot).focus_pane("answer")
        await pilot.press("a", "ctrl+f", "ctrl+g", "ctrl+r", "alt+u", "ctrl+q")
    assert pilot.app.return_code == 0


async def test_a_goal_is_reached_cell_by_cell(real_kinds: Real, store: Path) -> None:
    """What is missing is told after each cell, no failure is noted, the goal is seen at once."""
    async with real_kinds("look").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Not there yet: t is not defined" in screen_text(pilot), 60)
        await type_text(pilot, "t = torch.ones(4)\n")
        await until(pilot, lambda: "t has shape (4,)" in screen_text(pilot))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "… NOT THERE YET" in screen_text(pilot))
        exercise_screen(pilot).focus_pane("answer")
        await type_text(pilot, "1 / 0\n")
        await until(pilot, lambda: "ZeroDivisionError" in screen_text(pilot))
        assert answer(pilot) == "torch.zeros(3)\n# %%\nt = torch.ones(4)"
        await type_text(pilot, "t = torch.ones(3)\n")
        await until(pilot, lambda: "✓ The goal is reached." in screen_text(pilot))
        await until(pilot, lambda: "✓ passed" in screen_text(pilot))
        assert "Result ✓" in screen_text(pilot)
    with Store(store) as known:
        assert (known.exercise(LOOK).attempts, known.exercise(LOOK).passed) == (1, True)


async def test_undo_and_restart_take_cells_back(real_kinds: Real, store: Path) -> None:
    """What is gone from the session does not count; it can be run again, later too."""
    async with real_kinds("look").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("alt+a", "delete")
        await type_text(pilot, "x = 1\n")
        await until(pilot, lambda: answer(pilot) == "x = 1", 60)
        await type_text(pilot, "t = x\n")
        await until(pilot, lambda: answer(pilot) == "x = 1\n# %%\nt = x")
        await pilot.press("alt+u")
        await until(pilot, lambda: answer(pilot) == "x = 1")
        await pilot.press("alt+r")
        await until(pilot, lambda: "one cell from before: ctrl+r" in screen_text(pilot))
        assert answer(pilot) == ""
        await pilot.press("ctrl+r")
        await until(pilot, lambda: answer(pilot) == "x = 1")
        await pilot.press("ctrl+q")
    async with real_kinds("look").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "one cell from before" in screen_text(pilot)
        await pilot.press("up")
        assert "x = 1" in screen_text(pilot)


async def test_without_a_goal_anything_will_do(real_kinds: Real, store: Path) -> None:
    """Even what fails: that is something to see."""
    async with real_kinds("free").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "There is no goal" in screen_text(pilot)
        await type_text(pilot, "1 / 0\n")
        await until(pilot, lambda: "✓ Done." in screen_text(pilot), 60)
        assert exercise_screen(pilot).check_action("solution", ()) is False
    with Store(store) as known:
        assert known.exercise(FREE).passed


async def test_what_is_missing_is_said_without_lines(quiet_kinds: Apps) -> None:
    """Cells have no line numbers, and there is no answer beside them."""
    said = {
        "On line 13, `t.squeeze()` gives back": "there yet: `t.squeeze()` gives back",
        "It is inf. `tensor` on line 3 made it: inf.": "`tensor` made it: inf.",
        "t is not defined. Use exactly this name in the answer.": "t is not defined.",
    }
    async with quiet_kinds("look").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        assert isinstance(screen.answer, ExploreAnswer)
        result = CellResult(status="ok")
        screen.answer.ran("t = 1", result)
        for message, shown in said.items():
            screen.answer.tell(Verdict(status="fail", score=0, max_score=1, message=message))
            await pilot.pause()
            seen = " ".join(screen_text(pilot).split())
            assert shown.replace("`", "") in seen
            assert " line " not in seen.partition("there yet")[2].partition(">>>")[0]
            assert "in the answer" not in seen
