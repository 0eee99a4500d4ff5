"""Modules that the tests of the module checks vary."""

from __future__ import annotations

import random
from typing import Any

from checks import Check, Finding, build, examine
from checks.data import Observed
from checks.trial_run import make_world, observe_answer

SETUP = """import copy
import torch
import torch.nn.functional as F
from torch import nn
"""

MLP = """class MLP(nn.Module):
    def __init__(self, n, h, k):
        super().__init__()
        self.fc1 = nn.Linear(n, h)
        self.fc2 = nn.Linear(h, k)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))
"""


def judge(
    check: str, target: Any, answer: str, solution: str, params: dict[str, Any] | None = None
) -> Finding:
    """The finding for an answer, as the tutor comes to it."""
    built = build(check, target, params or {})
    return examine(built, answer=answer, solution=solution, setup=SETUP)


def added(code: str, line: str) -> str:
    """`code` with a line at the end of its first ``__init__``."""
    head, _, tail = code.partition("\n\n    def forward")
    return f"{head}\n        {line}\n\n    def forward{tail}"


def seen(check: Check, *answers_and_solution: str) -> tuple[tuple[Observed, ...], ...]:
    """What the check observes of several answers, in the trials that the last one prepares."""
    *answers, solution = answers_and_solution
    drawn = check.draw(random.Random(0))  # noqa: S311  # reproducible on purpose
    world, _ = make_world(SETUP, solution, drawn)
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    return tuple(observe_answer(check, trials, answer=a, setup=SETUP) for a in answers)
