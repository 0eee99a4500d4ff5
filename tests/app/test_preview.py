"""The preview follows its file, and writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Markdown, TextArea

from tests.app.app_driving import (
    ScriptedJudging,
    exercise_screen,
    screen_text,
    type_text,
    until,
)
from tutor.app.preview import PreviewApp
from tutor.app.screens.exploring import ExploreScreen
from tutor.app.screens.pages import ExtrasPage, FindingsPage
from tutor.app.screens.preview import PreviewHome, PreviewScreen
from tutor.judging.verdict import Verdict

PREDICTION = """\
kind: predict
    prompt: Guess.
    code: |
      x = torch.arange(6.0)
    ask: shape
    of: x
"""
LESSON = f"""\
format: 1
id: moving
title: Moving averages
setup: |
  import torch
exercises:
  - id: windows
    kind: code
    title: Cut into windows
    prompt: Write `windows(x, k)`.
    starter: |
      def windows(x, k):
          return ____
    solution: |
      def windows(x, k):
          return x.unfold(0, k, 1)
    checks:
      - function: windows
        inputs: {{x: "torch.rand(n)", k: "k"}}
        sizes: {{n: [5, 9], k: [1, 4]}}
    hints: [Which method cuts?]
    mistakes:
      - id: blocks
        answer: |
          def windows(x, k):
              return x.unfold(0, k, k)
        says: These do not overlap.
    explanation: It copies nothing.
  - id: guess
    {PREDICTION}\
    hints: [How many?]
"""

Change = Callable[[str, str], None]


class QuietPreview(PreviewApp):
    """The preview without an engine."""

    def _begin(self) -> None:
        self._read()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The lesson that is being written."""
    path = tmp_path / "moving.yaml"
    path.write_text(LESSON, encoding="utf-8")
    return path


@pytest.fixture
def change(file: Path) -> Change:
    """Save the file with one text in place of another."""

    def save(old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return save


async def _shown(pilot: Pilot[int], *texts: str) -> None:
    await until(pilot, lambda: all(text in screen_text(pilot) for text in texts))


async def _opened(pilot: Pilot[int]) -> PreviewScreen:
    await until(pilot, lambda: isinstance(pilot.app.screen, PreviewScreen))
    await until(pilot, lambda: pilot.app.screen.focused is not None)
    return cast("PreviewScreen", exercise_screen(pilot))


async def test_a_save_shows_at_once_and_what_was_typed_stays(file: Path, change: Change) -> None:
    """The prompt is the new one; answer, cursor and focus are where they were."""
    async with QuietPreview(file).run_test(size=(80, 24)) as pilot:
        screen = await _opened(pilot)
        await type_text(pilot, "# mine\n")
        cursor = screen.query_one("#editor", TextArea).cursor_location
        change("Write `windows(x, k)`.", "Write it in one line.")
        change("return ____", "return x.____")
        await _shown(pilot, "Write it in one line.")
        # What was typed took the place of the blank, which is selected at first.
        assert screen.answer.answer.startswith("def windows(x, k):\n    return # mine\n")
        assert screen.query_one("#editor", TextArea).cursor_location == cursor
        assert screen.here() == "answer"


async def test_an_untouched_starter_becomes_the_new_one(file: Path, change: Change) -> None:
    """Who has typed nothing sees what the file has now."""
    async with QuietPreview(file).run_test(size=(80, 24)) as pilot:
        await _opened(pilot)
        change("return ____", "return x.____")
        await _shown(pilot, "return x.____")


async def test_the_place_is_kept_by_id(file: Path, change: Change) -> None:
    """Where an exercise is put before, renamed, or given another kind, one stays with it."""
    async with QuietPreview(file, exercise="guess").run_test(size=(80, 24)) as pilot:
        await _opened(pilot)
        await type_text(pilot, "(6,)")
        change("  - id: windows", "  - {id: intro, kind: read, prompt: Hello.}\n  - id: windows")
        await _shown(pilot, "3/3 · guess")
        change("id: guess", "id: which-shape")
        await _shown(pilot, "3/3 · which-shape")
        change("id: moving", "id: averages")
        change("torch.arange(6.0)", "torch.arange(7.0)")
        await _shown(pilot, "torch.arange(7.0)", "What is the shape of x?")
        assert exercise_screen(pilot).answer.answer == "(6,)"
        kind = "kind: choice\n    options: [{text: six, correct: true}, {text: seven}]"
        change(PREDICTION.replace("6.0", "7.0"), f"{kind}\n    prompt: Say.\n")
        await _shown(pilot, "Say.", "seven", "Choose one")


async def test_errors_stand_over_the_last_good_version(file: Path, change: Change) -> None:
    """With their place and line; once they are mended, the banner goes."""
    async with QuietPreview(file).run_test(size=(80, 24)) as pilot:
        await _opened(pilot)
        change("kind: predict", "kind: perdict")
        await _shown(
            pilot,
            "! moving.yaml has 1 error; STALE: below is the lesson as it was at",
            "moving.yaml:30:11: kind: 'perdict' is none of",
            "█     kind: perdict\n█           ^",
            "Write windows(x, k).",
        )
        await asyncio.to_thread(file.unlink)
        await _shown(pilot, "the file cannot be read")
        await asyncio.to_thread(file.write_text, LESSON, encoding="utf-8")
        await until(pilot, lambda: "STALE" not in screen_text(pilot))


async def test_a_file_that_is_broken_at_first(file: Path, change: Change) -> None:
    """What is wrong is all there is to see; then the exercise appears."""
    change("kind: predict", "kind: perdict")
    async with QuietPreview(file, exercise="guess").run_test(size=(80, 24)) as pilot:
        await _shown(pilot, "moving.yaml has 1 error; the lesson appears here", "! broken")
        assert isinstance(pilot.app.screen, PreviewHome)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FindingsPage))
        await _shown(pilot, "kind: 'perdict'")
        change("kind: perdict", "kind: predict")
        assert (await _opened(pilot)).exercise.id == "guess"


