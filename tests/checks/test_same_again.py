# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks.diagnosis.keeping import find_state
from tests.checks.function_answers import judged

MATRIX: dict[str, Any] = {
    "inputs": {"x": "torch.rand(n, m)"},
    "sizes": {"n": [1, 6], "m": [1, 6]},
}
TOTAL = "def f(x): return x.sum()"


@pytest.mark.parametrize(
    ("answer", "line", "words"),
    [
        ("def f(x, seen=[]):\n    seen.append(x.sum())\n    return sum(seen)", 1, ["`seen=[]`", "once"]),
        ("total = 0\ndef f(x):\n    global total\n    total = total + x.sum()\n    return total", 3, ["`total`"]),
        ("sums = {}\ndef f(x):\n    if 1 not in sums:\n        sums[1] = x.sum()\n    return sums[1]", 4, ["earlier call", "`sums`"]),
        ("class A:\n    n = 0\n    def __call__(self, x):\n        self.n += 1\n        return x.sum() * self.n\nf = A()", 4, ["`self.n`"]),
        ("calls = torch.zeros(())\ndef f(x):\n    calls.add_(1)\n    return x.sum() if calls < 3 else calls * 1", 3, ["`calls`"]),
        ("from functools import cache\nnow = [0]\n@cache\ndef total(rows): return now[0].sum()\ndef f(x):\n    now[0] = x\n    return total(len(x))", 3, ["earlier call", "`cache`"]),
    ],
)  # fmt: skip
def test_what_is_kept_between_calls_is_named(answer: str, line: int, words: list[str]) -> None:
    """A mutable default, a global, an attribute, a cache: with the line that keeps it."""
    finding = judged(answer, TOTAL, **MATRIX)
    assert finding.code == "keeps-state", finding.message
    assert finding.line == line
    for word in words:
        assert word in finding.message


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("rng = np.random.default_rng()\ndef f(x): return x.sum() + rng.random()", "`default_rng` on line 1"),
        ("import time\ndef f(x): return x.sum() + time.perf_counter() % 1", "clock"),
        ("dice = random.SystemRandom()\ndef f(x): return x.sum() + dice.random()", "`SystemRandom`"),
        ("import os\ndef f(x): return x.sum() + os.urandom(8)[0] / 7 + os.urandom(8)[1]", "`urandom`"),
    ],
)  # fmt: skip
def test_what_cannot_be_reproduced_is_named(answer: str, word: str) -> None:
    """Numbers from elsewhere than the seeded generators are no wrong values."""
    finding = judged(answer, TOTAL, **MATRIX)
    assert finding.code == "not-reproducible", finding.message
    assert word in finding.message


@pytest.mark.parametrize(
    "answer",
    [
        "cache = {}\ndef f(x):\n    key = x.data_ptr(), tuple(x.flatten().tolist())\n    return cache.setdefault(key, x.sum())",
        "count = 0\ndef f(x):\n    global count\n    count += 1\n    return x.sum()",
        "def f(x, out=torch.zeros(())):\n    return x.sum() + out",
    ],
)
def test_state_that_changes_no_result_is_fine(answer: str) -> None:
    """A cache that is right, or a counter, is nobody's business."""
    assert judged(answer, TOTAL, **MATRIX).status == "pass"


def test_a_wrong_shape_comes_before_kept_state() -> None:
    """The first cause is shown: a first call that is wrong in its form already."""
    answer = "seen = []\ndef f(x):\n    seen.append(x)\n    return torch.ones(len(seen))"
    assert judged(answer, TOTAL, **MATRIX).code == "extra-dimension"


def test_a_solution_that_keeps_state_on_purpose() -> None:
    """Where the solution counts its calls, so may the answer: both worlds go through the same."""
    solution = "n = 0\ndef f():\n    global n\n    n += 1\n    return n"
    answer = "calls = []\ndef f():\n    calls.append(1)\n    return len(calls)"
    assert judged(answer, solution, trials=3).status == "pass"
    assert judged("def f(): return 1", solution, trials=3).status == "fail"


def test_a_constant_is_no_kept_result() -> None:
    """A number that happens to be right once was not carried over from there."""
    half = "def f(x): return torch.tensor(0.5)"
    solution = "def f(x): return (x > 2).float().mean() + (0.5 if len(x) < 2 else 0.25)"
    assert judged(half, solution, **MATRIX).code != "keeps-state"
    finding = judged(
        "def f(x): return torch.tensor(0)", "def f(x): return (x > 0.5).sum()", **MATRIX
    )
    assert finding.code == "wrong-values", finding.message


def test_what_a_class_makes_of_itself_is_no_state() -> None:
    """Assigning attributes in `__init__` keeps nothing from one call to the next."""
    source = "class A:\n    def __init__(self):\n        self.n = 1\n    def f(self, x):\n        y = x\n        y[0] = 1\n        F.relu_(y)"
    assert list(find_state(source)) == []
