"""The examples of the checks on values, layout, text and source, in real worlds."""

from __future__ import annotations

import pytest

from checks.example import read_example
from tests.judging.test_judge import lesson
from tutor.course.model import CheckUse, Code
from tutor.judging.judge import Judging

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = [
    *("shape", "device", "values", "property", "holds", "distribution", "finite"),
    *("contiguous", "strides", "shares_storage", "unchanged"),
    *("prints", "raises", "no_warning", "lines", "defines"),
]


@pytest.mark.parametrize("name", NAMES)
async def test_an_example_is_judged_as_it_says(judging: Judging, name: str) -> None:
    """In a sandboxed fork as in this process: the same findings."""
    example = read_example(name)
    params = {key: value for key, value in example.check.items() if key != name}
    target = example.check[name]
    use = CheckUse(
        check=name,
        target=tuple(target) if isinstance(target, list) else target,
        params=params,
    )
    code = Code(id="example", prompt="Do it.", solution=example.solution, checks=(use,))
    around = lesson(code, setup=example.setup)
    right = await judging.judge(around, code, example.passes)
    assert right.status == "pass", right
    wrong = await judging.judge(around, code, example.fails)
    assert (wrong.status, wrong.findings[0].code) == ("fail", example.code), wrong
