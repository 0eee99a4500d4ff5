"""Working on an exercise: drafts, hints, solution, moving on, layouts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from textual import events
from textual.pilot import Pilot

from tests.app.app_course import CODE, COURSE, LESSON, PREDICT
from tests.app.app_driving import (
    QuietApp,
    ScriptedJudging,
    exercise_screen,
    screen_text,
    settle,
    type_text,
    until,
)
from tutor.app.screens.ask import Ask
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.home import HomeScreen
from tutor.course.model import LessonFile
from tutor.judging.verdict import Verdict
from tutor.progress.store import Place, Store

Quiet = Callable[..., QuietApp]
ONES = Place("mini", "first", "ones")
PASS = Verdict(status="pass", score=1, max_score=1)


async def at(pilot: Pilot[int], exercise: str) -> ExerciseScreen:
    """Wait until that exercise is shown."""
    await until(
        pilot,
        lambda: (
            isinstance(pilot.app.screen, ExerciseScreen)
            and pilot.app.screen.exercise.id == exercise
            and pilot.app.screen.focused is not None
        ),
    )
    return exercise_screen(pilot)


async def test_what_is_typed_beside_the_answer_goes_on_with_it(quiet: Quiet) -> None:
    """From the result, say; keys that do something there keep doing it."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        screen.focus_pane("task")
        await until(pilot, lambda: screen.here() == "task")
        await pilot.press("question_mark")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        before = screen.answer.answer
        await pilot.press("x", "y")
        await until(pilot, lambda: screen.here() == "answer")
        assert len(screen.answer.answer) == len(before) + 2
        assert "xy" in screen.answer.answer
        screen.focus_pane("task")
        await until(pilot, lambda: screen.here() == "task")
        screen.post_message(events.Paste("12\n34"))
        await until(pilot, lambda: "12\n34" in screen.answer.answer)
        assert screen.here() == "answer"


async def test_a_short_answer_leaves_room_for_the_task(quiet: Quiet) -> None:
    """At 80x24 the editor takes what its text needs, and at most three fifths."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        board = screen.board.size.height
        assert screen.answer.size.height < board / 2
        screen.answer.load("x = 1\n" * 30)
        await until(pilot, lambda: screen.answer.size.height > board / 2)
        assert screen.answer.outer_size.height <= board * 0.61


async def test_80x24_shows_task_answer_and_keys(quiet: Quiet) -> None:
    """At 80x24 the task and the answer are seen together, and the footer is not cut."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = screen_text(pilot)
    for part in (
        "First steps 2/5 · Ones of a shape", "[Task] REPL  Result  Hints 0/3",
        "a tensor of ones with the shape (2, 3)", "t = torch.zeros(2, 3)", "starting PyTorch…",
    ):  # fmt: skip
        assert part in seen
    footer = seen.splitlines()[-1]
    for label in ("Check", "Run", "Hint", "Next", "REPL", "View", "Menu", "Help", "Quit"):
        assert label in footer


@pytest.mark.parametrize("rows", [16, 24])
async def test_a_prediction_is_in_sight_below_long_code(store: Path, rows: int) -> None:
    """The code scrolls; the question and the line to type in stay."""
    long = msgspec.structs.replace(PREDICT, code="x = 1\n" * 20 + "y = x\n", of="y", ask="value")
    lesson = msgspec.structs.replace(LESSON, exercises=(long,))
    files = (LessonFile(path=Path("lessons/first.yaml"), lesson=lesson),)
    course = msgspec.structs.replace(COURSE, files=files)
    app = QuietApp(lambda: course, store=store, begin=("first", "shape"))
    async with app.run_test(size=(80, rows)) as pilot:
        await settle(pilot)
        screen = await at(pilot, "shape")
        await pilot.press("4", "2")
        await until(pilot, lambda: "\n 42" in screen_text(pilot))
        assert "What is the value of y?" in screen_text(pilot)
        assert screen.query_one("#prediction").region.height == 1


async def test_200x50_shows_everything_side_by_side(quiet: Quiet) -> None:
    """In a large terminal the four panes are seen at once."""
    async with quiet("ones").run_test(size=(200, 50)) as pilot:
        await settle(pilot)
        seen = screen_text(pilot)
        task, answer = (exercise_screen(pilot).query_one(f"#{name}") for name in ("task", "answer"))
        assert task.region.y == answer.region.y
        assert task.region.right <= answer.region.x
    for part in ("Task", "Answer", "Result", "REPL", ">>>", "Nothing has been checked yet"):
        assert part in seen


async def test_40x10_shows_one_pane_at_a_time(quiet: Quiet) -> None:
    """In a small terminal each pane has the whole space, and ctrl+g and ctrl+f reach them all."""
    async with quiet("ones").run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        assert "[Task]" in screen_text(pilot)
        seen = set()
        for _ in range(5):
            seen.add(screen.here())
            await pilot.press("ctrl+f")
            await pilot.pause()
        assert seen == {"task", "repl", "result", "hints", "answer"}
        screen.focus_pane("answer")
        await type_text(pilot, "x = 1\n")
        assert "x = 1" in screen_text(pilot)


