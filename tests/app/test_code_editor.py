"""Typing Python in the answer's editor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events

from tests.app.app_driving import QuietApp, exercise_screen, settle, type_text
from tutor.app.widgets.code_editor import CodeEditor

Quiet = Callable[..., QuietApp]


async def edited(quiet: Quiet, before: str, *keys: str) -> CodeEditor:
    """The editor after `before` was loaded, the cursor put at its end, and keys pressed."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text(before)
        editor.move_cursor(editor.document.end)
        for key in keys:
            if len(key) > 1 and key.startswith("'"):
                await type_text(pilot, key[1:])
            else:
                await pilot.press(key)
        return editor


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(x):", "def f(x):\n    "),
        ("def f(x):  # why: this", "def f(x):  # why: this\n    "),
        ("x = 1  # not a block:", "x = 1  # not a block:\n"),
        ("    x = 1", "    x = 1\n    "),
        ("def f():\n    return 1", "def f():\n    return 1\n"),
        ("t = torch.tensor(", "t = torch.tensor(\n    "),
        ("s = '#:", "s = '#:\n    "),
    ],
)
async def test_enter_indents_as_python_wants(quiet: Quiet, before: str, after: str) -> None:
    """A new line is indented after a colon, kept inside a block, and taken back after return."""
    assert (await edited(quiet, before, "enter")).text == after


@pytest.mark.parametrize(
    ("keys", "after"),
    [
        ("left backspace X", "aXc"),
        ("home X end Y", "XabcY"),
        ("backspace backspace backspace X left Y", "YX"),
        ("tab X shift+tab Y", "abc XY"),
        ("ctrl+u X ctrl+z Y", "Y"),
    ],
)
async def test_keys_that_arrive_together_keep_their_order(
    quiet: Quiet, keys: str, after: str
) -> None:
    """After a pause of the app or of the line, what deletes and moves comes when it was pressed."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text("abc")
        editor.move_cursor(editor.document.end)
        for key in keys.split(" "):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert editor.text == after


async def test_tab_indents_and_backspace_takes_one_level_back(quiet: Quiet) -> None:
    """Tab goes to the next stop; backspace in the indentation takes one level back."""
    editor = await edited(quiet, "", "tab", "tab")
    assert editor.text == " " * 8
    assert (await edited(quiet, " " * 8, "backspace")).text == " " * 4
    assert (await edited(quiet, " " * 6, "backspace")).text == " " * 4
    assert (await edited(quiet, "ab", "backspace")).text == "a"


async def test_tab_and_shift_tab_move_selected_lines_in_one_undo_step(quiet: Quiet) -> None:
    """Selected lines go in and out together, and one undo takes a step back."""
    before = "a = 1\n\nb = 2"
    select = ("shift+up", "shift+up", "shift+home")
    assert (await edited(quiet, before, *select, "tab")).text == "    a = 1\n\n    b = 2"
    assert (await edited(quiet, before, *select, "tab", "tab", "shift+tab")).text == (
        "    a = 1\n\n    b = 2"
    )
    assert (await edited(quiet, before, *select, "tab", "ctrl+z")).text == before


async def test_undo_and_redo(quiet: Quiet) -> None:
    """Ctrl+z and ctrl+y go back and forth."""
    assert (await edited(quiet, "", "a", "ctrl+z")).text == ""
    assert (await edited(quiet, "", "a", "ctrl+z", "ctrl+y")).text == "a"


async def test_a_paste_is_put_in_verbatim(quiet: Quiet) -> None:
    """Bracketed paste keeps every space: no indentation is added to pasted lines."""
    pasted = "def f(x):\n    if x:\n        return 1\n    return 2\n"
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text("")
        pilot.app.post_message(events.Paste(pasted))
        await pilot.pause()
        assert editor.text == pasted


async def test_keys_and_pastes_come_in_their_order(quiet: Quiet) -> None:
    """However little time there is between them: a paste does not overtake the keys before."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text("old")
        for event in (
            events.Key("alt+a", None),
            events.Key("backspace", None),
            events.Paste("new"),
            events.Key("left", None),
            events.Key("x", "x"),
        ):
            pilot.app.post_message(event)
        await pilot.pause()
        await pilot.pause()
        assert editor.text == "nexw"


async def test_code_has_colours_and_follows_the_theme(quiet: Quiet) -> None:
    """Numbers and keywords differ from plain names, in a dark and in a light theme."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text("def f(): return 12")
        seen = set()
        for theme in ("textual-dark", "textual-light", "ansi-dark"):
            pilot.app.theme = theme
            await pilot.pause()
            styles = {str(span.style) for span in editor.get_line(0).spans}
            assert len(styles) >= 3
            seen.add(frozenset(styles))
        assert len(seen) == 3


async def test_escape_leaves_the_editor(quiet: Quiet) -> None:
    """Escape goes to the task, and tab comes back."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        assert screen.here() == "answer"
        await pilot.press("escape")
        assert screen.here() == "task"
        await pilot.press("tab")
        assert screen.here() == "answer"


async def test_ctrl_c_copies_a_selection_and_the_footer_says_so(quiet: Quiet) -> None:
    """With a selection ctrl+c copies, ctrl+v pastes, and the footer offers it only then."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        editor = screen.query_one("#editor", CodeEditor)
        editor.load_text("abc")
        assert "ctrl+c" not in screen.active_bindings or (
            screen.active_bindings["ctrl+c"].binding.description not in {"Copy", "Stop"}
        )
        await pilot.press("shift+end")
        assert screen.active_bindings["ctrl+c"].binding.description == "Copy"
        await pilot.press("ctrl+c", "end", "ctrl+v")
        assert editor.text == "abcabc"


async def test_a_very_long_text_is_edited_without_colours(quiet: Quiet) -> None:
    """Highlighting is given up where it would make typing slow."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text("x = 1\n" * 20_000)
        await pilot.press("y")
        assert editor.text.startswith("yx = 1")
        assert not editor.get_line(0).spans


async def test_alt_with_a_letter_is_a_command(quiet: Quiet) -> None:
    """A terminal sends the letter along with alt: it selects everything, and is not typed."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        editor.load_text("one\ntwo")
        pilot.app.post_message(events.Key("alt+a", "a"))
        await settle(pilot)
        assert editor.text == "one\ntwo"
        assert editor.selected_text == "one\ntwo"


async def test_what_is_typed_fills_the_blanks(quiet_kinds: Quiet) -> None:
    """The first one is selected at the beginning, alt+n selects the next, round and round."""
    async with quiet_kinds("blanks").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        assert editor.selected_text == "____"
        await pilot.press("alt+n")
        assert editor.selection.start == (1, 4)
        await pilot.press("alt+n", *"ones", "alt+n", "a")
        assert editor.text == "a = torch.ones(2)\nb = a\n"
        await pilot.press("alt+n")
        assert editor.cursor_location == (1, 5)


async def test_a_selected_blank_leaves_ctrl_c_to_the_screen(quiet_kinds: Quiet) -> None:
    """It was not the learner who selected it."""
    async with quiet_kinds("blanks").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        editor = exercise_screen(pilot).query_one("#editor", CodeEditor)
        assert editor.check_action("copy", ()) is False
        await pilot.press("alt+a")
        assert editor.check_action("copy", ()) is True
