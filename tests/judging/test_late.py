"""Nothing is judged before what it needs is imported."""

from __future__ import annotations

import asyncio

from tutor.course.model import CheckUse, Code, Lesson, Predict
from tutor.engine.client import Engine
from tutor.judging.judge import Judging
from tutor.judging.late import needs_late_imports

STEP = "w = torch.ones(1, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)"
EXERCISE = Code(
    id="step", prompt="b", solution=STEP, checks=(CheckUse(check="optimizer", target="opt"),)
)
LESSON = Lesson(format=1, id="a", title="b", setup="import torch", exercises=(EXERCISE,))


def test_what_needs_late_imports() -> None:
    """Optimizers and loaders; other answers begin at once."""
    assert needs_late_imports(STEP)
    assert needs_late_imports("for x in DataLoader(data): pass")
    assert not needs_late_imports("x = torch.ones(2)")


async def test_a_first_optimizer_is_judged_once_its_imports_are_done() -> None:
    """They take seconds, which are not the answer's: half a second is enough for it."""
    async with await Engine.start(kind="fork") as engine:
        await engine.ready()
        verdict = await Judging(engine, seconds=0.5).judge(LESSON, EXERCISE, STEP)
        assert (verdict.status, engine.warm.is_set()) == ("pass", True), verdict.message


async def test_a_prediction_waits_for_them_too() -> None:
    """So does what a choice shows: the code is the lesson's, which must not be blamed."""
    ask = Predict(id="a", prompt="b", code=f"{STEP}\nx = 1", ask="value", of="x", accepts=("1",))
    async with await Engine.start(kind="fork") as engine:
        await engine.ready()
        verdict = await Judging(engine, seconds=0.5).judge(LESSON, ask, "1")
        assert (verdict.status, engine.warm.is_set()) == ("pass", True), verdict.message


async def test_an_engine_that_does_not_become_warm_keeps_nobody_waiting() -> None:
    """The answer then does its imports itself."""
    async with await Engine.start(kind="fork", warm=False) as engine:
        await asyncio.wait_for(engine.late_imports(), 1)
        verdict = await Judging(engine, seconds=30.0).judge(LESSON, EXERCISE, STEP)
        assert (verdict.status, engine.warm.is_set()) == ("pass", False), verdict.message
