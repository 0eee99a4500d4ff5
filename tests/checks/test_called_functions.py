# ruff: noqa: E501, S311  # answers read best as they are; draws repeat on purpose
from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from checks import Finding, Function, examine
from checks.plan import SizeRange
from checks.trial_run import make_world, observe_answer

SETUP = """import torch
import torch.nn.functional as F
from torch import nn
from functools import partial
"""
ROWS = "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)"


def _rows(answer: str, **params: Any) -> Finding:
    check = Function(
        target="normalise",
        inputs={"x": "torch.rand(n, m)"},
        sizes={"n": (1, 6), "m": (1, 6)},
        **params,
    )
    return examine(check, answer=answer, solution=ROWS, setup=SETUP)


_WRONG = [
    ("", "not-defined", ["`normalise`", "no names"]),
    ("def normalize(x): return x", "not-defined", ["`normalize`", "`normalise`"]),
    ("normalise = torch.ones(3)", "not-callable", ["a tensor"]),
    ("def normalise(): return 1", "wrong-parameters", ["`x`", "takes none"]),
    ("def normalise(x):\n    return y", "raised", ["NameError", "line 2"]),
    ("def normalise(x):\n    return x.sums(1)", "raised", ["line 2", "Did you mean: 'sum'?"]),
    ("def normalise(rows):\n    return row / 2", "raised", ["Did you mean: 'rows'?"]),
    ("def normalise(x):\n    raise SystemExit", "raised", ["SystemExit", "end the program"]),
    ("def normalise(x):\n    raise KeyboardInterrupt", "raised", ["KeyboardInterrupt"]),
    ("def normalise(x):\n    return normalise(x)", "raised", ["without end", "line 2"]),
    ("def normalise(x):\n    x / x.sum(1, keepdim=True)", "returned-nothing", ["`return`"]),
    ("def normalise(x):\n    return (x / x.sum(1, keepdim=True)).tolist()", "wrong-type", ["list"]),
    ("def normalise(x):\n    return x / x.sum(dim=1)", "broadcast", ["(6, 6)", "of shape (6, 1)"]),
    (
        "def normalise(x):\n    return (x / x.sum(1, keepdim=True)).squeeze()",
        "missing-dimension",
        ["squeeze"],
    ),
    ("def normalise(x):\n    return (x / x.sum(1, keepdim=True)).T", "transposed", ["0 and 1"]),
    (
        "def normalise(x):\n    return (x / x.sum(1, keepdim=True)).double()",
        "wrong-dtype",
        ["float64"],
    ),
    ("def normalise(x):\n    return x / x.sum(dim=0)", "other-dimension", ["dimension 0"]),
    ("def normalise(x):\n    return x / x.mean(dim=1, keepdim=True)", "sum-not-mean", ["times"]),
    ("def normalise(x):\n    return F.softmax(x, dim=1)", "wrong-values", ["worst"]),
    ("def normalise(x):\n    return 2 * x / x.sum(1, keepdim=True)", "scaled", ["2 times"]),
    ("def normalise(x):\n    return 1 + x / x.sum(1, keepdim=True)", "shifted", ["by 1"]),
    ("def normalise(x):\n    return -x / x.sum(1, keepdim=True)", "sign-flipped", ["opposite"]),
    (
        "def normalise(x):\n    x /= x.sum(1, keepdim=True)\n    return x",
        "input-changed",
        ["`x` itself"],
    ),
]


