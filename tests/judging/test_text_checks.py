"""Checks that need to know how the answer's own run went, in real worlds."""

from __future__ import annotations

import pytest

from tests.judging.test_judge import judge
from tutor.course.model import CheckUse, Code
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _exercise(check: str, target: str, solution: str, **params: object) -> Code:
    use = CheckUse(check=check, target=target, params=params)
    # A second check: the first one is then observed in a throw-away fork.
    other = CheckUse(check="lines", target="answer", params={"at_most": 9})
    return Code(id="text", prompt="Do it.", solution=solution, checks=(use, other))


async def _judge(judging: Judging, exercise: Code, answer: str) -> Verdict:
    return await judge(judging, answer, exercise)


async def test_what_the_answer_printed_is_known_afterwards(judging: Judging) -> None:
    """Right output passes, other output is explained, and the learner sees it as ever."""
    exercise = _exercise("prints", "answer", "for i in range(3):\n    print(i)")
    assert (await _judge(judging, exercise, "print(0)\nprint(1)\nprint(2)")).status == "pass"
    verdict = await _judge(judging, exercise, "print(0)\nprint(2)")
    assert verdict.findings[0].code == "wrong-output"
    assert verdict.output == "0\n2\n"


async def test_a_value_that_is_only_shown_is_not_printed(judging: Judging) -> None:
    """The last line's value is displayed as in a REPL; `print` is asked for."""
    exercise = _exercise("prints", "answer", "print(3)")
    verdict = await _judge(judging, exercise, "x = 3\nx")
    assert verdict.findings[0].code == "printed-nothing"
    assert "only shows the value of its last line" in verdict.message
    assert verdict.output == "3\n"
    assert (await _judge(judging, exercise, "x = 3\nprint(x)\nx")).status == "pass"


async def test_warnings_of_the_answers_own_run_are_known(judging: Judging) -> None:
    """With their line; they are shown to the learner, too."""
    exercise = _exercise("no_warning", "answer", "y = torch.rand(3).softmax(0)")
    answer = "x = 1\nfor i in range(3):\n    y = torch.nn.functional.softmax(torch.rand(3))"
    verdict = await _judge(judging, exercise, answer)
    assert (verdict.findings[0].code, verdict.findings[0].line) == ("warned", 3)
    assert verdict.output.count("Implicit dimension") == 1
    assert (await _judge(judging, exercise, "y = torch.ones(3)")).status == "pass"


async def test_an_answer_may_do_to_its_streams_what_it_likes(judging: Judging) -> None:
    """It ends in a verdict on the answer, never in a fault of the tutor."""
    exercise = _exercise("prints", "answer", "print(3)")
    for answer in (
        "import sys\nsys.stdout = None",
        "import sys\nsys.stdout.close()",
        "import sys\ndel sys.stdout\ndel sys.displayhook",
        "import warnings\nwarnings.showwarning = None\nwarnings.filters = None",
        "import sys\nsys.stdout._parts = None",
        "import sys\nsys.stdout.write = None",
    ):
        verdict = await _judge(judging, exercise, answer)
        assert verdict.status == "fail", (answer, verdict)


async def test_a_call_is_listened_to_in_its_world(judging: Judging) -> None:
    """Exceptions and output of a call."""
    solution = "def f(n):\n    if n < 0:\n        raise ValueError('negative')\n    print(n)"
    exercise = Code(
        id="text",
        prompt="Do it.",
        solution=solution,
        checks=(
            CheckUse(check="raises", target="f(-1)"),
            CheckUse(check="prints", target="f(1)"),
            CheckUse(check="no_warning", target="f(2)"),
        ),
    )
    assert (await _judge(judging, exercise, solution)).status == "pass"
    verdict = await _judge(judging, exercise, "def f(n):\n    print(n)")
    assert [finding.status for finding in verdict.findings] == ["fail", "pass", "pass"]
    assert verdict.findings[0].code == "not-raised"
