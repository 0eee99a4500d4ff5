# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, Schedule, examine
from checks.data import Bytes, Nothing, Observed
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import math, torch\nfrom torch import nn\nfrom torch.optim.lr_scheduler import *\n"
MAKE = "def make(o): return StepLR(o, 3, 0.5)"


def _make(answer: str, solution: str = MAKE, **params: Any) -> Finding:
    check = Schedule(**{"target": "make(optimizer)", **params})
    return examine(check, answer=answer, solution=solution, setup=SETUP)


OWN = """class Halving:
    def __init__(self, optimizer):
        self.optimizer, self.t, self.base = optimizer, 0, optimizer.param_groups[0]["lr"]
    def step(self):
        self.t += 1
        self.optimizer.param_groups[0]["lr"] = self.base * 0.5 ** (self.t // 3)
make = Halving
"""


@pytest.mark.parametrize(
    "answer",
    [
        MAKE,
        "def make(o): return LambdaLR(o, lambda s: 0.5 ** (s // 3))",
        "make = lambda o: MultiStepLR(o, [3, 6, 9, 12], 0.5)",
        OWN,
    ],
)
def test_the_rates_count_not_the_scheduler(answer: str) -> None:
    """Another class, a function of the step, a scheduler of one's own."""
    finding = _make(answer)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (
            "def make(o): return LambdaLR(o, lambda s: 0.1 * 0.5 ** (s // 3))",
            "wrong-learning-rate",
            ["multiplied in twice", "a factor"],
        ),
        (
            "def make(o): return LambdaLR(o, lambda s: 0.5 ** ((s + 1) // 3))",
            "off-by-one",
            ["step 2", "too early"],
        ),
        (
            "def make(o): return LambdaLR(o, lambda s: 0.5 ** (max(s - 1, 0) // 3))",
            "off-by-one",
            ["too late"],
        ),
        ("def make(o): StepLR(o, 3, 0.5)", "wrong-type", ["None", "`return`"]),
        ("def make(o): return StepLR", "wrong-type", ["a class", "a scheduler"]),
        (
            "def make(o): return StepLR(torch.optim.SGD([torch.ones(1)], 0.1), 3, 0.5)",
            "wrong-learning-rate",
            ["2.7027 times"],
        ),
        ("def make(o): return StepLR(o, 3, 0.1)", "wrong-schedule", ["At step 3", "0.01", "0.05"]),
        ("def make(o): return ExponentialLR(o, 0.5)", "wrong-pace", ["3 times too fast"]),
        ("def make(o): return StepLR(o, 6, 0.5)", "wrong-pace", ["2 times too slowly"]),
        ("def make(o): return ConstantLR(o, 1.0)", "constant-rate", ["never changes"]),
        ("def make(o): return 0.1", "wrong-type", ["a Python float"]),
        ("def made(o): pass", "not-defined", ["`made`"]),
        ("def make(o): return 1 / 0", "raised", ["ZeroDivisionError"]),
    ],
)
def test_a_wrong_scheduler_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _make(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


WARMUP = "def lr_at(step): return min(1, (step + 1) / 5) * 0.1"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("lr_at = lambda t: 0.02 * (t + 1) if t < 4 else 0.1", "", []),
        ("def lr_at(step): return torch.tensor(min(1, (step + 1) / 5) * 0.1)", "", []),
        (
            WARMUP.replace("step + 1", "step"),
            "off-by-one",
            ["`lr_at` is 0.0, where 0.02", "count begin"],
        ),
        (WARMUP.replace(" * 0.1", ""), "wrong-learning-rate", ["10 times"]),
        ("def lr_at(step): return [0.1]", "wrong-type", ["one number"]),
        ("def lr_at(step): return 0.1", "constant-rate", ["step's number"]),
        ("def lr_at(step): return (step + 1) * 0.02", "wrong-schedule", ["At step 5"]),
        ("lr_at = 0.1", "wrong-type", ["a function of the step's number"]),
    ],
)
def test_a_schedule_may_be_a_function_of_the_step(answer: str, code: str, words: list[str]) -> None:
    """It is called with 0, 1, 2 and so on."""
    finding = _make(answer, WARMUP, target="lr_at")
    assert finding.code == code, finding.message
    assert finding.status == ("fail" if code else "pass")
    for word in words:
        assert word in finding.message


TRAIN = """def train(model, opt, sched, data):
    for epoch in range(4):
        for x in data:
            opt.zero_grad()
            model(x).sum().backward()
            opt.step()
        sched.step()
"""
BATCHES = TRAIN.replace("        sched.step", "            sched.step")
GIVEN = """model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = ExponentialLR(optimizer, 0.5)
data = [torch.ones(2, 3)] * 3
"""


