"""Nothing is judged before what it needs is imported."""

from __future__ import annotations

import asyncio
import types
from typing import Any, cast

from tutor.authoring.verify.run import warmed
from tutor.course.model import CheckUse, Code, Exercise


def _exercise(solution: str) -> Exercise:
    check = CheckUse(check="values", target="x")
    return Code(id="one", prompt="x", solution=solution, checks=(check,))


async def test_an_optimizer_waits_until_its_imports_are_done() -> None:
    """A first optimizer imports for seconds, which must not count as the answer's own time."""
    engine = cast("Any", types.SimpleNamespace(warm=asyncio.Event()))
    waiting = asyncio.create_task(warmed(engine, [_exercise("x = torch.optim.SGD([w], lr=1)")]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    engine.warm.set()
    await asyncio.wait_for(waiting, 5)


async def test_nothing_else_waits() -> None:
    """Lessons without one begin at once."""
    engine = cast("Any", types.SimpleNamespace(warm=asyncio.Event()))
    await asyncio.wait_for(warmed(engine, [_exercise("x = torch.ones(2)")]), 5)
