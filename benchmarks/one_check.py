"""One check of one answer, against a fresh pytest process: what a file-watching tutor does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from benchmarks.timing import Comparison
from tutor.course.model import CheckUse, Code, Lesson, Mistake
from tutor.engine.client import Engine
from tutor.judging.judge import Judging

__all__ = ["compare"]


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise, an answer to it, and a test that looks at the answer alike."""

    what: str
    exercise: Code
    answer: str
    test: str
    right: bool = True
    aim: str = "at most 60 ms"


_ADAM = """\
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
weight = model.weight.detach()
"""
_SETUP = "import torch\n"
_TARGET_TEST = """\
import torch
{setup}
{answer}
def test_target():
    namespace = {{}}
    exec({program!r}, namespace)
    torch.testing.assert_close({target}, namespace["{target}"])
"""
_FUNCTION_TEST = """\
import pytest, torch
{answer}
{expected}
@pytest.mark.parametrize("n", range(1, 7))
def test_function(n):
    x = torch.rand(n, 4)
    torch.testing.assert_close(normalise(x), expected(x))
"""
_NORMALISE = Code(
    id="normalise",
    prompt="-",
    solution="def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)\n",
    checks=(
        CheckUse(
            check="function",
            target="normalise",
            params={"inputs": {"x": "torch.rand(n, m)"}, "sizes": {"n": [1, 6], "m": [1, 6]}},
        ),
    ),
    mistakes=tuple(
        Mistake(id=f"mistake-{number}", answer=f"def normalise(x):\n    return {body}\n", says="-")
        for number, body in enumerate(
            (
                "x",
                "x / x.sum(dim=1)",
                "x / x.sum()",
                "x.softmax(dim=1)",
                "x / x.norm(dim=1, keepdim=True)",
                "x / x.sum(dim=0, keepdim=True)",
            )
        )
    ),
)
_EXPECTED = _NORMALISE.solution.replace("normalise", "expected")


def _target_case(what: str, target: str, setup: str, answer: str, aim: str) -> _Case:
    exercise = Code(
        id="target",
        prompt="-",
        setup=setup,
        solution=answer,
        checks=(CheckUse(check="values", target=target),),
    )
    test = _TARGET_TEST.format(
        setup="torch.manual_seed(0)\n" + setup,
        answer=answer,
        program=f"import torch\ntorch.manual_seed(0)\n{setup}{answer}",
        target=target,
    )
    return _Case(what=what, exercise=exercise, answer=answer, test=test, aim=aim)


def _function_case(what: str, answer: str, *, right: bool) -> _Case:
    test = _FUNCTION_TEST.format(answer=answer, expected=_EXPECTED)
    return _Case(what=what, exercise=_NORMALISE, answer=answer, test=test, right=right)


_CASES = (
    _target_case(
        "one check of an answer with an optimizer",
        "weight",
        "x = torch.rand(8, 3)\ny = torch.rand(8, 1)\n",
        _ADAM,
        "at least 30 times faster",
    ),
    _target_case(
        "a `values` check", "s", "x = torch.rand(4, 3)\n", "s = x.sum(dim=0)\n", "at most 60 ms"
    ),
    _function_case("a `function` check", _NORMALISE.solution, right=True),
    _function_case(
        "a wrong answer, the last of six mistakes", _NORMALISE.mistakes[-1].answer, right=False
    ),
)


def compare(rounds: int) -> list[Comparison]:
    """Verdicts of a warm tutor against one run of pytest each."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_compare(Path(folder) / "test_answer.py", rounds))


async def _compare(test: Path, rounds: int) -> list[Comparison]:
    comparisons: list[Comparison] = []
    async with await Engine.start() as engine:
        await engine.warm.wait()
        judging = Judging(engine)
        for case in _CASES:
            test.write_text(case.test)  # noqa: ASYNC240 - nothing else is to run meanwhile
            ours, rival = await _in_turns(judging, case, test, rounds)
            comparisons.append(
                Comparison(
                    what=case.what,
                    ours=ours,
                    rival=rival,
                    rival_name="a fresh python -m pytest",
                    aim=case.aim,
                    faster=True,
                )
            )
        await judging.rest()
    return comparisons


async def _in_turns(
    judging: Judging, case: _Case, test: Path, rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    lesson = Lesson(format=1, id="bench", title="-", exercises=(case.exercise,), setup=_SETUP)
    times: tuple[list[float], list[float]] = ([], [])
    judging.expect(lesson, case.exercise)
    for turn in range(rounds + 1):
        await judging.settled()  # nobody answers without a pause, and the tutor uses it
        for side, kept in zip(("ours", "rival"), times, strict=True):
            started = time.perf_counter()
            if side == "ours":
                verdict = await judging.judge(lesson, case.exercise, case.answer)
                assert (verdict.status == "pass") is case.right, verdict
            else:
                done = subprocess.run(  # noqa: ASYNC221 - nothing else is to run meanwhile
                    [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
                    check=False,
                    capture_output=True,
                    cwd=test.parent,
                )
                assert (done.returncode == 0) is case.right, done.stdout
            if turn:
                kept.append(time.perf_counter() - started)
    return tuple(times[0]), tuple(times[1])
