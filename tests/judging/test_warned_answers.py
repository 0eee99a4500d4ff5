"""Warnings on their way from a real world to a verdict."""

from __future__ import annotations

import pytest

from tutor.course.model import CheckUse, Code, Lesson
from tutor.judging.judge import Judging

pytestmark = pytest.mark.asyncio(loop_scope="module")

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
