# answers read best as they are
from __future__ import annotations

import pytest

from checks import Finding, Function, Gradient, examine
from checks.data import Nothing, Observed, Size, Tensor

SETUP = (
    "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
    "x = torch.arange(6.).reshape(2, 3) + 1\n"
    "def run_twice(f):\n    f().backward()\n    f().backward()\n"
)
W = "w = torch.ones(3, requires_grad=True)\n"
SOLUTION = W + "(x * w).pow(2).mean().backward()"


def _stored(answer: str, solution: str = SOLUTION) -> Finding:
    return examine(Gradient(target="w"), answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (  # the loop is in setup: only the writes tell
            W + "run_twice(lambda: (x * w).pow(2).mean())",
            "accumulated-gradient",
            ["exactly 2 times", "ran 2 times"],
        ),
        (  # cleared each time, so that it is the sum that scales
            W + "for _ in range(6):\n    w.grad = None\n    (x * w).pow(2).sum().backward()",
            "scaled-gradient",
            ["sum over 6 numbers"],
        ),
        (
            W + "for _ in range(2):\n    if w.grad is not None:\n        w.grad.zero_()\n"
            "    (x * w).pow(2).sum().backward()",
            "scaled-gradient",
            ["sum over 6 numbers"],
        ),
        (
            W + "(x * w).pow(2).mean().mul(7).backward()",
            "scaled-gradient",
            ["7 times", "called more than once"],
        ),
        (
            W + "torch.autograd.grad((x * w).pow(2).mean(), w)",
            "no-backward",
            ["does not fill `.grad`"],
        ),
        (SOLUTION + "\nw.grad = None", "no-gradient", ["cleared on line 3, after", "line 2"]),
        (
            "w = torch.ones(3, requires_grad=True).to(torch.float64)\n(x * w).mean().backward()",
            "wrong-dtype",
            ["float64"],
        ),
        (
            "w = torch.ones(3, requires_grad=True).clone()\n(x * w).mean().backward()",
            "not-a-leaf",
            ["On line 1", "Only leaves keep"],
        ),
        (
            SOLUTION + "\nw = w - 0.1 * w.grad",
            "not-a-leaf",
            ["`w.grad` is None: `w` is no leaf any more. Line 3", "torch.no_grad()"],
        ),
        (
            W + "v = torch.ones(3, requires_grad=True)\ny = x * w\nprint(x.sum().item())\n"
            "(y.detach() * v).mean().backward()",
            "detached",
            ["on line 5, by `.detach()`"],
        ),
        ("w = torch.tensor([1., 1., 1.])", "not-tracked", ["requires_grad=True"]),
        (
            W + "w.data.copy_(torch.tensor([0., 1., 1.]))\n"
            "torch.where(w > 0, (x * w).sqrt(), w).sum().backward()",
            "not-finite-gradient",
            ["nan at [0]", "`where`", "Make the input safe"],
        ),
        (
            W + "(w - 1).sqrt().sum().backward()",
            "not-finite-gradient",
            ["inf at [0]", "3 cells of 3", "square root"],
        ),
        (
            W + "((w - 1) ** 0.5).sum().backward()",
            "not-finite-gradient",
            ["square root"],
        ),
        (W + "(w - 1).log().sum().backward()", "not-finite-gradient", ["logarithm"]),
    ],
)
def test_the_cause_of_a_wrong_gradient_is_told_from_its_likes(
    answer: str, code: str, words: list[str]
) -> None:
    """Accumulated or a sum, cut or cleared, lost by a root or by `where`."""
    finding = _stored(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_a_softmax_backward_of_zeros_is_right_under_a_sum() -> None:
    """The true gradient is zero there: only a random output gradient tells a wrong one."""
    make = "x = torch.tensor([1., 2., 3.], requires_grad=True)\n"
    right = make + "torch.softmax(x, 0).sum().backward()"
    zero = make + "(x * 0).sum().backward()"
    check = Gradient(target="x")
    assert examine(check, answer=zero, solution=right, setup=SETUP).status == "pass"
    function = Function(
        target="f", inputs={"x": "torch.randn(n)"}, sizes={"n": (2, 5)}, gradients=True
    )
    finding = examine(
        function,
        answer="def f(x):\n    return x * 0 + torch.softmax(x.detach(), 0)",
        solution="def f(x):\n    return torch.softmax(x, 0)",
        setup=SETUP,
    )
    assert finding.code == "zero-gradient"


def test_a_derivative_of_zero_is_named_by_its_step() -> None:
    """`round` is recorded, and flat."""
    function = Function(
        target="f", inputs={"x": "torch.randn(n)"}, sizes={"n": (1, 5)}, gradients=True
    )
    finding = examine(
        function,
        answer="def f(x):\n    y = x * 10\n    return y.round() / 10",
        solution="def f(x):\n    return x + ((x * 10).round() / 10 - x).detach()",
        setup=SETUP,
    )
    assert (finding.code, finding.line) == ("zero-gradient", 3), finding.message
    assert "`.round()` on line 3" in finding.message


SECOND = Gradient(target="y", wrt="x", order=2)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("y = x * x * x", "", []),
        ("y = (x ** 3) + 5 * x - 1", "", []),
        ("y = 2 * x ** 3", "scaled-gradient", ["The second derivative for `x`", "2 times"]),
        ("y = 3 * x.detach() ** 2 * x", "detached", ["no second derivative", "`.detach()`"]),
        ("y = x", "detached", ["no second derivative"]),
        (
            "y = torch.exp(x)",
            "wrong-gradient",
            ["The second derivative for `x`"],
        ),
    ],
)
def test_second_derivatives_are_compared(answer: str, code: str, words: list[str]) -> None:
    """The first ones need not agree."""
    x = "x = torch.tensor(2.0, requires_grad=True)\n"
    finding = examine(SECOND, answer=x + answer, solution=x + "y = x ** 3", setup=SETUP)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


