"""Looking up a word while an exercise is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import msgspec
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.app.app_course import COURSE
from tests.app.app_driving import QuietApp, exercise_screen, screen_text, settle, until
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.glossary import GlossaryScreen, TermScreen
from tutor.course.companions import Glossary, Term

Quiet = Callable[..., QuietApp]

VIEW = Term(
    means="Shares its `storage` with [brackets].\n\n```pycon\n>>> x[0]\n```",
    also=("a_b_c",),
    see=("storage", "gone", "copy"),
)
GLOSSARY = Glossary(
    entries={
        "view": VIEW,
        "storage": Term(means="The numbers in memory. " * 10),
        "copy": Term(means="Has its own."),
    }
)


async def opened(pilot: Pilot[int], *keys: str) -> None:
    """Open the glossary from the exercise."""
    await settle(pilot)
    app = cast("QuietApp", pilot.app)
    assert app.course is not None
    app.course = msgspec.structs.replace(COURSE, glossary=GLOSSARY)
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, GlossaryScreen))
    await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 3)


async def test_the_glossary_opens_over_the_editor(quiet: Quiet) -> None:
    """At 80x24 each term has one line; escape leads back, and nothing was typed into the answer."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = exercise_screen(pilot).answer.answer
        await opened(pilot, "alt+g")
        lines = screen_text(pilot).splitlines()
        rows = [line.strip() for line in lines if line.strip()]
        assert [row.partition(" ")[0] for row in rows[1:4]] == ["copy", "storage", "view"]
        assert rows[2].endswith("…")
        assert rows[3].endswith("Shares its storage with [brackets].")
        assert "Show" in rows[-1]
        assert "Close" in rows[-1]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert exercise_screen(pilot).answer.answer == before


async def test_typing_filters_and_enter_shows(quiet: Quiet) -> None:
    """Up and down choose while one types; the page has code, other names and related terms."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await opened(pilot, "alt+g")
        await pilot.press(*"sto", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, TermScreen))
        seen = screen_text(pilot)
        for part in ("view", "Shares its storage with [brackets].", ">>> x[0]", "Also: a_b_c."):
            assert part in seen
        assert "See also (press the number): 1 storage, 2 copy." in seen
        await pilot.press("3", "2")
        await until(pilot, lambda: "Has its own." in screen_text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, GlossaryScreen))
        assert "sto" in screen_text(pilot)


async def test_where_nothing_fits_it_says_so(quiet: Quiet) -> None:
    """Enter then shows nothing, and the list comes back with what is deleted."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await opened(pilot, "alt+g")
        await pilot.press("z", "z", "enter")
        await pilot.pause()
        assert "No word of the glossary fits." in screen_text(pilot)
        assert isinstance(pilot.app.screen, GlossaryScreen)
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: "Has its own." in screen_text(pilot))


async def test_a_letter_opens_it_where_nothing_is_typed(quiet: Quiet) -> None:
    """For terminals that keep alt for themselves."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await opened(pilot, "escape", "g")


async def test_without_a_glossary_there_is_no_key_for_it(quiet: Quiet) -> None:
    """The course of the tests has none."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not pilot.app.check_action("glossary", ())
        await pilot.press("alt+g")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ExerciseScreen)
