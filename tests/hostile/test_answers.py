"""Hostile answers: none of them, at either level, turns a wrong answer into a pass."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.hostile.hostile_host import Host
from tutor.course.model import CheckUse, Code, Lesson
from tutor.engine.client import Engine
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = [
    pytest.mark.xdist_group("hostile"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(90),
]

ANSWERS = sorted((Path(__file__).parent / "answers").glob("*.py"))

NORMALISE = Code(
    id="row-normalise",
    prompt="Make every row sum to one.",
    solution="def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)",
    checks=(
        CheckUse(
            check="function",
            target="normalise",
            params={"inputs": {"x": "torch.rand(n, m)"}, "sizes": {"n": [2, 6], "m": [2, 6]}},
        ),
    ),
)
LESSON = Lesson(format=1, id="test", title="Test", setup="import torch", exercises=(NORMALISE,))


async def judge(engine: Engine, answer: str) -> Verdict:
    """The verdict on an answer for which the key is there already, as in the app."""
    judging = Judging(engine, seconds=2.0)
    judging.expect(LESSON, NORMALISE)
    await judging.settled()
    try:
        return await judging.judge(LESSON, NORMALISE, answer)
    finally:
        await judging.rest()


async def test_the_solution_passes(engine: Engine, host: Host) -> None:
    """The exercise can be passed, by a right answer."""
    assert (await judge(engine, NORMALISE.solution)).status == "pass"


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
async def test_answer(engine: Engine, host: Host, path: Path) -> None:
    """It does not pass, is not taken for the tutor's fault, and shows nothing harmful."""
    verdict = await judge(engine, path.read_text(encoding="utf-8"))
    assert verdict.status == "fail", verdict
    shown = "".join(_texts(msgspec.to_builtins(verdict)))
    assert not {character for character in shown if ord(character) < 32} - {"\n", "\t"}
    assert not set(shown) & {"\x7f", "\x9b", "\u202e"}
    assert host.harm() == []
    assert (await judge(engine, NORMALISE.solution)).status == "pass"


def _texts(thing: object) -> list[str]:
    """Every string in a verdict."""
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, dict):
        return [text for pair in thing.items() for part in pair for text in _texts(part)]
    if isinstance(thing, list | tuple):
        return [text for part in thing for text in _texts(part)]
    return []
