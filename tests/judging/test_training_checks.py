"""The checks of optimizers, training and data in real worlds, sandboxed as an answer is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from checks.example import Example, read_example
from tests.conftest import Engines
from tutor.course.model import CheckUse, Code, Lesson, Mistake
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = (
    "optimizer",
    "update_rule",
    "schedule",
    "step_order",
    "training",
    "evaluation",
    "dataset",
    "loader",
    "collate",
)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def judging(engines: Engines) -> AsyncIterator[Judging]:
    """A judge whose worlds have imported what the first optimizer needs."""
    engine = await engines.ready()
    await engine.warm.wait()
    yield Judging(engine)


async def _judge(judging: Judging, name: str, example: Example, answer: str) -> Verdict:
    params = {key: value for key, value in example.check.items() if key != name}
    exercise = Code(
        id="exercise",
        prompt="What the example asks for.",
        solution=example.solution,
        checks=(CheckUse(check=name, target=example.check[name], params=params),),
        mistakes=(Mistake(id="listed", answer=example.fails, says="As listed."),),
    )
    lesson = Lesson(
        format=1, id="lesson", title="Lesson", setup=example.setup, exercises=(exercise,)
    )
    return await judging.judge(lesson, exercise, answer)


@pytest.mark.parametrize("name", NAMES)
async def test_hooks_and_generators_work_in_a_sandbox(judging: Judging, name: str) -> None:
    """The right answer passes, the wrong one fails with its code and is recognised."""
    example = read_example(name)
    passed = await _judge(judging, name, example, example.passes)
    assert passed.status == "pass", passed.message
    failed = await _judge(judging, name, example, example.fails + "\n")
    assert failed.status == "fail"
    assert failed.findings[0].code == example.code, failed.message
    assert failed.mistake is not None
    assert failed.mistake.id == "listed"


async def test_an_endless_training_is_stopped(judging: Judging) -> None:
    """The check's own patience ends it, and says so."""
    example = read_example("training")
    endless = "def fit(model, x, y):\n    while True:\n        model(x).sum().backward()"
    verdict = await _judge(judging, "training", example, endless)
    assert (verdict.status, verdict.findings[0].code) == ("fail", "timeout")
