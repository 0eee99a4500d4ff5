"""Checks of gradients and graphs, from real worlds and a real judge."""

from __future__ import annotations

from typing import Any

import pytest

from tutor.course.model import CheckUse, Code, Lesson, Mistake
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

SETUP = "import torch\nfrom torch.autograd import Function\nx = torch.rand(4, 3)\n"
STEP = """w = torch.zeros(3, requires_grad=True)
loss = (x @ w - 1).square().mean()
loss.backward()
with torch.no_grad():
    w -= 0.1 * w.grad
w.grad = None
"""
EXP = """class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y
    @staticmethod
    def backward(ctx, g):
        y, = ctx.saved_tensors
        return g * y
"""
INPUTS: dict[str, Any] = {"inputs": {"x": "torch.randn(n)"}, "sizes": {"n": [1, 3]}, "trials": 2}


def _exercise(solution: str, *checks: CheckUse, mistake: str) -> Code:
    return Code(
        id="exercise",
        prompt="…",
        solution=solution,
        checks=checks,
        mistakes=(Mistake(id="known", answer=mistake, says="As listed."),),
    )


LEAF = _exercise(
    STEP,
    CheckUse(check="connected", target="loss", params={"to": "w"}),
    CheckUse(check="leaf", target="w"),
    CheckUse(check="cleared", target="w"),
    mistake=STEP.replace("with torch.no_grad():\n    w -= 0.1", "w = w - 0.1"),
)
CUSTOM = _exercise(
    EXP,
    CheckUse(check="autograd_function", target="Exp", params=INPUTS),
    CheckUse(check="gradcheck", target="Exp.apply", params={**INPUTS, "second": True}),
    mistake=EXP.replace("g * y", "g"),
)


async def _judge(judging: Judging, exercise: Code, answer: str) -> Verdict:
    lesson = Lesson(format=1, id="test", title="Test", setup=SETUP, exercises=(exercise,))
    return await judging.judge(lesson, exercise, answer)


@pytest.mark.parametrize("exercise", [LEAF, CUSTOM])
async def test_the_solution_passes_and_the_mistake_is_recognised(
    judging: Judging, exercise: Code
) -> None:
    """What is observed in two processes travels to the judge, and is told apart there."""
    verdict = await _judge(judging, exercise, exercise.solution)
    assert verdict.status == "pass", verdict.message
    verdict = await _judge(judging, exercise, exercise.mistakes[0].answer)
    assert verdict.status == "fail"
    assert verdict.mistake is not None


async def test_the_first_cause_is_shown(judging: Judging) -> None:
    """The graph is cut on line 2, before anything about values or gradients."""
    answer = STEP.replace(".mean()", ".mean().detach().requires_grad_()")
    verdict = await _judge(judging, LEAF, answer.replace("0.1 * w.grad", "0.1"))
    assert verdict.status == "fail"
    assert "The graph is cut on line 2, by `.detach()`" in verdict.message
