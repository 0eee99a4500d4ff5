# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch

from checks.chance import fingerprints, freshly_seeded, seed_all
from tests.checks.function_answers import judged

MATRIX: dict[str, Any] = {
    "inputs": {"x": "torch.rand(n, m)"},
    "sizes": {"n": [1, 6], "m": [1, 6]},
}
NOISE = "def f(x): return x + torch.rand_like(x)"
OPEN = "leaves open how to draw"


@pytest.mark.parametrize("answer", ["def f(x): return torch.rand(x.shape) + x", NOISE])
def test_the_same_draws_pass(answer: str) -> None:
    """Both worlds draw under the same seed."""
    assert judged(answer, NOISE, **MATRIX).status == "pass"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("def f(x): return x + torch.randn_like(x)", ["`rand_like (", "your answer `randn_like (", OPEN]),
        ("def f(x):\n    torch.rand(1)\n    return x + torch.rand_like(x)", ["`rand (1,)`, then `rand_like (", OPEN]),
        ("def f(x): return x + torch.rand(x.T.shape).T", ["in another order", OPEN]),
        ("def f(x): return x + torch.from_numpy(np.random.rand(*x.shape)).float()", ["NumPy's generator", OPEN]),
        ("def f(x): return x + torch.tensor([[random.random() for _ in r] for r in x])", ["Python's `random`", OPEN]),
        ("def f(x): return x + 0.5", ["`f(x)` draws no random numbers, and the solution does", OPEN]),
        ("def f(x):\n    torch.manual_seed(0)\n    return x + torch.rand_like(x)", ["line 2 seeds", "`manual_seed`"]),
        ("g = torch.Generator()\ndef f(x): return x + torch.rand(x.shape, generator=g.manual_seed(1))", ["line 1 makes a generator"]),
        ("def f(x):\n    g = torch.Generator()\n    return x + torch.rand(x.shape, generator=g)", ["line 2 makes a generator"]),
    ],
)  # fmt: skip
def test_other_random_numbers_are_no_wrong_values(answer: str, words: list[str]) -> None:
    """The finding says what was drawn, and that the answer may be right all the same."""
    finding = judged(answer, NOISE, **MATRIX)
    assert (finding.status, finding.code) == ("fail", "other-random-numbers"), finding.message
    for word in words:
        assert word in finding.message


def test_who_is_asked_to_seed_is_not_told_to_leave_it() -> None:
    """Where the solution seeds, only the number or the place can be wrong."""
    seeded = "def f(x):\n    torch.manual_seed({})\n    return x + torch.rand_like(x)"
    finding = judged(seeded.format(0), seeded.format(7), **MATRIX)
    assert finding.code == "other-random-numbers", finding.message
    assert "line 2 seeds" in finding.message
    assert "that the task asks for?" in finding.message
    assert "Leave that" in judged(seeded.format(0), NOISE, **MATRIX).message


def test_the_order_of_draws_is_seen_where_the_amount_is_the_same() -> None:
    """Two draws swapped leave the generator in the same state."""
    solution = "def f(x):\n    a = torch.rand(x.shape[0], 1)\n    b = torch.rand(x.shape[1])\n    return x * a + b"
    answer = "def f(x):\n    b = torch.rand(x.shape[1])\n    a = torch.rand(x.shape[0], 1)\n    return x * a + b"
    finding = judged(answer, solution, **MATRIX)
    assert finding.code == "other-random-numbers", finding.message
    assert "your answer in another order" in finding.message


def test_the_order_in_which_a_class_makes_its_layers() -> None:
    """What the target's own expression draws counts as drawn, too."""
    solution = (
        "class Net(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
        "        self.a = nn.Linear(n, 3)\n        self.b = nn.Linear(3, 2)\n"
        "    def forward(self, x): return self.b(self.a(x).relu())"
    )
    a, b = "        self.a = nn.Linear(n, 3)\n", "        self.b = nn.Linear(3, 2)\n"
    answer = solution.replace(a + b, b + a)
    inputs: dict[str, Any] = {"inputs": {"x": "torch.rand(4, n)"}, "sizes": {"n": [1, 5]}}
    finding = judged(answer, solution, "Net(n)", **inputs)
    assert finding.code == "other-random-numbers", finding.message
    wrong = solution.replace(".relu()", ".sigmoid()")
    assert judged(wrong, solution, "Net(n)", **inputs).code == "wrong-values"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(x): return 2 * (x + torch.rand_like(x))", "scaled"),
        ("def f(x): return x - torch.rand_like(x)", "wrong-values"),
        ("def f(x): return (x + torch.rand_like(x)).sum(0)", "missing-dimension"),
        ("def f(x): return torch.rand(len(x) + 1, x.shape[1])", "wrong-shape"),
    ],
)
def test_a_mistake_with_the_right_draws_keeps_its_own_cause(answer: str, code: str) -> None:
    """Only where the draws differ are they to blame."""
    assert judged(answer, NOISE, **MATRIX).code == code


def test_draws_that_nobody_needs_are_mentioned() -> None:
    """An answer that adds noise where the solution has none."""
    finding = judged(
        "def f(x): return x.sum() + torch.rand(())", "def f(x): return x.sum()", **MATRIX
    )
    assert finding.code == "wrong-values"
    assert "the solution needs none" in finding.message


@pytest.mark.parametrize("seed", [0, 5, 2**31, 2**40 + 3])
def test_fresh_generators_are_told_from_used_ones(seed: int) -> None:
    """The judge knows each generator's state after a seed without touching its own."""
    seed_all(seed)
    fresh = fingerprints()
    assert freshly_seeded(seed) == fresh == fingerprints()
    for name, draw in (
        ("torch", lambda: torch.rand(1)),
        ("random", random.random),
        ("numpy", np.random.rand),
    ):
        draw()
        changed = fingerprints()
        assert changed[name] != fresh[name]
        assert sum(changed[n] != fresh[n] for n in fresh) == 1
        seed_all(seed)