@pytest.mark.parametrize(
    ("answer", "solution", "code", "words"),
    [
        (TRAIN.replace("opt.zero_grad()", "model.zero_grad()"), TRAIN, "", []),
        (BATCHES, TRAIN, "wrong-pace", ["3 times too fast", "once an epoch"]),
        (TRAIN, BATCHES, "wrong-pace", ["3 times too slowly", "after every batch"]),
        (
            TRAIN.replace("        sched.step()\n", ""),
            TRAIN,
            "constant-rate",
            ["this very optimizer"],
        ),
        (
            BATCHES.replace("sched.step()", "pass").replace("opt.zero", "sched.step(); opt.zero"),
            BATCHES,
            "off-by-one",
            ["belongs after `optimizer.step()`"],
        ),
        (TRAIN.replace("opt.step()", "pass"), TRAIN, "no-step", ["never calls"]),
        (TRAIN.replace("range(4)", "range(3)"), TRAIN, "wrong-length", ["9 steps", "12"]),
        ("def train(*a): return a[2]", TRAIN, "no-step", []),
    ],
)
def test_the_rates_of_a_run_are_those_of_its_steps(
    answer: str, solution: str, code: str, words: list[str]
) -> None:
    """Where scheduler.step() stands shows in the rate of each optimizer step."""
    finding = _make(
        answer, solution, target="train(model, optimizer, scheduler, data)", given=GIVEN
    )
    assert finding.code == code, finding.message
    assert finding.status == ("fail" if code else "pass")
    for word in words:
        assert word in finding.message


def test_a_plateau_needs_its_metric() -> None:
    """The exception is turned into what is missing; the check itself tells it its metrics."""
    given = GIVEN.replace(
        "ExponentialLR(optimizer, 0.5)", "ReduceLROnPlateau(optimizer, patience=1)"
    )
    right = TRAIN.replace("sched.step()", "sched.step(1.0)")
    finding = _make(TRAIN, right, target="train(model, optimizer, scheduler, data)", given=given)
    assert finding.code == "missing-metric"
    assert "line 7" in finding.message
    two, three = (f"def make(o): return ReduceLROnPlateau(o, patience={n})" for n in (2, 3))
    assert _make(two, two).status == "pass"
    assert _make(two, three).code == "wrong-schedule"
    improving = tuple(1 / (n + 1) for n in range(12))
    assert _make(two, three, metrics=improving).status == "pass"


def test_every_group_is_compared() -> None:
    """The second group's rate is wrong, the first one's right."""
    given = "optimizer = torch.optim.SGD([{'params': [torch.ones(1)]}, {'params': [torch.ones(1)], 'lr': 0.01}], 0.1)"
    solution = "def make(o): return LambdaLR(o, [lambda s: 0.5 ** s, lambda s: 0.9 ** s])"
    finding = _make(solution.replace("0.9", "0.8"), solution, given=given)
    assert finding.code == "wrong-schedule"
    assert "of group 1" in finding.message
    assert _make(solution, solution, given=given).status == "pass"


@pytest.mark.parametrize(
    "solution", ["", "def make(o): return 3", "make = 3", "def make(o): 1 / 0"]
)
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _make(MAKE, solution).status == "error"


@pytest.mark.parametrize(
    "answer",
    [
        "class S:\n    def step(self): raise SystemExit\ndef make(o): return S()",
        "class S:\n    def __getattr__(self, n): raise KeyboardInterrupt\ndef make(o): return S()",
        "class S:\n    optimizer = None\n    def step(self): pass\ndef make(o): return S()",
        "def make(o):\n    o.param_groups = [{'lr': 'x'}]\n    return StepLR(o, 3)",
    ],
)
def test_hostile_schedulers_are_contained(answer: str) -> None:
    """They fail, whatever they raise, and no hook of theirs is left behind."""
    assert _make(answer).status == "fail"
    assert _make(MAKE).status == "pass"


def test_forged_observations_are_no_pass() -> None:
    """What is missing or damaged makes the answer wrong."""
    check = Schedule(target="make(optimizer)")
    _, right = look(check, [], MAKE, SETUP)
    for forged in (
        Observed(),
        Observed(value=Nothing(), after={FACTS: Bytes(b"x")}),
        Observed(
            value=Nothing(),
            after={FACTS: Bytes(b"\x83\xa4kind\xa9scheduler\xa5rates\x90\xa9scheduler\xa0")},
        ),
    ):
        assert check.compare((forged,) * 2, right, source="").status == "fail"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        "def make(o): return ExponentialLR(o, 0.5)",
        "def make(o): return StepLR(o, 3, 0.1)",
        "def make(o): StepLR(o, 3, 0.1)",
        "def make(o): raise ValueError",
    ]
    check = Schedule(target="make(optimizer)")
    assert told_apart(check, texts, MAKE, SETUP) == [[i] for i in range(4)]
