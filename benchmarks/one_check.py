"""One check of an exercise with an optimizer in it, against a fresh pytest process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.timing import Comparison
from tutor.course.model import CheckUse, Code, Lesson
from tutor.engine.client import Engine
from tutor.judging.judge import Judging

__all__ = ["compare"]

_SETUP = "import torch\ntorch.manual_seed(0)\nx = torch.rand(8, 3)\ny = torch.rand(8, 1)\n"
_ANSWER = """\
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
weight = model.weight.detach()
"""
_TEST = """\
import torch
{setup}
{answer}
def test_weight():
    torch.manual_seed(0)
    namespace = {{}}
    exec({program!r}, namespace)
    torch.testing.assert_close(weight, namespace["weight"])
"""


def compare(rounds: int) -> Comparison:
    """A warm tutor's verdict against what a file-watching tutor does: one pytest run an answer."""
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_answer.py"
        program = _SETUP + _ANSWER
        test.write_text(_TEST.format(setup=_SETUP, answer=_ANSWER, program=program))
        ours, rival = asyncio.run(_in_turns(test, rounds))
    return Comparison(
        what="one check of an answer with an optimizer",
        ours=ours,
        rival=rival,
        rival_name="a fresh python -m pytest",
        aim="at least 30 times faster",
        faster=True,
    )


async def _in_turns(test: Path, rounds: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    exercise = Code(
        id="adam", prompt="-", solution=_ANSWER, checks=(CheckUse(check="values", target="weight"),)
    )
    lesson = Lesson(format=1, id="bench", title="-", exercises=(exercise,), setup=_SETUP)
    ours: list[float] = []
    rival: list[float] = []
    async with await Engine.start() as engine:
        await engine.warm.wait()
        judging = Judging(engine)
        for turn in range(rounds + 1):
            for side in ("ours", "rival"):
                started = time.perf_counter()
                if side == "ours":
                    verdict = await judging.judge(lesson, exercise, _ANSWER)
                    assert verdict.status == "pass", verdict
                else:
                    subprocess.run(  # noqa: ASYNC221 - nothing else is to run meanwhile
                        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
                        check=True,
                        capture_output=True,
                        cwd=test.parent,
                    )
                if turn:
                    (ours if side == "ours" else rival).append(time.perf_counter() - started)
    return tuple(ours), tuple(rival)
