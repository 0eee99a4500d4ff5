# ruff: noqa: E501  # answers read best as they are
"""The check `function` from a lesson file, in real worlds and with a real judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.load import load_lesson
from tutor.course.model import Code, Lesson
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

LESSON = load_lesson(Path(__file__).with_name("functions.yaml"))
assert isinstance(LESSON.lesson, Lesson), LESSON.problems
EXERCISES = {e.id: e for e in LESSON.lesson.exercises if isinstance(e, Code)}


async def judged(judging: Judging, exercise: str, answer: str) -> Verdict:
    """The verdict on an answer to one of the lesson's exercises."""
    assert LESSON.lesson is not None
    return await judging.judge(LESSON.lesson, EXERCISES[exercise], answer)


@pytest.mark.parametrize("exercise", EXERCISES)
async def test_solutions_pass(judging: Judging, exercise: str) -> None:
    """Each solution passes its own checks, in another world under other hidden draws."""
    verdict = await judged(judging, exercise, EXERCISES[exercise].solution)
    assert verdict.status == "pass", verdict.findings


@pytest.mark.parametrize(
    ("exercise", "mistake"),
    [(e.id, m.id) for e in EXERCISES.values() for m in e.mistakes],
)
async def test_mistakes_are_recognised(judging: Judging, exercise: str, mistake: str) -> None:
    """Each listed mistake fails and is told from the others."""
    answer = next(m.answer for m in EXERCISES[exercise].mistakes if m.id == mistake)
    verdict = await judged(judging, exercise, answer)
    assert verdict.status == "fail"
    assert verdict.mistake is not None, verdict.findings
    assert verdict.mistake.id == mistake


@pytest.mark.parametrize(
    ("exercise", "answer", "code"),
    [
        ("rows", "def normalise(x):\n    return (x.T / x.sum(1)).T", ""),
        ("rows", "def normalise(x):\n    return x / x.sum(1)", "broadcast"),
        ("rows", "def normalise(x):\n    return (x / x.sum(1, True)).squeeze()", "missing-dimension"),
        ("rows", "def normalise(x, total=[]):\n    total.append(x)\n    return x / x.sum(1, True) * len(total)", "keeps-state"),
        ("rows", "def normalise():\n    pass", "wrong-parameters"),
        ("network", "class MLP(nn.Sequential):\n    def __init__(self, a, b, c):\n        super().__init__(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c))", ""),
        ("network", "class MLP(nn.Module):\n    def __init__(self, a, b, c):\n        super().__init__()\n        self.out = nn.Linear(b, c)\n        self.hidden = nn.Linear(a, b)\n    def forward(self, x):\n        return self.out(self.hidden(x).relu())", "other-random-numbers"),
        ("noise", "def noisy(x):\n    return x + torch.randn_like(x)", "other-random-numbers"),
        ("noise", "def noisy(x):\n    return x + torch.rand(x.shape)", ""),
        ("reduce", "def total(x, dim):\n    return x.sum(dim)", "not-raised"),
        ("reduce", "def total(x, dim):\n    if x.dim() < 2: raise ValueError\n    return x.sum(1)", "wrong-values"),
        ("save-and-load", "import pickle\ndef save(m, p):\n    pickle.dump(m.state_dict(), open(p, 'wb'))\ndef load(m, p):\n    m.load_state_dict(pickle.load(open(p, 'rb')))", ""),
        ("literal", "torch.manual_seed(0)\nx = torch.rand(3)", "other-random-numbers"),
        ("literal", "x = torch.tensor([0.4963, 0.7682, 0.0885])", "other-random-numbers"),
    ],
)  # fmt: skip
async def test_findings(judging: Judging, exercise: str, answer: str, code: str) -> None:
    """Right answers pass and wrong ones are named, edges and hidden draws included."""
    verdict = await judged(judging, exercise, answer)
    codes = {finding.code for finding in verdict.findings if finding.status == "fail"}
    assert codes == ({code} if code else set()), verdict.findings


PATCHES = [
    "import random, numpy\nrandom.getstate = numpy.random.get_state = torch.get_rng_state = None\n",
    "torch.nn.Module.named_parameters = torch.Tensor.size = torch.Tensor.numel = None\n",
    "import sys\nsys.settrace = sys._getframe = None\n",
    "import checks.facts, checks.calling\nchecks.facts.Work = checks.calling.counted = None\n",
    "import time, builtins\ntime.monotonic = builtins.print = None\n",
]


@pytest.mark.parametrize("patch", PATCHES)
async def test_patched_libraries_pass_nothing(judging: Judging, patch: str) -> None:
    """A wrong answer that breaks what observing may rely on does not pass."""
    wrong = "def normalise(x):\n    return x * 1\n"
    assert (await judged(judging, "rows", patch + wrong)).status != "pass"
