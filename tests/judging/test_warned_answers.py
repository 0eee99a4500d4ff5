"""Warnings on their way from a real world to a verdict."""

from __future__ import annotations

import pytest

from tutor.course.model import CheckUse, Code, Lesson
from tutor.judging.judge import Judging

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEPT = Code(
    id="kept",
    prompt="Keep the gradient.",
    solution="w = torch.ones(2, requires_grad=True)\n(w * 2).sum().backward()\ng = w.grad",
    checks=(CheckUse(check="values", target="g"),),
)
LESSON = Lesson(format=1, id="test", title="Test", setup="import torch", exercises=(KEPT,))


async def test_what_an_answer_was_warned_of_reaches_the_verdict(judging: Judging) -> None:
    """The check looks later, in another process; the warning is still printed as well."""
    answer = KEPT.solution.replace("True)", "True) * 1")
    verdict = await judging.judge(LESSON, KEPT, answer)
    assert verdict.status == "fail"
    assert "On line 3, `.grad` of a tensor is read that is no leaf" in verdict.message
    assert "UserWarning" in verdict.output


async def test_an_answer_that_stops_says_what_was_warned_of_before(judging: Judging) -> None:
    """The exception is the consequence; the warning, with its line, names the cause."""
    answer = (
        "w = torch.ones(2, requires_grad=True) * 1\n(w * 2).sum().backward()\n"
        "grad = w.grad\ng = grad + 1"
    )
    verdict = await judging.judge(LESSON, KEPT, answer)
    assert verdict.status == "fail"
    assert "stopped at line 4 with TypeError" in verdict.message
    assert "On line 3, `.grad` of a tensor is read that is no leaf" in verdict.message
    assert verdict.findings[0].details["warning_line"] == 3


async def test_other_warnings_explain_no_ending(judging: Judging) -> None:
    """A warning that is not known to be a cause is printed, and nothing is made of it."""
    answer = "import warnings\nwarnings.warn('tea time')\ng = 1 / 0"
    verdict = await judging.judge(LESSON, KEPT, answer)
    assert "tea time" not in verdict.message
    assert "tea time" in verdict.output


@pytest.mark.parametrize("end", ["import os; os._exit(0)", "raise SystemExit"])
async def test_a_process_that_says_nothing_was_warned_of_nothing(
    judging: Judging, end: str
) -> None:
    """An answer that ends its process, or exits, is judged all the same."""
    assert (await judging.judge(LESSON, KEPT, end)).status == "fail"


async def test_a_warning_is_printed_at_the_answers_line(judging: Judging) -> None:
    """Where a library's own file warns, it is the answer's line that is printed, with its code."""
    answer = "loss = torch.nn.MSELoss()\ng = loss(torch.rand(3, 1), torch.rand(3))\n"
    verdict = await judging.judge(LESSON, KEPT, answer)
    assert verdict.output.startswith("<answer>:2: UserWarning: Using a target size")
    assert "g = loss(torch.rand(3, 1), torch.rand(3))" in verdict.output
    assert "site-packages" not in verdict.output
