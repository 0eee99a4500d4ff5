"""How a verdict reads, and how it came to be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from checks.finding import Finding
from tests.app.app_driving import (
    QuietApp,
    ScriptedJudging,
    exercise_screen,
    screen_text,
    settle,
    type_text,
    until,
)
from tutor.app.widgets.verdict_view import VerdictView
from tutor.judging.verdict import RecognisedMistake, Verdict, lesson_fault
from tutor.progress.store import Place, Store

Quiet = Callable[..., QuietApp]
ONES = Place("mini", "first", "ones")

FAIL = Verdict(
    status="fail",
    score=0.5,
    max_score=2,
    message="t has the shape [3, 2]; [2, 3] is asked. [bold]literal[/]",
    mistake=RecognisedMistake(id="swapped", says="Rows **first**, then columns."),
    findings=(
        Finding(
            check="values", target="t", status="fail", code="wrong-shape",
            message="t has the shape [3, 2]; [2, 3] is asked. [bold]literal[/]",
            expected="torch.Size([2, 3])", actual="torch.Size([3, 2])", line=1,
        ),
        Finding(check="dtype", target="t", status="fail", code="wrong-dtype", message="dtype"),
        Finding(check="uses", target="ones", status="pass"),
    ),
    output="printed by the answer \x1b[2J",
)  # fmt: skip


def failed(details: dict[str, Any]) -> Verdict:
    """A verdict whose one finding has these details."""
    finding = Finding(
        check="values", target="t", status="fail", code="wrong-values", message="It differs.",
        expected="tensor([1.])", actual="tensor([2.])", details=details,
    )  # fmt: skip
    return Verdict(
        status="fail", score=0, max_score=1, message=finding.message, findings=(finding,)
    )


async def checked(quiet: Quiet, exercise: str, verdict: Verdict, *keys: str) -> tuple[str, str]:
    """What the whole screen, and all of the verdict, say after a check."""
    async with quiet(exercise).run_test(size=(100, 60)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        ScriptedJudging(verdict).take_over(screen.app)
        await pilot.press(*(keys or ("ctrl+s",)))
        await until(pilot, lambda: screen.query("#result .title"))
        await until(pilot, lambda: "Result" in screen_text(pilot))
        return screen_text(pilot), str(screen.query_one(VerdictView).classes)


async def test_a_failure_names_the_cause(quiet: Quiet) -> None:
    """Words and a sign, the author's explanation, the cause, both values, the line, the output."""
    seen, classes = await checked(quiet, "ones", FAIL)
    for part in (
        "✗ NOT YET   0.5 of 2 points", "Result ✗", "Rows first, then columns.",
        "[bold]literal[/]", "expected: torch.Size([2, 3])", "yours:    torch.Size([3, 2])",
        "in line 1 of your answer", "… and 1 more of 3 checks.", r"printed by the answer \x1b[2J",
    ):  # fmt: skip
        assert part in seen
    assert seen.count("is asked") == 1
    assert "-fail" in classes


async def test_the_authors_words_come_before_the_checks(quiet: Quiet) -> None:
    """What a lesson says of a code is Markdown; the check's own message follows it."""
    cause = Finding(
        check="values", target="t", status="fail", code="wrong-shape",
        message="t has another shape.", says="Rows come **first**.",
    )  # fmt: skip
    later = Finding(
        check="uses", target="ones", status="fail", code="wrong-dtype", message="Not so."
    )
    verdict = Verdict(
        status="fail", score=0, max_score=1, message=cause.says, findings=(cause, later)
    )
    seen, _ = await checked(quiet, "ones", verdict)
    assert seen.index("Rows come first.") < seen.index("t has another shape.")
    assert "**" not in seen


async def test_a_pass_explains_and_goes_on(quiet: Quiet, store: Path) -> None:
    """A pass says so in words, shows the explanation, says how to go on, and is kept."""
    passed = Verdict(status="pass", score=1, max_score=1, message="All as asked.")
    seen, _ = await checked(quiet, "ones", passed)
    for part in (
        "✓ PASSED   1 of 1 point",
        "All as asked.",
        "takes the sizes",
        "ctrl+n goes on",
        "✓ passed",
    ):
        assert part in seen
    with Store(store) as known:
        assert known.exercise(ONES).passed
        assert [attempt.answer for attempt in known.attempts(ONES)] == ["t = torch.zeros(2, 3)\n"]


