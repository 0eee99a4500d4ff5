"""Putting lines in order, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.app.app_course import ORDER
from tests.app.app_driving import QuietApp, exercise_screen, screen_text, settle, until
from tutor.app.app import TutorApp
from tutor.app.widgets.line_list import LineList
from tutor.course.arranging import lines_of, program_of, shuffled
from tutor.progress.store import Place, Store

Apps = Callable[..., QuietApp]
STEPS = Place("mini", "kinds", "steps")
BEGIN = shuffled(ORDER)


def lines_in(pilot: Pilot[int]) -> LineList:
    """The lines on the screen."""
    return exercise_screen(pilot).query_one(LineList)


async def arrange(pilot: Pilot[int], wanted: tuple[str, ...]) -> None:
    """Press the keys that put these lines in order and set the others aside."""
    listed = lines_in(pilot)
    for line in [one for one in listed.used if one not in wanted]:
        listed.highlighted = listed.used.index(line)
        await pilot.press("x")
    for place, line in enumerate(wanted):
        listed.highlighted = at = listed.used.index(line)
        await pilot.press(*["K"] * (at - place))


async def test_80x24_shows_lines_keys_and_where_one_is(quiet_kinds: Apps) -> None:
    """Every line with its number, the cursor as a sign, the place in words, the keys."""
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "line 1 of 6" in screen_text(pilot))
        seen = screen_text(pilot)
        for number, line in enumerate(BEGIN, 1):
            assert f"{'▸' if number == 1 else ' '} {number} {line}" in seen
        for part in ("K/J or alt+↑/↓ moves it", "x sets it aside", "enter checks", "[Task]"):
            assert part in seen


@pytest.mark.parametrize(("down", "up"), [("J", "K"), ("alt+down", "alt+up"), ("shift+down",) * 2])
async def test_a_line_moves_and_says_where_it_is(quiet_kinds: Apps, down: str, up: str) -> None:
    """The cursor goes with it; at the ends nothing happens."""
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("K", "up", "home", down, down)
        await until(pilot, lambda: "line 3 of 6" in screen_text(pilot))
        assert lines_in(pilot).used[:3] == [BEGIN[1], BEGIN[2], BEGIN[0]]
        assert f"▸ 3 {BEGIN[0]}" in screen_text(pilot)
        await pilot.press(*[up if up != down else "K"] * 9)
        await until(pilot, lambda: "line 1 of 6" in screen_text(pilot))
        assert tuple(lines_in(pilot).used) == BEGIN


async def test_a_line_is_set_aside_and_taken_back(quiet_kinds: Apps) -> None:
    """It is no part of the answer meanwhile; back, it is the last line."""
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("j", "x")
        await until(pilot, lambda: "set aside, no part of the program" in screen_text(pilot))
        answer = exercise_screen(pilot).answer
        assert answer.answer == program_of(BEGIN[:1] + BEGIN[2:])
        assert f" - {BEGIN[1]}" in screen_text(pilot)
        await pilot.press("end")
        await until(pilot, lambda: "x takes it back" in screen_text(pilot))
        await pilot.press("J", "x")
        assert answer.answer == program_of(BEGIN[:1] + BEGIN[2:] + BEGIN[1:2])
        await pilot.press("ctrl+z", "u")
        assert answer.answer == program_of(BEGIN)
        await pilot.press("ctrl+y", "ctrl+y", "ctrl+z", "ctrl+z", "ctrl+z")
        assert answer.answer == program_of(BEGIN)


async def test_the_last_line_can_be_seen(quiet_kinds: Apps) -> None:
    """Where not all lines fit, the list is as high as what is left below the line with the keys."""
    async with quiet_kinds("steps").run_test(size=(80, 16)) as pilot:
        await settle(pilot)
        lines_in(pilot).highlighted = 5
        await until(pilot, lambda: "line 6 of 6" in screen_text(pilot))
        assert f"▸ 6 {BEGIN[-1]}" in screen_text(pilot)


async def test_everything_can_be_set_aside(quiet_kinds: Apps) -> None:
    """An empty program is a bad one, but no crash."""
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*["home", "x"] * 8, "J", "K", "down", "up")
        assert len(lines_in(pilot).aside) + len(lines_in(pilot).used) == 6


async def test_the_order_is_kept(quiet_kinds: Apps, store: Path) -> None:
    """Whoever comes back finds the lines as they were left, those set aside too."""
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("J", "end", "up", "x", "ctrl+q")
    with Store(store) as known:
        assert known.draft(STEPS) is not None
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        listed = lines_in(pilot)
        assert listed.used[:2] == [BEGIN[1], BEGIN[0]]
        assert len(listed.aside) == 1


async def test_a_draft_of_another_exercise_is_no_order(quiet_kinds: Apps, store: Path) -> None:
    """Where the lesson has other lines now, one begins anew."""
    with Store(store) as known:
        known.save_draft(STEPS, "something = else_\n")
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert tuple(lines_in(pilot).used) == BEGIN


async def test_reset_shuffles_again_and_can_be_undone(quiet_kinds: Apps) -> None:
    """After a question, as in the editor."""
    async with quiet_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("J", "f12", "y")
        await until(pilot, lambda: tuple(lines_in(pilot).used) == BEGIN)
        await pilot.press("ctrl+z")
        assert lines_in(pilot).used[:2] == [BEGIN[1], BEGIN[0]]


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (200, 50)])
async def test_it_works_in_any_size(quiet_kinds: Apps, size: tuple[int, int]) -> None:
    """Small terminals show one pane at a time."""
    async with quiet_kinds("steps").run_test(size=size) as pilot:
        await settle(pilot)
        exercise_screen(pilot).focus_pane("answer")
        await pilot.press("J", "x", "down", "ctrl+t", "ctrl+q")
    assert pilot.app.return_code == 0


async def test_a_wrong_order_is_explained_and_another_right_one_passes(
    real_kinds: Callable[..., TutorApp],
) -> None:
    """Judged for real, like code: the listed mistake, then an order that nobody listed."""
    a, b, loop, body, c = lines_of(ORDER.solution)
    async with real_kinds("steps").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await arrange(pilot, (a, b, c, loop, body))
        await pilot.press("enter")
        await until(pilot, lambda: "c is made before b is ready." in screen_text(pilot), 60)
        exercise_screen(pilot).focus_pane("answer")
        await arrange(pilot, (a, b, loop, body, c))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✓ PASSED" in screen_text(pilot))
