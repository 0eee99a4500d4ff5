"""The line of keys: the keys of where one is, made anew only when they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from tests.app.app_driving import QuietApp, exercise_screen, screen_text, settle, until

Quiet = Callable[..., QuietApp]


def keys(screen: Screen[Any]) -> list[Widget]:
    return list(screen.query_one(Footer).children)


async def test_the_keys_stay_until_others_are_to_be_shown(quiet: Quiet) -> None:
    """Neither typing nor asking again makes them anew; another pane with other keys does."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        await until(pilot, lambda: "Check" in screen_text(pilot).splitlines()[-1])
        first = keys(screen)
        assert first
        await pilot.press("1", "2")
        screen.refresh_bindings()
        await settle(pilot)
        assert keys(screen) == first
        await pilot.press("shift+left")  # a selection: ctrl+c copies
        await until(pilot, lambda: keys(screen) != first)
        await until(pilot, lambda: "Copy" in screen_text(pilot).splitlines()[-1])
