"""Recognising listed mistakes: in one shared world, or each in its own where that could matter."""

from __future__ import annotations

import pytest

from tutor.course.model import CheckUse, Code, Lesson, Mistake
from tutor.judging.judge import Judging
from tutor.judging.traces import leaves_traces

pytestmark = pytest.mark.asyncio(loop_scope="session")


def exercise(solution: str, *mistakes: str, setup: str = "") -> Code:
    """An exercise that looks at `y`, with these wrong answers listed."""
    return Code(
        id="y",
        prompt="Make `y`.",
        setup=setup,
        solution=solution,
        checks=(CheckUse(check="values", target="y"), CheckUse(check="shape", target="y")),
        mistakes=tuple(
            Mistake(id=f"m{number}", answer=answer, says=f"Mistake {number}.")
            for number, answer in enumerate(mistakes)
        ),
    )


async def recognised(judging: Judging, code: Code, answer: str) -> str | None:
    """The id of the mistake that the answer is said to behave like."""
    lesson = Lesson(format=1, id="t", title="T", setup="import torch", exercises=(code,))
    verdict = await judging.judge(lesson, code, answer)
    assert verdict.status == "fail", verdict
    return None if verdict.mistake is None else verdict.mistake.id


async def test_mistakes_do_not_see_each_other(judging: Judging) -> None:
    """What one mistake does to setup's names, to a module or to chance is undone for the next."""
    code = exercise(
        "y = torch.tensor([5.0])",
        "x.append(1)\ntorch.extra = 1\ntorch.rand(3)\ny = torch.tensor([0.0])",
        "y = torch.tensor([float(len(x)), float(hasattr(torch, 'extra'))]) + torch.rand(1)",
        setup="x = []",
    )
    answer = "y = torch.zeros(2) + torch.rand(1)"
    assert await recognised(judging, code, answer) == "m1"


async def test_the_first_of_several_is_named(judging: Judging) -> None:
    """Where two listed mistakes do the same, the one that is listed first explains."""
    code = exercise("y = torch.ones(3)", "y = torch.ones(2)", "y = 1.0", "y = torch.ones(2) * 1")
    assert await recognised(judging, code, "y = torch.ones(2)") == "m0"
    assert await recognised(judging, code, "y = 1.0") == "m1"
    assert await recognised(judging, code, "y = 2.0") is None


async def test_a_mistake_that_crashes_harms_no_other(judging: Judging) -> None:
    """A mistake that ends its process, at the top or while it is looked at, is one like others."""
    code = exercise(
        "y = torch.ones(3)",
        "import os\nos._exit(1)",
        "class Y:\n    def __repr__(self):\n        import sys, os\n        os.abort()\ny = Y()",
        "y = torch.zeros(3)",
    )
    assert await recognised(judging, code, "y = torch.zeros(3) * 2") == "m2"
    assert await recognised(judging, code, "import os\nos._exit(1)") == "m0"


async def test_answers_that_stop_are_recognised_by_how(judging: Judging) -> None:
    """An answer that raises is like the mistake that raises the same, not like one that runs."""
    code = exercise("y = torch.ones(3)", "y = 1", "y = 1 / 0", "y = [][0]")
    assert await recognised(judging, code, "a = 2\ny = a / 0") == "m1"
    assert await recognised(judging, code, "y = {}[1]") is None


async def test_files_of_one_mistake_do_not_reach_the_next(judging: Judging) -> None:
    """Mistakes that write files run in worlds of their own: a rewind takes no file back."""
    code = exercise(
        "torch.save(torch.ones(2), 'w.pt')\ny = torch.load('w.pt')",
        "torch.save(torch.zeros(2), 'w.pt')\ny = torch.load('w.pt')",
        "y = torch.load('w.pt')",
    )
    assert await recognised(judging, code, "y = torch.load('w.pt') * 1") == "m1"


@pytest.mark.parametrize(
    ("code", "leaves"),
    [
        ("y = x.sum(dim=1)", False),
        ("torch.save(x, 'a')", True),
        ("open('a', 'w')", True),
        ("from pathlib import Path", True),
        ("import os.path as p", True),
        ("import threading", True),
        ("loader = torch.utils.data.DataLoader(d)", True),
        ("reload = unsaved = 1", False),
        ("def f(:", False),
    ],
)
async def test_traces_are_told_by_names(code: str, leaves: bool) -> None:  # noqa: FBT001 - a parameter
    """Code that may leave a file, a thread or a process is told by what it names."""
    assert leaves_traces(code) is leaves