@pytest.mark.parametrize("exercise", [one.id for one in LESSON.exercises])
async def test_20x5_does_not_crash(quiet: Quiet, exercise: str) -> None:
    """Even in a tiny terminal every kind of exercise opens, and ctrl+q quits."""
    async with quiet(exercise).run_test(size=(20, 5)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+f", "ctrl+g", "ctrl+t", "ctrl+q")
    assert pilot.app.return_code == 0


async def test_a_terminal_that_changes_its_size_keeps_the_text(quiet: Quiet) -> None:
    """Shrinking and growing lays out anew and loses nothing."""
    async with quiet("ones").run_test(size=(200, 50)) as pilot:
        await settle(pilot)
        await type_text(pilot, "abc")
        for size in ((40, 10), (20, 5), (80, 24), (150, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert exercise_screen(pilot).answer.answer == "abc" + CODE.starter
        assert "abct = torch.zeros(2, 3)" in screen_text(pilot)


async def test_the_draft_is_saved_while_typing(quiet: Quiet, store: Path) -> None:
    """A moment after a key the text is in the store, and only then shown as saved."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await type_text(pilot, "# mine\n")
        await until(pilot, lambda: "·  saved" in screen_text(pilot))
        with Store(store) as other:
            assert other.draft(ONES) == "# mine\n" + CODE.starter


@pytest.mark.parametrize(
    "keys", [("ctrl+q",), ("ctrl+l",), ("ctrl+n",), ("ctrl+b",), ("ctrl+c", "ctrl+c")]
)
async def test_leaving_saves_the_draft(quiet: Quiet, store: Path, keys: tuple[str, ...]) -> None:
    """However one leaves, the last key typed is kept."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("z", *keys)
        await pilot.pause()
    with Store(store) as other:
        assert other.draft(ONES) == "z" + CODE.starter


async def test_an_empty_draft_is_not_the_starter(quiet: Quiet, store: Path) -> None:
    """Who deleted everything finds it deleted."""
    with Store(store) as known:
        known.save_draft(ONES, "")
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert exercise_screen(pilot).answer.answer == ""


async def test_hints_come_one_by_one(quiet: Quiet, store: Path) -> None:
    """Each key shows one hint more and says how many there are; they are there after a restart."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Hint 1 of 3" in screen_text(pilot))
        assert "Which function makes ones?" in screen_text(pilot)
        assert "Hint 2 of 3" not in screen_text(pilot)
        await pilot.press("f4")
        await until(pilot, lambda: "Hint 2 of 3" in screen_text(pilot))
        assert exercise_screen(pilot).here() == "answer"
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Hints 2/3" in screen_text(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "That was the last hint" in screen_text(pilot))
    with Store(store) as known:
        assert known.exercise(ONES).hints_shown == 3


async def test_the_solution_asks_first_and_is_noted(quiet: Quiet, store: Path) -> None:
    """Before a pass the solution is shown after a question, and only when the answer is yes."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+o")
        assert isinstance(pilot.app.screen, Ask)
        await until(pilot, lambda: "It will be noted" in screen_text(pilot))
        await pilot.press("n", "f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        await pilot.press("y")
        await until(pilot, lambda: "t = torch.ones(2, 3)" in screen_text(pilot))
    with Store(store) as known:
        assert known.exercise(ONES).solution_shown


async def test_after_a_pass_the_solution_comes_at_once(quiet: Quiet, store: Path) -> None:
    """Who has passed is not asked, and sees the explanation too."""
    with Store(store) as known:
        known.record(ONES, "…", PASS)
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "✓ passed" in screen_text(pilot)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "t = torch.ones(2, 3)" in screen_text(pilot))
        assert "takes the sizes one by one" in screen_text(pilot)


async def test_reset_asks_and_can_be_undone(quiet: Quiet) -> None:
    """The starter comes back only after a yes, and undo brings the text back."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await type_text(pilot, "mine")
        screen = exercise_screen(pilot)
        await pilot.press("f12", "escape")
        assert screen.answer.answer == "mine" + CODE.starter
        await pilot.press("f12", "y")
        await until(pilot, lambda: screen.answer.answer == CODE.starter)
        await pilot.press("ctrl+z")
        assert screen.answer.answer == "mine" + CODE.starter


async def test_reading_is_passed_by_going_on(quiet: Quiet, store: Path) -> None:
    """Enter on a text to read marks it as passed and goes on, without any engine."""
    async with quiet("hello").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Continue (enter)" in screen_text(pilot)
        await pilot.press("enter")
        await at(pilot, "ones")
    with Store(store) as known:
        assert known.exercise(Place("mini", "first", "hello")).passed


async def test_next_back_and_the_end_of_a_lesson(quiet: Quiet) -> None:
    """One goes through the exercises and comes out at the list."""
    async with quiet("which").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+n")
        await at(pilot, "several")
        await pilot.press("f7")
        await at(pilot, "which")
        await pilot.press("f8")
        await at(pilot, "several")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_the_task_scrolls_while_one_types(quiet: Quiet) -> None:
    """Alt+down scrolls the upper pane and leaves the keyboard with the editor."""
    async with quiet("ones").run_test(size=(80, 20)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        await screen.query_one("#prompt").update("\n\n".join(f"line {n}" for n in range(40)))  # type: ignore[attr-defined]  # a Markdown
        await pilot.pause()
        await pilot.press("alt+down", "ctrl+down")
        await pilot.pause()
        assert screen.query_one("#task").scroll_offset.y == 6
        assert screen.here() == "answer"


async def test_ctrl_c_stops_a_check(quiet: Quiet) -> None:
    """A check that takes long can be stopped, and the app says that it was."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        judging = ScriptedJudging(PASS)
        judging.go.clear()
        judging.take_over(exercise_screen(pilot).app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: judging.answers)
        assert exercise_screen(pilot).active_bindings["ctrl+c"].binding.description == "Stop"
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "The check was stopped." in screen_text(pilot))