def test_second_derivatives_of_vectors_go_along_hidden_directions() -> None:
    """A Hessian that is the transpose, or only the diagonal, differs."""
    x = "x = torch.tensor([1., 2., 3.], requires_grad=True)\n"
    solution = x + "y = x.prod()"
    right = examine(SECOND, answer=x + "y = x[0] * x[1] * x[2]", solution=solution, setup=SETUP)
    assert right.status == "pass"
    diagonal = x + "y = (x ** 3).sum()"
    assert examine(SECOND, answer=diagonal, solution=solution, setup=SETUP).code == "wrong-gradient"


def test_a_line_has_no_second_derivative_and_that_may_be_right() -> None:
    """None and zero are the same second derivative."""
    x = "x = torch.tensor(2.0, requires_grad=True)\n"
    for answer in ("y = 3 * x", "y = x + 0 * x ** 3"):
        for solution in ("y = 3 * x", "y = 3 * x + 0 * x ** 2"):
            finding = examine(SECOND, answer=x + answer, solution=x + solution, setup=SETUP)
            assert finding.status == "pass", finding.message


def test_a_gradient_that_is_differentiated_again_needs_a_history() -> None:
    """`create_graph=True` is what is missing."""
    x = "x = torch.tensor(2.0, requires_grad=True)\ny = x ** 3\n"
    solution = x + "g, = torch.autograd.grad(y, x, create_graph=True)"
    check = Gradient(target="g", wrt="x")
    finding = examine(
        check, answer=x + "g, = torch.autograd.grad(y, x)", solution=solution, setup=SETUP
    )
    assert finding.code == "detached"
    assert "`create_graph=True`" in finding.message


def test_forged_derivatives_fail() -> None:
    """A missing value, or none of the gradients, is no pass."""
    tensor = Tensor(storage=0, dtype="float32", shape=(), stride=(), requires_grad=True)
    right = Observed(
        value=tensor, after={"x": tensor}, gradients={"x": tensor}, storages=(b"\1" * 4,)
    )
    for forged in (
        Observed(),
        Observed(value=tensor, storages=(b"\1" * 4,)),
        Observed(value=tensor, after={"x": tensor}, storages=(b"\1" * 4,)),
        Observed(value=Nothing(), after={"x": Size((1,))}, facts={"sizes": Nothing()}),
    ):
        assert SECOND.compare((forged,), (right,), source="y = x").status == "fail"
