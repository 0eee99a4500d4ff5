# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

import builtins
from typing import Any

import pytest

from checks.names import plain_operation
from checks.registry import build
from tests.checks.function_answers import judged

ROWS: dict[str, Any] = {
    "inputs": {"x": "torch.rand(n, m)"},
    "sizes": {"n": [1, 6], "m": [1, 6]},
    "vectorised": True,
    "trials": 2,
}
NORMALISE = "def f(x): return x / x.sum(1, keepdim=True)"


@pytest.mark.parametrize(
    "answer",
    [
        "def f(x): return x.T.div(x.sum(1)).T",
        "def f(x): return torch.vmap(lambda r: r / r.sum())(x)",
        "def f(x): return torch.einsum('ij,i->ij', x, 1 / x.sum(1))",
        "f = partial(F.normalize, p=1, dim=1)",
        "def f(x): return torch.from_numpy(x.numpy() / x.numpy().sum(1, keepdims=True))",
        "def f(x):\n    print(x)\n    if len(x) > 3:\n        y = x.sum(1)\n        return x / y[:, None]\n    return F.normalize(x, p=1, dim=1)",
        "def f(x):\n    with torch.inference_mode():\n        return x / x.sum(1, True)",
    ],
)
def test_what_works_on_whole_tensors_passes(answer: str) -> None:
    """Whole-tensor answers of every kind, a branch on the size and a forgotten print included."""
    finding = judged(answer, NORMALISE, **ROWS)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "line", "word"),
    [
        ("def f(x):\n    return torch.stack([r / r.sum() for r in x])", 2, "line 2 runs"),
        ("def f(x):\n    return torch.stack(list(map(lambda r: r / r.sum(), x)))", 2, "line 2 runs"),
        ("def f(x):\n    def go(i):\n        return [] if i == len(x) else [x[i] / x[i].sum()] + go(i + 1)\n    return torch.stack(go(0))", 3, "line 3 runs"),
        ("def f(x):\n    names = {'x': x}\n    exec('out = x.clone()\\nfor i in range(len(x)): out[i] /= x[i].sum()', names)\n    return names['out']", None, "a line of it runs"),
        ("def f(x): return (x.T / torch.tensor(list(map(sum, x.tolist())))).T", None, "`tolist` takes numbers out"),
        ("def f(x):\n    s = 0\n    for j in range(x.shape[1]):\n        s = s + x[:, j]\n    return x / s[:, None]", 3, "line 3 runs"),
        ("def f(x):\n    s = sum(x.T)\n    return x / s[:, None]", None, "torch's `add` runs"),
    ],
)  # fmt: skip
def test_a_loop_is_found_however_it_is_hidden(answer: str, line: int | None, word: str) -> None:
    """A comprehension, map, recursion, exec, tolist, Python's sum: the work grows with the size."""
    finding = judged(answer, NORMALISE, **ROWS)
    assert finding.code == "python-loop", finding.message
    assert finding.line == line
    assert word in finding.message
    assert "n = 6, m = 6" in finding.message


def test_a_loop_that_the_solution_has_is_allowed() -> None:
    """A recurrence goes step by step; a loop over the batch as well does not pass."""
    params: dict[str, Any] = {
        "inputs": {"x": "torch.rand(t, b)"},
        "sizes": {"t": [1, 6], "b": [1, 6]},
        "vectorised": True,
        "trials": 2,
    }
    solution = "def f(x):\n    h = torch.zeros(x.shape[1])\n    for r in x: h = torch.tanh(h + r)\n    return h"
    right = "def f(x):\n    h = torch.zeros(x.shape[1])\n    for i in range(len(x)):\n        h = h + x[i]\n        h = h.tanh()\n    return h"
    wrong = "def f(x):\n    h = [torch.tensor(0.)] * x.shape[1]\n    for r in x:\n        for j in range(len(r)):\n            h[j] = torch.tanh(h[j] + r[j])\n    return torch.stack(h)"
    assert judged(right, solution, **params).status == "pass"
    assert judged(wrong, solution, **params).code == "python-loop"


def test_a_wrong_result_comes_before_the_way_to_it() -> None:
    """Only what is right is looked at for how it was reached."""
    finding = judged("def f(x): return torch.stack([r / r.mean() for r in x])", NORMALISE, **ROWS)
    assert finding.code == "sum-not-mean", finding.message


GRAM: dict[str, Any] = {"inputs": {"x": "torch.rand(n, 3)"}, "sizes": {"n": [2, 6]}, "trials": 2}


@pytest.mark.parametrize(
    ("answer", "calls", "code"),
    [
        ("def f(x): return torch.matmul(x, x.T)", {"matmul": 1}, ""),
        ("def f(x): return torch.stack([x @ r for r in x])", {"matmul": 1}, "too-many-calls"),
        ("def f(x): return (x[:, None] * x).sum(-1)", {"matmul": 1}, "too-few-calls"),
        ("def f(x): return (x[:, None] * x).sum(-1)", {"matmul": [0, 1], "torch.sum": [0, 3]}, ""),
        ("def f(x): return x @ x.T * 1", {"mul": "same"}, "too-many-calls"),
        ("def f(x): return x @ x.T", {"mul": "same", "matmul": "same"}, ""),
    ],
)
def test_calls_are_counted_as_python_makes_them(
    answer: str, calls: dict[str, Any], code: str
) -> None:
    """`x @ y` and `torch.matmul` are one operation; bounds are exact, a range, or the solution's."""
    finding = judged(answer, "def f(x): return x @ x.T", calls=calls, **GRAM)
    assert finding.code == code, finding.message
    if code:
        assert "x of shape (" in finding.message


def test_bounds_that_the_solution_breaks_are_the_lessons_fault() -> None:
    """It would be impossible to pass."""
    finding = judged(
        "def f(x): return x @ x.T", "def f(x): return x @ x.T", calls={"exp": 1}, **GRAM
    )
    assert finding.status == "error"
    assert "exp" in finding.message


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("torch.cumsum", "cumsum"),
        ("add_", "add"),
        ("__radd__", "add"),
        ("__itruediv__", "div"),
        ("__matmul__", "matmul"),
        ("rsub", "sub"),
        ("F.softmax", "softmax"),
    ],
)
def test_an_operation_has_one_plain_name(name: str, plain: str) -> None:
    """However it is written."""
    assert plain_operation(name) == plain


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"vectorised": True, "sizes": {"n": [1, 3]}}, "wide enough"),
        ({"vectorised": True, "sizes": {"n": 3}}, "wide enough"),
        ({"vectorised": True}, "wide enough"),
        ({"calls": {"exp": -1}}, "cannot be"),
        ({"calls": {"exp": [3, 1]}}, "cannot be"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(params: dict[str, Any], word: str) -> None:
    """The lesson's author reads why."""
    with pytest.raises(ValueError, match=word):
        build("function", "f", {"inputs": {"x": "1"}, **params})


def test_counting_puts_everything_back() -> None:
    """`print` and the tracing function are only replaced while counting."""
    printing = builtins.print
    judged("def f(x): raise KeyError", NORMALISE, **ROWS)
    judged("def f(x): return x / x.sum(1, True)", NORMALISE, **ROWS)
    assert builtins.print is printing
