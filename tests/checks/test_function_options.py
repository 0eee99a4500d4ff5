# ruff: noqa: E501, ISC004  # answers read best as they are; draws repeat on purpose
from __future__ import annotations

from typing import Any

import msgspec
import pytest

from checks import Function, Of, examine
from checks.registry import build

SETUP = """import torch
import torch.nn.functional as F
from torch import nn
from functools import partial
"""


def test_cases_are_the_edges_that_are_certain() -> None:
    """Fixed inputs are tried whatever is drawn, and shown with their values."""
    check = Function(
        target="f",
        inputs={"x": "torch.rand(n) + 1"},
        sizes={"n": (1, 4)},
        cases=({"x": "torch.tensor([1000., 0.])"}, {"n": 3}),
    )
    solution = "def f(x): return x.softmax(0)"
    answer = "def f(x):\n    e = x.exp()\n    return e / e.sum()"
    finding = examine(check, answer=answer, solution=solution, setup=SETUP)
    assert finding.code == "not-finite"
    assert "x = tensor([1000., 0.])" in finding.message


def test_cases_may_stand_alone() -> None:
    """Without `inputs` the cases are all there is, and plain numbers need no quotes."""
    check = build("function", "f", {"cases": [{"n": 3}, {"n": 0}, {"n": "10**20"}]})
    solution = "def f(n): return n * 2"
    assert examine(check, answer="def f(n): return n + n", solution=solution).status == "pass"
    finding = examine(check, answer="def f(n): return n * 2 + n % 5", solution=solution)
    assert finding.code == "wrong-values"
    assert "That was with n = 3." in finding.message


def test_a_function_without_inputs_is_called_without() -> None:
    """What it draws comes from the trial's seed, on both sides."""
    check = Function(target="make", trials=3)
    solution = "def make(): return torch.randn(2)"
    assert (
        examine(
            check, answer="make = lambda: torch.randn(2)", solution=solution, setup=SETUP
        ).status
        == "pass"
    )
    assert (
        examine(
            check, answer="def make(): return torch.rand(2)", solution=solution, setup=SETUP
        ).status
        == "fail"
    )


_CHECKED = (
    "def f(x):\n    if x.dim() != 1:\n        raise ValueError('one dimension only')\n    return x"
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(t):\n    if t.dim() > 1: raise ValueError\n    return t", ""),
        ("class Own(ValueError): pass\ndef f(t):\n    if t.dim() > 1: raise Own\n    return t", ""),
        ("def f(t):\n    return t", "not-raised"),
        ("def f(t):\n    if t.dim() > 1: raise TypeError('no')\n    return t", "wrong-error"),
        ("def f(t):\n    assert t.dim() == 1\n    return t", "wrong-error"),
    ],
)
def test_expected_exceptions_are_compared_by_type(answer: str, code: str) -> None:
    """Where the solution raises on purpose the answer must, too; the text is its own."""
    check = Function(
        target="f",
        inputs={"x": "torch.rand(n)"},
        sizes={"n": (1, 4)},
        cases=({"x": "torch.rand(2, 2)"},),
    )
    finding = examine(check, answer=answer, solution=_CHECKED, setup=SETUP)
    assert finding.code == code, finding.message


@pytest.mark.parametrize(
    ("solution", "params", "word"),
    [
        ("def f(x): return x @ torch.rand(99)", {}, "raised"),
        ("def g(x): return x", {}, "NameError"),
        ("def f(x): raise ValueError", {}, "every drawn trial"),
        ("def f(x): return object()", {}, "object"),
        ("def f(x): x += 1; return x", {}, "mutates"),
        ("def f(x): return x", {"inputs": {"x": "torch.rand(q)"}}, "inputs"),
        ("def f(x): return x", {"inputs": {"x": "nn.Linear(1, 1)"}}, "given"),
        ("def f(x): return x", {"given": "1/0"}, "ZeroDivisionError"),
        ("def f(x): return x.detach().numpy()", {"gradients": True}, ""),
        ("def f(x): return x.numpy()", {"gradients": True}, "differentiated"),
    ],
)
def test_a_lesson_that_fails_is_not_the_learners_fault(
    solution: str, params: dict[str, Any], word: str
) -> None:
    """Reference, inputs or `given` that fail give an error, with the reason."""
    check = Function(target="f", **{"inputs": {"x": "torch.rand(3)"}, **params})
    finding = examine(check, answer="def f(x): return x", solution=solution, setup=SETUP)
    if not word:
        assert finding.status == "fail"
        return
    assert (finding.status, finding.code) == ("error", "lesson-error"), finding
    assert word in finding.message