async def test_what_lint_finds_is_a_key_away(file: Path, change: Change) -> None:
    """The status counts it; the page lists it with its lines, and follows the file too."""
    async with QuietPreview(file).run_test(size=(80, 24)) as pilot:
        await _opened(pilot)
        await _shown(pilot, "lint: 1 warning (alt+w)")
        await pilot.press("alt+w")
        await _shown(pilot, "no mistakes: list wrong answers", "- id: guess")
        change("    hints: [Which method cuts?]\n", "")
        await _shown(pilot, "no hints: who is stuck")
        await pilot.press("escape")
        await _shown(pilot, "lint: 2 warnings (alt+w)")


async def test_the_authors_extras_are_a_key_away(file: Path, change: Change) -> None:
    """Hints, solution, mistakes, checks: what learners see later or never."""
    async with QuietPreview(file).run_test(size=(80, 60)) as pilot:
        await _opened(pilot)
        await pilot.press("alt+i")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExtrasPage))
        wanted = ("Which method cuts?", "x.unfold(0, k, 1)", "Mistake: blocks", "do not overlap.")
        await _shown(pilot, *wanted, "It copies nothing.", "function windows", "import torch")
        change("These do not overlap.", "They should overlap.")
        await _shown(pilot, "They should overlap.")
        assert isinstance(pilot.app.screen, ExtrasPage)
        await pilot.press("escape", "ctrl+o")
        await _shown(pilot, "Solution", "x.unfold(0, k, 1)")


async def test_the_menu_has_the_previews_actions(file: Path) -> None:
    """For terminals that keep alt for themselves."""
    async with QuietPreview(file).run_test(size=(80, 24)) as pilot:
        await _opened(pilot)
        await pilot.press("escape", "colon")
        await type_text(pilot, "learners see later")
        await _shown(pilot, "Show what learners see later")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExtrasPage))
        await pilot.press("escape", "f1")
        await _shown(pilot, "How it works")
        assert "While you write a lesson" in pilot.app.screen.query_one(Markdown).source