@pytest.mark.parametrize(("answer", "code", "words"), _WRONG)
def test_a_wrong_function_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, whatever the hidden draws were."""
    finding = _rows(answer)
    assert finding.status == "fail"
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("answer", "code"),
    [(answer, code) for answer, code, _ in _WRONG[10:20]],
)
def test_the_cause_does_not_depend_on_luck(answer: str, code: str, seed: int) -> None:
    """Other hidden draws, the same finding."""
    check = Function(
        target="normalise",
        inputs={"x": "torch.rand(n, m)"},
        sizes={"n": (1, 6), "m": (1, 6)},
    )
    finding = examine(check, answer=answer, solution=ROWS, setup=SETUP, seed=seed)
    assert finding.code == code, finding.message


_RIGHT_ROWS = [
    "def normalise(t):\n    return t / t.sum(-1, keepdim=True)",
    "normalise = lambda x: x / x.sum(1)[:, None]",
    "def normalise(x):\n    with torch.inference_mode():\n        return x / x.sum(1, True)",
    "def normalise(x):\n    return (x.T / x.sum(1)).T",
    "normalise = partial(F.normalize, p=1, dim=1)",
    "class N:\n    def __call__(self, x): return F.normalize(x, p=1, dim=1)\nnormalise = N()",
    "class M(nn.Module):\n    def forward(self, x): return F.normalize(x, 1.0, 1)\nnormalise = M()",
    "def normalise(x):\n    out = x.clone()\n    for i in range(len(x)): out[i] /= x[i].sum()\n    return out",
    "def normalise(x, *, dim=1):\n    x = x.clone()\n    x /= x.sum(dim, keepdim=True)\n    return x",
    "def normalise(x):\n    return torch.stack([r / r.sum() for r in x])",
    "def normalise(x):\n    return nn.Parameter(x / x.sum(1, keepdim=True))",
]


@pytest.mark.parametrize("answer", _RIGHT_ROWS)
def test_a_right_function_passes_however_it_is_written(answer: str) -> None:
    """Lambdas, partials, classes, modules, loops and other parameter names pass."""
    finding = _rows(answer)
    assert finding.status == "pass", finding.message


def test_torchs_own_functions_are_targets() -> None:
    """`outer = torch.outer` has no signature to inspect, and needs none."""
    check = Function(
        target="outer",
        inputs={"a": "torch.rand(n)", "b": "torch.rand(m)"},
        sizes={"n": (1, 5), "m": (1, 5)},
    )
    solution = "def outer(a, b): return a[:, None] * b"
    assert (
        examine(check, answer="outer = torch.outer", solution=solution, setup=SETUP).status
        == "pass"
    )
    finding = examine(
        check, answer="def outer(a, b): return torch.outer(b, a)", solution=solution, setup=SETUP
    )
    assert finding.code == "transposed"


def test_views_and_stride_0_pass() -> None:
    """How a result lies in memory does not count."""
    check = Function(target="f", inputs={"x": "torch.rand(n)"}, sizes={"n": (1, 4)})
    solution = "def f(x): return x.repeat(3, 1)"
    assert (
        examine(
            check, answer="def f(x): return x.expand(3, -1)", solution=solution, setup=SETUP
        ).status
        == "pass"
    )


def test_returning_the_input_itself_is_no_change() -> None:
    """A result may share memory with an input."""
    check = Function(target="f", inputs={"x": "torch.rand(n, n)"}, sizes={"n": (1, 4)})
    assert (
        examine(
            check,
            answer="def f(x): return x.T",
            solution="def f(x): return x.T.clone()",
            setup=SETUP,
        ).status
        == "pass"
    )


def test_squeeze_fails_at_batch_1() -> None:
    """The smallest sizes are certain to be tried."""
    check = Function(target="f", inputs={"x": "torch.rand(b, 1, 3)"}, sizes={"b": (1, 8)})
    finding = examine(
        check,
        answer="def f(x): return x.squeeze()",
        solution="def f(x): return x.squeeze(1)",
        setup=SETUP,
    )
    assert finding.code == "missing-dimension"
    assert "x of shape (1, 1, 3)" in finding.message


def test_the_smallest_failing_trial_is_shown() -> None:
    """The call's inputs are shown short, from the smallest input that fails."""
    check = Function(target="f", inputs={"x": "torch.rand(n)", "k": "n - 1"}, sizes={"n": (1, 9)})
    answer = "def f(x, k):\n    return x.sum() if len(x) < 3 else x.sum() + 5"
    finding = examine(check, answer=answer, solution="def f(x, k): return x.sum()", setup=SETUP)
    assert finding.status == "fail"
    assert "with x of shape (" in finding.message
    assert "and k = " in finding.message
    assert finding.details["failed"] <= finding.details["trials"]


def test_a_size_is_said_once() -> None:
    """One that is an argument is no other thing beside it; one that makes an argument is."""
    solution = "def f(g, k): return g(k)"
    for inputs, words in (
        ({"g": "g", "k": "k"}, "That was with k = 1."),
        ({"g": "g", "k": "2 * n"}, "That was with k = 2 and n = 1."),
    ):
        sizes: dict[str, SizeRange] = {"n" if "n" in inputs["k"] else "k": (1, 9)}
        check = Function(target="f", given="g = abs", inputs=inputs, sizes=sizes)
        wrong = "def f(g, k): return g(k) + 5"
        finding = examine(check, answer=wrong, solution=solution, setup=SETUP)
        assert words in finding.message


def test_several_arguments_go_in_by_position() -> None:
    """The answer's own parameter names do not matter, their order does."""
    check = Function(target="f", inputs={"a": "torch.rand(2)", "b": "torch.rand(2)"})
    solution = "def f(a, b): return a - b"
    assert (
        examine(check, answer="def f(p, q): return p - q", solution=solution, setup=SETUP).status
        == "pass"
    )
    assert (
        examine(check, answer="def f(b, a): return a - b", solution=solution, setup=SETUP).code
        == "sign-flipped"
    )


def test_an_answer_cannot_reach_the_expected_values() -> None:
    """Patching comparison in the answer's world changes nothing."""
    answer = "torch.isclose = torch.allclose = torch.equal = lambda *a, **k: torch.tensor(True)\n"
    answer += "class Yes(torch.Tensor):\n    def __eq__(self, o): return torch.tensor(True)\n"
    answer += "def normalise(x): return x.as_subclass(Yes)"
    check = Function(target="normalise", inputs={"x": "torch.rand(2, 3)"})
    drawn = check.draw(random.Random(1))
    world, _ = make_world(SETUP, ROWS, drawn)
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    reference = check.observe(world, trials)
    kept = torch.isclose, torch.allclose, torch.equal
    try:
        seen = observe_answer(check, trials, answer=answer, setup=SETUP)
    finally:
        torch.isclose, torch.allclose, torch.equal = kept
    assert check.compare(seen, reference, source=answer).status == "fail"


def test_lost_observations_fail() -> None:
    """A process that answers for fewer trials than it was asked for does not pass."""
    check = Function(target="f", inputs={"x": "torch.rand(2)"})
    drawn = check.draw(random.Random(1))
    world, failed = make_world(SETUP, "def f(x): return x", drawn)
    assert failed is None
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    reference = check.observe(world, trials)
    assert check.compare((), reference, source="").code == "unobserved"
    assert check.compare(reference, reference, source="").status == "pass"