def test_given_builds_the_same_in_both_worlds() -> None:
    """A module cannot travel: it is made on both sides under one seed."""
    check = Function(
        target="apply",
        given="model = nn.Linear(n, 2)\nscale = 3.0",
        inputs={"model": "model", "x": "torch.rand(4, n)", "s": "scale"},
        sizes={"n": (1, 5)},
    )
    solution = "def apply(model, x, s): return model(x) * s"
    right = "def apply(m, x, s): return (x @ m.weight.T + m.bias) * s"
    assert examine(check, answer=right, solution=solution, setup=SETUP).status == "pass"
    wrong = "def apply(m, x, s): return x @ m.weight.T * s"
    finding = examine(check, answer=wrong, solution=solution, setup=SETUP)
    assert finding.status == "fail"
    assert "apply(model, x, s)" in finding.message


def test_a_loop_in_given_takes_no_inputs_place() -> None:
    """The variable of a loop may be called like an input."""
    check = Function(
        target="f",
        given="model = nn.Linear(2, 1)\nfor p in model.parameters(): p.grad = torch.ones_like(p)",
        inputs={"model": "model", "p": "0.5"},
    )
    solution = "def f(model, p): return model.weight.grad * p"
    assert examine(check, answer=solution, solution=solution, setup=SETUP).status == "pass"


def test_a_class_is_a_target_through_an_expression() -> None:
    """A module made by the target's own expression draws the same weights on both sides."""
    check = Function(
        target="Net(n, 3)", inputs={"x": "torch.rand(2, n)"}, sizes={"n": (1, 5)}, gradients=True
    )
    solution = (
        "class Net(nn.Module):\n"
        "    def __init__(self, a, b):\n        super().__init__()\n        self.l = nn.Linear(a, b)\n"
        "    def forward(self, x): return self.l(x).relu()\n"
    )
    assert examine(check, answer=solution, solution=solution, setup=SETUP).status == "pass"
    wrong = solution.replace(".relu()", "")
    assert examine(check, answer=wrong, solution=solution, setup=SETUP).status == "fail"


def test_mutates_compares_what_the_input_becomes() -> None:
    """In-place work is asked for, must be done, and must be right."""
    check = Function(target="f", inputs={"x": "torch.rand(n)"}, sizes={"n": (1, 5)}, mutates=("x",))
    solution = "def f(x): x.mul_(2)"
    assert (
        examine(check, answer="def f(x): x *= 2", solution=solution, setup=SETUP).status == "pass"
    )
    assert (
        examine(check, answer="def f(x): x * 2", solution=solution, setup=SETUP).code
        == "input-not-changed"
    )
    assert (
        examine(check, answer="def f(x): x = x * 2", solution=solution, setup=SETUP).code
        == "input-not-changed"
    )
    assert (
        examine(check, answer="def f(x): x.mul_(3)", solution=solution, setup=SETUP).code
        == "wrong-change"
    )


def test_a_list_that_is_changed_is_a_change() -> None:
    """Inputs of every kind are compared with what they were."""
    check = Function(target="f", cases=({"xs": "[3, 1, 2]"},))
    solution = "def f(xs): return sorted(xs)"
    finding = examine(check, answer="def f(xs):\n    xs.sort()\n    return xs", solution=solution)
    assert finding.code == "input-changed"


def test_an_input_that_is_resized_is_a_change() -> None:
    """Shape and dtype of an input count as much as its values."""
    check = Function(target="f", inputs={"x": "torch.rand(2, 3)"})
    answer = "def f(x):\n    y = x.clone()\n    x.t_()\n    return y"
    assert (
        examine(check, answer=answer, solution="def f(x): return x.clone()", setup=SETUP).code
        == "input-changed"
    )


