from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from tutor.authoring.verify.report import LessonReport, Report
from tutor.engine.protocol import Observe, Run
from tutor.engine.wire import OnOutput, Worker
from tutor.errors import WorkerLostError

if TYPE_CHECKING:
    from tests.authoring.verify.conftest import Verify

pytestmark = pytest.mark.asyncio(loop_scope="session")

PREDICT = """
- id: guess
  kind: predict
  prompt: What is `x`?
  code: |
    x = torch.ones(3).sum().item()
  ask: value
  of: x
  accepts: ["3.0"]
  mistakes:
    - id: one
      answer: "1.0"
      says: They are added up.
    - id: list
      answer: "[1.0, 1.0, 1.0]"
      says: It is one number.
"""

CHOICE = """
- id: pick
  kind: choice
  prompt: Which one?
  options:
    - {text: "a", says: "No."}
    - {text: "b", correct: true}
    - {text: "c", correct: true}
  code: |
    print(torch.rand(2).shape)
"""


@pytest.mark.parametrize("exercise", [PREDICT, CHOICE])
async def test_good_ones(verified: Verify, exercise: str) -> None:
    """One truth and right answers that pass: nothing is wrong."""
    report = await verified(exercise)
    assert report.faults == ()
    assert report.answers > 2
    assert report.strength.percent is None


@pytest.mark.parametrize(
    ("exercise", "old", "new", "code", "about"),
    [
        pytest.param(PREDICT, "torch.ones(3)", "torch.ones(oops)", "no-truth", "code", id="raises"),
        pytest.param(
            PREDICT, "torch.ones(3).sum().item()", "__import__('time').perf_counter_ns()",
            "truth-differs", "code", id="differs",
        ),
        pytest.param(
            PREDICT, '"3.0"', '"4.0"', "alternative-fails", "accepts, item 1", id="accepts"
        ),
        pytest.param(PREDICT, '"1.0"', '"3.0"', "mistake-passes", "mistake one", id="mistake"),
        pytest.param(
            PREDICT, '"[1.0, 1.0, 1.0]"', '"1."', "mistake-taken-for-another", "mistake list",
            id="taken-for-another",
        ),
        pytest.param(
            CHOICE, "torch.rand(2).shape", "__import__('time').perf_counter_ns()",
            "evidence-differs", "code", id="evidence",
        ),
    ],
)  # fmt: skip
async def test_a_fault_is_named(  # noqa: PLR0917 - one column each
    verified: Verify, exercise: str, old: str, new: str, code: str, about: str
) -> None:
    """One thing broken: its fault alone is found, with its place and what to do."""
    report = await verified(exercise.replace(old, new))
    (fault,) = report.faults
    assert (fault.code, fault.about) == (code, about)
    assert fault.message
    assert fault.advice


@pytest.mark.parametrize(
    ("exercise", "request_type"), [(PREDICT, Observe), (CHOICE, Run)], ids=["predict", "choice"]
)
async def test_a_worker_that_is_lost_is_the_tutors_fault(
    verified: Verify,
    monkeypatch: pytest.MonkeyPatch,
    exercise: str,
    request_type: type[msgspec.Struct],
) -> None:
    """It is said to be, and the lesson is not blamed: such a run ends with 3."""
    request = Worker.request

    async def lost(
        worker: Worker, message: msgspec.Struct, on_output: OnOutput | None = None
    ) -> object:
        if isinstance(message, request_type):
            await worker.close()
            raise WorkerLostError("The worker went away.")
        return await request(worker, message, on_output)

    monkeypatch.setattr(Worker, "request", lost)
    report = await verified(exercise)
    (fault,) = report.faults
    assert (fault.code, fault.about) == ("tutor-fault", "judging")
    assert "The worker went away." in fault.message
    lesson = LessonReport(path=Path("made.yaml"), id="made", exercises=(report,))
    assert Report(lessons=(lesson,), seed=0, times=1).exit_code() == 3


async def test_code_that_ends_its_process_is_the_lessons_fault(verified: Verify) -> None:
    """The worker lives to tell it, so nobody else is to blame."""
    report = await verified(
        PREDICT.replace("torch.ones(3)", "__import__('os')._exit(3) or torch.ones(3)")
    )
    (fault,) = report.faults
    assert (fault.code, fault.about) == ("no-truth", "code")
