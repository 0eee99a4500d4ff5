"""Answers that still have a blank."""

from __future__ import annotations

import pytest

from tests.judging.test_judge import NORMALISE, judge
from tutor.judging.blanks import first_blank
from tutor.judging.judge import Judging


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("x = 1\ny = ____\n", 2),
        ("def f(x):\n    return x.____(1)", 2),
        ("# ____\ny = '____'\nx_____ = _____", None),
        ("y = ____\nz = (", 1),
        ("z = '", None),
        ("", None),
    ],
)
def test_a_blank_is_a_name(answer: str, line: int | None) -> None:
    """Not what stands in comments, strings and longer names; broken code is read, too."""
    assert first_blank(answer) == line


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "answer",
    [
        "def normalise(x):\n    return ____",
        "def normalise(x):\n    return torch.____(x)",
        "def normalise(x):\n    return x / x.sum(dim=1).____",
        "# so\ntotal = torch.____",
        "# so\ntotal = ____ ____",
    ],
)
async def test_a_blank_is_what_one_reads_of(judging: Judging, answer: str) -> None:
    """Wherever it stands and whatever it leads to: its line, once."""
    verdict = await judge(judging, answer)
    assert (verdict.status, verdict.findings[0].code) == ("fail", "blank")
    assert verdict.message == "There is still a blank (____) to fill in at line 2."
    assert len(verdict.findings) == 1 + len(NORMALISE.checks)


@pytest.mark.asyncio(loop_scope="session")
async def test_what_passes_has_no_blank(judging: Judging) -> None:
    """Who likes such names may have them."""
    answer = "def normalise(____):\n    return ____ / ____.sum(dim=1, keepdim=True)"
    assert (await judge(judging, answer)).status == "pass"