def test_strides_and_sharing_of_inputs_are_kept() -> None:
    """A call sees a transposed input as a transposed one, and shared memory as shared."""
    check = Function(
        target="f",
        inputs={"x": "torch.rand(3, n).T", "y": "x[0]"},
        sizes={"n": (2, 5)},
        mutates=("x", "y"),
    )
    solution = "def f(x, y):\n    y.zero_()\n    return x.stride(), x.clone()"
    finding = examine(check, answer=solution, solution=solution, setup=SETUP)
    assert finding.status == "pass"
    spoilt = "def f(x, y):\n    return x.stride(), x.clone()"
    assert examine(check, answer=spoilt, solution=solution, setup=SETUP).status == "fail"


_GRADIENT = [
    ("def f(x, w): return (x * w).tanh()", "", []),
    ("def f(x, w): return (x * w.detach()).tanh()", "detached", ["for `w`", ".detach()", "line 1"]),
    (
        "def f(x, w):\n    with torch.no_grad():\n        return (x * w).tanh()",
        "detached",
        ["no_grad", "line 2"],
    ),
    ("def f(x, w): return torch.tensor((x * w).tanh().tolist())", "detached", [".tolist()"]),
    (
        "def f(x, w): return torch.from_numpy((x * w).tanh().numpy())",
        "raised",
        ["numpy() on Tensor"],
    ),
    (
        "class T(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, z):\n        y = z.tanh(); ctx.save_for_backward(y); return y\n"
        "    @staticmethod\n    def backward(ctx, g):\n        y, = ctx.saved_tensors; return -g * (1 - y * y)\n"
        "def f(x, w): return T.apply(x * w)",
        "sign-flipped-gradient",
        ["opposite sign"],
    ),
    (
        "class T(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, z):\n        return z.tanh()\n"
        "    @staticmethod\n    def backward(ctx, g):\n        return g * 0\n"
        "def f(x, w): return T.apply(x * w)",
        "zero-gradient",
        ["zero everywhere"],
    ),
    (
        "class T(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, z):\n        return z.tanh()\n"
        "    @staticmethod\n    def backward(ctx, g):\n        raise KeyError('saved')\n"
        "def f(x, w): return T.apply(x * w)",
        "raised",
        ["KeyError"],
    ),
]


@pytest.mark.parametrize(("answer", "code", "words"), _GRADIENT)
def test_gradients_of_a_result_are_compared(answer: str, code: str, words: list[str]) -> None:
    """Right values with wrong gradients fail where gradients are asked for, and only there."""
    inputs = {"x": "torch.rand(n)", "w": "torch.rand(n)"}
    check = Function(target="f", inputs=inputs, sizes={"n": (2, 5)}, gradients=True)
    solution = "def f(x, w): return torch.tanh(w * x)"
    finding = examine(check, answer=answer, solution=solution, setup=SETUP)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message
    loose = msgspec.structs.replace(check, gradients=False)
    assert examine(loose, answer=answer, solution=solution, setup=SETUP).status == "pass"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(x): return x.var(1)", "biased"),
        ("def f(x): return x.std(1, correction=0)", "square-root"),
        ("def f(x): return ((x - x.mean(1, keepdim=True)) ** 2).sum(1)", "sum-not-mean"),
        ("def f(x): return x.var(1, correction=0) * 3", "scaled"),
    ],
)
def test_a_factor_is_named_if_it_is_a_size_in_every_trial(answer: str, code: str) -> None:
    """Sum against mean, and n against n - 1, are told from a constant factor."""
    check = Function(
        target="f", inputs={"x": "torch.rand(n, m) * 9"}, sizes={"n": (1, 5), "m": (2, 7)}
    )
    finding = examine(
        check, answer=answer, solution="def f(x): return x.var(1, correction=0)", setup=SETUP
    )
    assert finding.code == code, finding.message


def test_a_choice_is_tried_in_every_value() -> None:
    """An answer that ignores `dim` cannot slip through."""
    check = Function(
        target="f",
        inputs={"x": "torch.rand(2, 2)", "dim": "dim"},
        sizes={"dim": Of(of=(0, 1, -1))},
        trials=1,
    )
    solution = "def f(x, dim): return x.sum(dim)"
    for seed in range(5):
        finding = examine(
            check,
            answer="def f(x, dim): return x.sum(0)",
            solution=solution,
            setup=SETUP,
            seed=seed,
        )
        assert finding.status == "fail"