async def test_an_error_is_not_the_learners_fault(quiet: Quiet, store: Path) -> None:
    """A fault of the tutor's is called one, says what to do, and does not count."""
    broken = Verdict(status="error", score=0, max_score=1, message="The judge was lost.")
    seen, _ = await checked(quiet, "ones", broken)
    for part in ("not your fault", "The judge was lost.", "tutor doctor", "Result !"):
        assert part in seen
    with Store(store) as known:
        assert known.exercise(ONES).attempts == 0


async def test_a_lessons_fault_is_the_lessons(quiet: Quiet) -> None:
    """A fault of the lesson's is told apart from one of the tutor's: checking again is no use."""
    broken = lesson_fault("The lesson's own solution does not run:\nNameError", 1)
    seen, _ = await checked(quiet, "ones", broken)
    for part in ("THE LESSON HAS A FAULT", "not your fault", "NameError", "Go on with ctrl+n"):
        assert part in seen
    assert "tutor doctor" not in seen


async def test_tensors_that_differ_are_drawn(quiet: Quiet) -> None:
    """In place of two long lines there are two grids, with a sign at each cell that differs."""
    details = {
        "diff": {
            "shape": [2, 2],
            "corner": [0, 0],
            "expected": [["1.0", "2.0"], ["3.0", "4.0"]],
            "actual": [["1.0", "2.5"], ["3.0", "0.0"]],
            "differs": [[False, True], [False, True]],
            "worst": [1, 1],
            "count": 2,
            "total": 4,
        }
    }
    seen, _ = await checked(quiet, "ones", failed(details))
    assert "0 │ 1.0  2.0    0 │ 1.0  2.5✗" in seen
    assert "1 │ 3.0  4.0    1 │ 3.0  0.0«" in seen
    assert "2 of 4" in seen
    assert "expected:" not in seen


async def test_shapes_that_differ_are_drawn(quiet: Quiet) -> None:
    """Dimension by dimension, and both values below."""
    details = {"expected_shape": [2, 3], "actual_shape": [2, 4]}
    seen, _ = await checked(quiet, "ones", failed(details))
    assert "yours      2   4✗" in seen
    assert "expected: tensor" in seen


@pytest.mark.parametrize("diff", [7, {}, {"shape": "x"}, {"shape": [2], "corner": [0]}])
async def test_a_damaged_picture_is_none(quiet: Quiet, diff: object) -> None:
    """What cannot be drawn leaves the values in words."""
    seen, _ = await checked(quiet, "ones", failed({"diff": diff}))
    assert "expected: tensor" in seen


async def test_what_was_said_is_not_said_again(quiet: Quiet) -> None:
    """An exception that the message tells does not stand below it once more."""
    raised = Finding(
        check="run", target="answer", status="fail", code="raised",
        message="Your code stopped at line 1 with KeyError: no such key",
        actual="KeyError: no such key",
    )  # fmt: skip
    skipped = Finding(check="values", target="t", status="skipped", code="not-run")
    verdict = Verdict(
        status="fail", score=0, max_score=1, message=raised.message, findings=(raised, skipped)
    )
    seen, _ = await checked(quiet, "ones", verdict)
    assert seen.count("KeyError") == 1
    assert "more of" not in seen


async def test_a_verdict_has_more_room_until_the_answer_is_worked_on(quiet: Quiet) -> None:
    """Beside a long answer, the half with the verdict grows, and shrinks with the first key."""
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = exercise_screen(pilot)
        short = screen.answer.size.height
        screen.answer.load("# a long answer\n" * 20)
        await until(pilot, lambda: screen.answer.size.height > short)
        before = screen.answer.size.height
        ScriptedJudging(FAIL).take_over(screen.app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.answer.size.height < before)
        await pilot.press("x")
        await until(pilot, lambda: screen.answer.size.height == before)


async def test_a_prediction_shows_what_happens(quiet: Quiet) -> None:
    """After a prediction the truth is shown; enter checks."""
    async with quiet("shape").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        judging = ScriptedJudging(
            Verdict(status="fail", score=0, max_score=1, message="Not that.", truth="(5,)")
        )
        judging.take_over(exercise_screen(pilot).app)
        assert "y = x.sum(dim=0)" in screen_text(pilot)
        assert "What is the shape of y?" in screen_text(pilot)
        await pilot.press("enter")  # nothing typed: nothing judged
        await type_text(pilot, "(4,)\n")
        await until(pilot, lambda: "What really happens:" in screen_text(pilot))
        assert judging.answers == ["(4,)"]
        assert "(5,)" in screen_text(pilot)