async def test_a_verdict_on_what_the_exercise_was_goes(file: Path, change: Change) -> None:
    """It does not stay beside an exercise that it is not about."""
    async with QuietPreview(file).run_test(size=(80, 24)) as pilot:
        screen = await _opened(pilot)
        ScriptedJudging(Verdict(status="fail", score=0, max_score=1, message="No.")).take_over(
            cast("PreviewApp", pilot.app)
        )
        await pilot.press("ctrl+s")
        await _shown(pilot, "NOT YET")
        change("Write `windows(x, k)`.", "Write it.")
        await until(pilot, lambda: screen.exercise.prompt == "Write it.")
        await _shown(pilot, "NOT YET")
        change("k: [1, 4]", "k: [1, 5]")
        await _shown(pilot, "The exercise is another one since")


async def test_a_real_answer_is_judged_and_nothing_is_kept(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole preview, with an engine, leaves no trace in the learner's data."""
    data = tmp_path / "data"
    monkeypatch.setenv("TUTOR_DATA_DIR", str(data))
    async with PreviewApp(file).run_test(size=(80, 24)) as pilot:
        screen = await _opened(pilot)
        screen.answer.replace("def windows(x, k):\n    return x.unfold(0, k, k)\n")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "NOT YET" in screen_text(pilot), 60)
        await _shown(pilot, "These do not overlap.")
        screen.answer.replace("def windows(x, k):\n    return x.unfold(0, k, 1)\n")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "PASSED" in screen_text(pilot), 60)
    assert not list(data.rglob("*")) or not list(data.glob("*.db*"))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_save_while_the_next_exercise_opens(
    file: Path, change: Change, size: tuple[int, int]
) -> None:
    """Neither is lost: the exercise that opens is what the file says by then."""
    async with QuietPreview(file).run_test(size=size) as pilot:
        await _opened(pilot)
        change("ask: shape", "ask: dtype")
        for _ in range(5):
            await pilot.press("ctrl+n", "ctrl+b")
        await pilot.press("ctrl+n")
        change("Guess.", "Guess again.")
        await _shown(pilot, "2/2 · guess", "Guess again.", "What is the dtype of x?")
        assert exercise_screen(pilot).answer.region.height


async def test_a_page_stays_open_over_a_screen_that_is_made_anew(
    file: Path, change: Change
) -> None:
    """Below it is the exercise as it is now, above it what lint finds."""
    async with QuietPreview(file, exercise="guess").run_test(size=(80, 24)) as pilot:
        first = await _opened(pilot)
        await pilot.press("alt+w")
        await until(pilot, lambda: isinstance(pilot.app.screen, FindingsPage))
        change("torch.arange(6.0)", "torch.arange(7.0)")
        await until(pilot, lambda: first not in pilot.app.screen_stack)
        await until(pilot, lambda: isinstance(pilot.app.screen, FindingsPage))
        await pilot.press("escape")
        await _shown(pilot, "torch.arange(7.0)")


async def test_orders_and_explorations_follow_the_file(file: Path, change: Change) -> None:
    """Lines to put in order, and a REPL with a goal, are made anew as the file says."""
    explore = "  - {id: play, kind: explore, prompt: Play., hints: [Any.]}\n"
    order = "kind: order\n    prompt: Sort.\n    solution: |\n      a = 1\n      b = a + 1\n"
    change("  - id: guess", f"{explore}  - id: guess")
    async with QuietPreview(file, exercise="play").run_test(size=(80, 24)) as pilot:
        assert isinstance(await _opened(pilot), ExploreScreen)
        change("prompt: Play.", "prompt: Play on.")
        await _shown(pilot, "2/3 · play", "Play on.")
        await pilot.press("ctrl+n")
        await _shown(pilot, "3/3 · guess")
        change(PREDICTION, f"{order}    checks: [{{values: b}}]\n")
        await _shown(pilot, "Sort.", "b = a + 1")
        change("b = a + 1", "b = a + 2")
        await _shown(pilot, "b = a + 2")
