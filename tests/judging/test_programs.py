"""Orders and explorations, judged by real worlds and a real judge."""

from __future__ import annotations

import pytest

from tests.judging.test_judge import lesson
from tutor.course.model import CheckUse, Exercise, Explore, Mistake, Order
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

A, B, C, D = "a = torch.ones(2)\n", "b = torch.zeros(2)\n", "c = a + b\n", "c.mul_(3)\n"
BACKWARDS = "c = a - b\n"
ORDER = Order(
    id="add",
    prompt="Put them in order.",
    solution=A + B + C + D,
    checks=(CheckUse(check="values", target="c"),),
    extra=(BACKWARDS,),
    mistakes=(Mistake(id="once", answer=A + C + B, says="Both have to be there first."),),
    points=2,
)
EXPLORE = Explore(
    id="make",
    prompt="Make `t`.",
    goal=(CheckUse(check="values", target="t"),),
    solution="t = torch.ones(3)",
)


async def judge(judging: Judging, answer: str, exercise: Exercise) -> Verdict:
    """The verdict on an answer to an exercise that stands alone."""
    return await judging.judge(lesson(exercise), exercise, answer)


@pytest.mark.parametrize("answer", [A + B + C + D, B + A + C + D, f"# so\n\n{A}\n{B}{C}{D}"])
async def test_every_order_that_works_passes(judging: Judging, answer: str) -> None:
    """The solution's, and another one that nobody listed."""
    verdict = await judge(judging, answer, ORDER)
    assert (verdict.status, verdict.score) == ("pass", 2.0)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (A + B + D + C, "not-defined"),
        (A + B + C, "wrong-values"),
        (A + B + C + D + "c = 1\n", "other-lines"),
        ("", "other-lines"),
    ],
)
async def test_a_wrong_order_fails_by_its_cause(judging: Judging, answer: str, code: str) -> None:
    """As code does; what is not made of the exercise's lines does not even run."""
    verdict = await judge(judging, answer, ORDER)
    found = verdict.findings[0].code
    assert verdict.status == "fail"
    assert found == code or (code == "not-defined" and found == "raised")
    assert bool(verdict.output) is False


async def test_a_wrong_order_is_recognised(judging: Judging) -> None:
    """Its explanation is read, whatever stands after the line at which it stops."""
    verdict = await judge(judging, A + C + B + D, ORDER)
    assert verdict.mistake is not None
    assert verdict.mistake.id == "once"


async def test_a_foreign_line_is_named_with_its_place(judging: Judging) -> None:
    """So that whoever wrote the file by hand finds it."""
    verdict = await judge(judging, f"{A}\nb = 1\n", ORDER)
    assert verdict.message.startswith("Line 3: 'b = 1' is not one of this exercise's lines")
    assert verdict.findings[0].line == 3


async def test_cells_reach_a_goal(judging: Judging) -> None:
    """Whatever ran before does not matter; what is missing is told."""
    assert (await judge(judging, "t = 1\n# %%\nt = torch.ones(3)", EXPLORE)).status == "pass"
    missing = await judge(judging, "x = torch.ones(3)", EXPLORE)
    assert missing.status == "fail"
    assert "`t`" in missing.message
    assert (await judge(judging, "", EXPLORE)).status == "fail"


async def test_a_forged_goal_is_not_reached(judging: Judging) -> None:
    """The cells run in a fresh world and are looked at there: nobody's word counts."""
    forged = "class Any:\n    def __eq__(self, other): return True\nt = Any()"
    assert (await judge(judging, forged, EXPLORE)).status == "fail"


async def test_without_a_goal_something_has_to_run(judging: Judging) -> None:
    """Anything, but not nothing."""
    free = Explore(id="free", prompt="Look around.")
    assert (await judge(judging, "1 / 0", free)).status == "pass"
    nothing = await judge(judging, " \n", free)
    assert (nothing.status, nothing.findings[0].code) == ("fail", "nothing-run")