async def test_a_foreseen_prediction_was_read(quiet: Quiet) -> None:
    """Who reads why "error" is wrong need not read that it is no shape."""
    message = "This cannot be read as a shape."
    finding = Finding(
        check="predict", target="y", status="fail", code="unreadable", message=message
    )
    verdict = Verdict(
        status="fail", score=0, max_score=1, message=message, truth="(5,)", findings=(finding,),
        mistake=RecognisedMistake(id="no-fit", says="They do fit."),
    )  # fmt: skip
    async with quiet("shape").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        ScriptedJudging(verdict).take_over(exercise_screen(pilot).app)
        await type_text(pilot, "error\n")
        await until(pilot, lambda: "They do fit." in screen_text(pilot))
        assert message not in screen_text(pilot)


async def test_a_choice_by_digits_and_enter(quiet: Quiet) -> None:
    """A digit chooses, enter checks; the option's own words follow, other options' do not."""
    async with quiet("which").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        judging = ScriptedJudging(Verdict(status="fail", score=0, max_score=1, message="x"))
        judging.take_over(exercise_screen(pilot).app)
        assert "( ) 3  torch.rand with [brackets]" in screen_text(pilot)
        await pilot.press("ctrl+s")
        assert judging.answers == []
        await pilot.press("2")
        assert "(•) 2  torch.ones" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "That gives ones." in screen_text(pilot))
        assert judging.answers == ["2"]
        assert "Yes: zeros." not in screen_text(pilot)


async def test_a_passed_choice_says_why_of_every_option(quiet: Quiet) -> None:
    """The author's words of the options that were not chosen come too, and are called that."""
    async with quiet("which").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        passed = Verdict(status="pass", score=1, max_score=1, message="")
        ScriptedJudging(passed).take_over(exercise_screen(pilot).app)
        await pilot.press("1", "enter")
        await until(pilot, lambda: "✓ 1 (your choice)" in screen_text(pilot))
        assert "✗ 2 (not chosen)" in screen_text(pilot)


async def test_several_options_are_said_to_be_several(quiet: Quiet) -> None:
    """With several right options the app says so, and space and digits add and take away."""
    async with quiet("several").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        judging = ScriptedJudging(Verdict(status="pass", score=1, max_score=1))
        judging.take_over(exercise_screen(pilot).app)
        assert "Choose all that apply" in screen_text(pilot)
        await pilot.press("3", "3", "1", "down", "space")
        assert "[x] 2" in screen_text(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✓ PASSED" in screen_text(pilot))
        assert judging.answers == ["1,2"]


async def test_what_was_chosen_wrongly_is_said_first(quiet: Quiet) -> None:
    """In a short pane, what was right would push it out of sight; once passed, as listed.

    What is pressed the second time changes the choice of the first, which was kept.
    """
    wrong = Verdict(status="fail", score=0, max_score=1, message="x")
    right = Verdict(status="pass", score=1, max_score=1)
    for verdict, chosen, order in (
        (wrong, "13", ["✗ 3 (your choice)", "✓ 1 (your choice)"]),
        (right, "23", ["✓ 1 (your choice)", "✗ 3 (not chosen)"]),
    ):
        async with quiet("several").run_test(size=(80, 40)) as pilot:
            await settle(pilot)
            ScriptedJudging(verdict).take_over(exercise_screen(pilot).app)
            await pilot.press(*chosen, "enter")
            await until(pilot, partial(_shows, pilot, order[-1]))
            places = [screen_text(pilot).index(said) for said in order]
            assert places == sorted(places)


@pytest.mark.parametrize("size", [(40, 10), (20, 5)])
async def test_a_verdict_in_a_small_terminal(quiet: Quiet, size: tuple[int, int]) -> None:
    """Where there is room for one pane, the verdict takes it and has the keyboard."""
    async with quiet("ones").run_test(size=size) as pilot:
        await settle(pilot)
        ScriptedJudging(FAIL).take_over(exercise_screen(pilot).app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✗ NOT YET" in screen_text(pilot))
        assert exercise_screen(pilot).here() == "result"


@pytest.mark.parametrize("colours", [True, False])
async def test_without_colours_code_in_a_text_is_bold(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch, *, colours: bool
) -> None:
    """A name such as `size` must not read like a word of the sentence."""
    if colours:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", "1")
    async with quiet("ones").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        block = exercise_screen(pilot).query("MarkdownParagraph").first()
        style = block.get_component_styles("code_inline").text_style
        assert bool(style.bold) is not colours


async def test_no_colour_says_the_same(quiet: Quiet, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR every word and sign is still there."""
    monkeypatch.setenv("NO_COLOR", "1")
    seen, _ = await checked(quiet, "ones", FAIL)
    assert "✗ NOT YET" in seen


def _shows(pilot: Pilot[int], text: str) -> bool:
    """Whether a text is on the screen."""
    return text in screen_text(pilot)
