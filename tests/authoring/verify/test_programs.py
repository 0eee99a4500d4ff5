from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tutor.authoring.verify.report import LessonReport, Report
from tutor.authoring.verify.text import as_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.authoring.verify.conftest import Verify

pytestmark = pytest.mark.asyncio(loop_scope="session")

ORDER = """
- id: step
  kind: order
  prompt: One step down.
  solution: |
    w = torch.ones(2, requires_grad=True)
    loss = (w ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
  extra: ["    w += 0.1 * w.grad"]
  checks:
    - values: w
  mistakes:
    - id: early
      answer: |
        w = torch.ones(2, requires_grad=True)
        loss.backward()
        loss = (w ** 2).sum()
        with torch.no_grad():
            w -= 0.1 * w.grad
      says: There is no loss yet.
"""

FREE = """
- id: two
  kind: order
  prompt: Two numbers.
  solution: |
    a = torch.ones(2)
    b = torch.ones(3)
    c = a.sum() + b.sum()
  checks:
    - values: c
"""

EXPLORE = """
- id: make
  kind: explore
  prompt: Make t.
  goal:
    - values: t
  solution: |
    t = torch.ones(3)
"""


@pytest.mark.parametrize("exercise", [ORDER, EXPLORE, "- {id: a, kind: explore, prompt: Look.}"])
async def test_good_ones(verified: Verify, exercise: str) -> None:
    """The solution passes, the shuffled lines and an empty session do not."""
    report = await verified(exercise, mutants=True)
    assert report.faults == ()
    assert report.survivors == ()
    assert report.strength.percent in {100, None}


async def test_what_learners_could_arrange_is_tried(verified: Verify) -> None:
    """Neighbours that change places, a line set aside, an extra line: as far as it is Python."""
    report = await verified(ORDER, mutants=True, times=1)
    assert report.tried == 2 + 3 + 1
    assert report.answers == 3 + report.tried


async def test_another_order_that_passes_is_reported(verified: Verify, tmp_path: Path) -> None:
    """With what to do: it is listed under `accepts`, and then it is no news any more."""
    report = await verified(FREE, mutants=True)
    assert [one.id for one in report.survivors] == ["a = torch.ones(2) ↔ b = torch.ones(3)"]
    words = as_text(Report(lessons=(LessonReport(path=tmp_path, id="x", exercises=(report,)),)))
    assert "list it under `accepts`" in " ".join(words.split())
    assert "equivalent" not in words
    other = "  accepts:\n    - |\n      b = torch.ones(3)\n      a = torch.ones(2)\n"
    accepted = await verified(FREE + other + "      c = a.sum() + b.sum()\n", mutants=True)
    assert (accepted.faults, accepted.survivors) == ((), ())


@pytest.mark.parametrize(
    ("exercise", "old", "new", "code", "about"),
    [
        pytest.param(
            FREE, "a.sum() + b.sum()", "torch.ones(1)", "shuffled-passes", "the shuffled lines",
            id="shuffled",
        ),
        pytest.param(EXPLORE, "- values: t", "- avoids: for", "goal-reached", "an empty session",
                     id="empty"),
        pytest.param(EXPLORE, "- values: t", "- uses: zeros", "solution-fails", "solution",
                     id="solution"),
        pytest.param(
            ORDER, "loss.backward()\n    with", "oops()\n    with", "lesson-error", "solution",
            id="raises",
        ),
    ],
)  # fmt: skip
async def test_a_fault_is_named(  # noqa: PLR0917 - one column each
    verified: Verify, exercise: str, old: str, new: str, code: str, about: str
) -> None:
    """One thing broken: its fault is found, with its place and what to do."""
    report = await verified(exercise.replace(old, new))
    assert (report.faults[0].code, report.faults[0].about) == (code, about)
    assert report.faults[0].advice
