"""What an author is told of a solution, code or evidence that cannot be relied on."""

from __future__ import annotations

from typing import Any

import pytest

from tutor.course.model import CheckUse, Choice, Code, Lesson, Option, Predict, Read
from tutor.judging.judge import Judging
from tutor.judging.reference import ReferenceFault

pytestmark = pytest.mark.asyncio(loop_scope="module")


def solved(solution: str, *checks: CheckUse) -> Code:
    """An exercise with this solution; looks at `y` unless told otherwise."""
    looks = checks or (CheckUse(check="values", target="y"),)
    return Code(id="e", prompt="?", solution=solution, checks=looks)


async def faults(
    judging: Judging, exercise: Any, setup: str = "import torch"
) -> tuple[ReferenceFault, ...]:
    """What is found."""
    lesson = Lesson(format=1, id="t", title="T", setup=setup, exercises=(exercise,))
    return await judging.reference_faults(lesson, exercise)


@pytest.mark.parametrize(
    "exercise",
    [
        solved("y = torch.rand(3)"),
        solved("import random\ny = random.random()"),
        Predict(id="p", prompt="?", code="y = torch.ones(2)", ask="value", of="y"),
        Choice(id="c", prompt="?", options=(Option(text="a", correct=True), Option(text="b"))),
        Read(id="r", prompt="!"),
    ],
    ids=["torch", "random", "predict", "choice", "read"],
)
async def test_what_can_be_relied_on_has_no_faults(judging: Judging, exercise: Any) -> None:
    """Chance is fine, as long as it comes from a generator that is seeded."""
    assert await faults(judging, exercise) == ()


@pytest.mark.parametrize(
    "exercise",
    [
        solved("import time\ny = torch.tensor(time.perf_counter())"),
        solved("import os\ny = int.from_bytes(os.urandom(8))"),
        solved(
            "import os\ndef f(x):\n    return x + len(os.urandom(1)) * os.urandom(4)[0]",
            CheckUse(check="avoids", target="while"),
            CheckUse(check="function", target="f", params={"inputs": {"x": "torch.rand(2)"}}),
        ),
    ],
    ids=["clock", "system", "function"],
)
async def test_a_solution_that_differs_is_named(judging: Judging, exercise: Code) -> None:
    """A solution whose result the seed does not fix is a fault, at the check that shows it."""
    (found,) = await faults(judging, exercise)
    assert found.code == "differs"
    assert found.check == len(exercise.checks) - 1
    assert "under the same seed" in found.message


@pytest.mark.parametrize(
    ("exercise", "setup", "word"),
    [
        (solved("y = 1 / 0"), "", "ZeroDivisionError"),
        (solved("y = 1"), "import nothing_like_it", "setup failed"),
        (solved("z = 1"), "", "not defined"),
        (
            solved("y = sum([1, 2])", CheckUse(check="avoids", target="sum")),
            "",
            "breaks its own rule",
        ),
        (
            Predict(id="p", prompt="?", code="y = 1 / 0", ask="value", of="y"),
            "",
            "ZeroDivisionError",
        ),
    ],
    ids=["raises", "setup", "target", "rule", "predict"],
)
async def test_a_solution_that_fails_is_named(
    judging: Judging, exercise: Any, setup: str, word: str
) -> None:
    """A solution that stops, lacks what is looked at or breaks its own rule is a fault."""
    (found,) = await faults(judging, exercise, setup)
    assert found.code == "fails"
    assert word in found.message


async def test_code_to_predict_does_the_same_each_time(judging: Judging) -> None:
    """What a learner is to predict must not depend on luck, but its shape may be asked for."""
    asked: dict[str, Any] = {"id": "p", "prompt": "?", "code": "y = torch.rand(2)", "of": "y"}
    (found,) = await faults(judging, Predict(ask="value", **asked))
    assert found.code == "differs"
    assert await faults(judging, Predict(ask="shape", **asked)) == ()


async def test_evidence_prints_the_same_each_time(judging: Judging) -> None:
    """Evidence with an address or a time in it is a fault."""
    options = (Option(text="a", correct=True), Option(text="b"))
    choice = Choice(id="c", prompt="?", options=options, code="import os\nprint(os.urandom(8))")
    (found,) = await faults(judging, choice)
    assert (found.code, found.check) == ("differs", None)
