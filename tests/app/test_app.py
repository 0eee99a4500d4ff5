"""What holds for the whole app: keys, menu, help, trouble."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.command import CommandPalette

from tests.app.app_course import COURSE
from tests.app.app_driving import QuietApp, exercise_screen, screen_text, settle, type_text, until
from tutor.app.app import TutorApp
from tutor.app.keys import APP, EDITOR, EXERCISE, HOME, PREVIEW, Act
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.help import Help
from tutor.app.screens.home import HomeScreen
from tutor.errors import EngineStartError
from tutor.progress.store import Place, Store

Quiet = Callable[..., QuietApp]

# What VS Code's terminal, and some others, keep for themselves.
TAKEN = {
    "ctrl+j", "ctrl+q", "ctrl+e", "ctrl+k", "ctrl+p", "ctrl+f", "ctrl+b", "ctrl+n",
    "f1", "f5", "f6", "f10", "f11", "ctrl+enter", "ctrl+up", "ctrl+down",
}  # fmt: skip
# These have a way of another kind, each shown by a test below.
OTHERWISE = {"app.quit", "exercise.view"}


def test_every_binding_has_an_id_of_its_own() -> None:
    """So that a keymap can give any of them another key."""
    ids = [act.id for act in (*EXERCISE, *PREVIEW, *HOME, *APP, *EDITOR)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("act", [*EXERCISE, *PREVIEW, *APP], ids=lambda act: act.id)
def test_every_action_has_a_key_that_terminals_pass_on(act: Act) -> None:
    """Each action keeps a key, or another way, where VS Code takes its own."""
    assert set(act.keys.split(",")) - TAKEN or act.id in OTHERWISE


async def test_the_panes_are_reached_by_arrows_and_tab(quiet: Quiet) -> None:
    """Where ctrl+g, F6, ctrl+f and F5 do not arrive: escape, then arrows and tab, reach it all."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        await pilot.press("escape", "right")
        await until(pilot, lambda: screen.here() == "repl")
        await pilot.press("escape", "left")
        await until(pilot, lambda: screen.here() == "hints")
        await pilot.press("left")
        await until(pilot, lambda: screen.here() == "result")
        await pilot.press("escape", "tab")
        await until(pilot, lambda: screen.here() == "answer")


async def test_a_keymap_changes_keys(quiet: Quiet) -> None:
    """Bindings are configurable by id."""
    app = quiet("ones")
    app.set_keymap({"exercise.hint": "f11"})
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f11")
        await until(pilot, lambda: "Hint 1 of 3" in screen_text(pilot))


async def test_a_click_on_the_footer_acts(quiet: Quiet) -> None:
    """The keys at the bottom can be clicked."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        column = screen_text(pilot).splitlines()[-1].index("Hint")
        await pilot.click(offset=(column, 23))
        await until(pilot, lambda: "Hint 1 of 3" in screen_text(pilot))


async def test_a_click_on_a_tab_shows_its_pane(quiet: Quiet) -> None:
    """The names of the panes can be clicked."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.click("#tab-result")
        await until(pilot, lambda: "Nothing has been checked yet" in screen_text(pilot))


async def test_the_menu_has_every_action_and_runs_it(quiet: Quiet) -> None:
    """What a terminal's keys do not reach, the menu does."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "colon")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        await type_text(pilot, "next hint")
        await until(pilot, lambda: "Show the next hint" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "Hint 1 of 3" in screen_text(pilot))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        await type_text(pilot, "go to 4")
        await until(pilot, lambda: "Go to 4: Which one?" in screen_text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        await until(pilot, lambda: exercise_screen(pilot).exercise.id == "which")


async def test_help_lists_the_keys_and_closes(quiet: Quiet) -> None:
    """F1 anywhere, and ? where nothing is typed, explain the keys."""
    async with quiet("ones").run_test(size=(100, 100)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        await until(pilot, lambda: "Check the answer" in screen_text(pilot))
        await pilot.press("escape", "question_mark")
        assert exercise_screen(pilot).answer.answer.startswith("?")
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))


@pytest.mark.parametrize("keys", [("ctrl+q",), ("ctrl+c", "ctrl+c"), ("escape", "escape", "q")])
async def test_there_is_always_a_key_that_quits(quiet: Quiet, keys: tuple[str, ...]) -> None:
    """Ctrl+q; ctrl+c twice where that is taken; or escape to the list, and q."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
    assert pilot.app.return_code == 0


async def test_escape_goes_home_in_the_end(quiet: Quiet) -> None:
    """From the editor to the task, from the task to the lessons."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        await until(pilot, lambda: "Continue: First steps 2/5" in screen_text(pilot))


async def test_a_store_that_cannot_be_written_is_said_and_the_app_goes_on(tmp_path: Path) -> None:
    """Without a place for progress the app works, says so all the time, and keeps it in memory."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    app = QuietApp(lambda: COURSE, store=blocked / "progress.db", begin=("first", "ones"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "! NOT SAVING:" in screen_text(pilot)
        await type_text(pilot, "kept")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: exercise_screen(pilot).exercise.id == "shape")
        await until(pilot, lambda: exercise_screen(pilot).focused is not None)
        assert "! NOT SAVING:" in screen_text(pilot)
        await pilot.press("ctrl+b")
        await until(pilot, lambda: exercise_screen(pilot).exercise.id == "ones")
        await until(pilot, lambda: exercise_screen(pilot).answer.answer.startswith("kept"))


async def test_a_store_that_stops_working_is_not_called_saved(quiet: Quiet, store: Path) -> None:
    """When the store fails later, the status says so and no longer says saved."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with Store(store) as other:
            other._connection.execute("DROP TABLE drafts")
        await type_text(pilot, "x")
        await until(pilot, lambda: "! NOT SAVING:" in screen_text(pilot))
        assert "·  saved" not in screen_text(pilot)


async def test_an_engine_that_does_not_start_is_explained(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    """The reason is shown with what to try; reading goes on; a check says why it cannot be."""

    async def fail(**_: object) -> None:
        raise EngineStartError("torch cannot be imported: [no] module")

    monkeypatch.setattr("tutor.engine.client.Engine.start", fail)
    app = TutorApp(lambda: COURSE, store=store, begin=("first", "hello"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "PyTorch did not start, so code" in screen_text(pilot))
        assert "torch cannot be imported: [no] module" in screen_text(pilot)
        assert "tutor doctor" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: exercise_screen(pilot).exercise.id == "ones")
        await until(pilot, lambda: exercise_screen(pilot).focused is not None)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "THE TUTOR FAILED" in screen_text(pilot))
    with Store(store) as known:
        assert known.exercise(Place("mini", "first", "hello")).passed


def test_the_app_loads_neither_torch_nor_the_checks(
    modules_after: Callable[[str], frozenset[str]],
) -> None:
    """Importing all of the app stays light."""
    loaded = modules_after("import tutor.app.run, tutor.app.screens.exercise, tutor.app.commands")
    assert "torch" not in loaded
    assert "prompt_toolkit" not in loaded
    assert {name for name in loaded if name.startswith("checks.")} <= {
        "checks.codes",
        "checks.finding",
        "checks.tensor_diff",
    }


def test_the_first_frame_needs_little(modules_after: Callable[[str], frozenset[str]]) -> None:
    """What an exercise, a lesson file or the engine needs is imported behind the first frame."""
    loaded = modules_after("import tutor.app.app")
    for late in ("yaml", "sqlite3", "markdown_it", "tutor.engine.client", "tutor.course.model"):
        assert late not in loaded
