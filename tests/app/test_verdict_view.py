"""How a verdict reads, and how it came to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
from tutor.judging.verdict import RecognisedMistake, Verdict
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


@pytest.mark.parametrize("size", [(40, 10), (20, 5)])
async def test_a_verdict_in_a_small_terminal(quiet: Quiet, size: tuple[int, int]) -> None:
    """Where there is room for one pane, the verdict takes it and has the keyboard."""
    async with quiet("ones").run_test(size=size) as pilot:
        await settle(pilot)
        ScriptedJudging(FAIL).take_over(exercise_screen(pilot).app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✗ NOT YET" in screen_text(pilot))
        assert exercise_screen(pilot).here() == "result"


async def test_no_colour_says_the_same(quiet: Quiet, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR every word and sign is still there."""
    monkeypatch.setenv("NO_COLOR", "1")
    seen, _ = await checked(quiet, "ones", FAIL)
    assert "✗ NOT YET" in seen
