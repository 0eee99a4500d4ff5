# ruff: noqa: E501, ISC004  # answers read best as they are
from __future__ import annotations

import pytest

from checks import Finding, Gradient, examine

SETUP = "import torch\nfrom torch import nn\ntorch.manual_seed(0)\nx = torch.arange(6.).reshape(2, 3) + 1\n"
SOLUTION = """w = torch.ones(3, requires_grad=True)
loss = (x * w).pow(2).mean()
loss.backward()
"""


def _stored(answer: str, solution: str = SOLUTION, target: str = "w") -> Finding:
    return examine(Gradient(target=target), answer=answer, solution=solution, setup=SETUP)


_WRONG = [
    ("", "not-defined", ["`w`"]),
    ("w = 3", "wrong-type", ["an int", "a tensor"]),
    ("w = torch.ones(3, 1, requires_grad=True)\nw.sum().backward()", "extra-dimension", ["(3, 1)"]),
    (SOLUTION.replace("(3,", "(4,").replace("x *", "x[:, :1] *"), "wrong-shape", ["off by one"]),
    (SOLUTION.replace("ones(3", "ones(3, dtype=torch.float64"), "wrong-dtype", ["float64"]),
    (SOLUTION.replace(", requires_grad=True", ""), "raised", ["does not require grad"]),
    ("w = torch.ones(3)", "not-tracked", ["requires_grad=True"]),
    ("w = torch.ones(3, requires_grad=True)\nloss = (x * w).sum()", "no-backward", ["backward()"]),
    (
        "w = torch.ones(3, requires_grad=True) * 1\n((x * w) ** 2).mean().backward()",
        "not-a-leaf",
        ["no leaf", "On line 1 a gradient is asked for first", "ask last"],
    ),
    (
        "w = torch.ones(3, requires_grad=True)\nv = torch.ones(3, requires_grad=True)\n"
        "loss = (x * w.detach() * v).mean()\nloss.backward()",
        "detached",
        [".detach()", "line 3"],
    ),
    (
        "w = torch.ones(3, requires_grad=True)\nv = torch.ones(1, requires_grad=True)\nv.backward()",
        "no-gradient",
        ["does not depend on `w`"],
    ),
    (
        "w = torch.ones(3, requires_grad=True)\nfor _ in range(3):\n    (x * w).pow(2).mean().backward()",
        "accumulated-gradient",
        ["exactly 3 times", "zero_grad"],
    ),
    (
        "w = torch.ones(3, requires_grad=True)\nloss = (x * w).pow(2).mean()\n"
        "loss.backward(retain_graph=True)\nloss.backward()",
        "accumulated-gradient",
        ["exactly 2 times"],
    ),
    (SOLUTION.replace("mean", "sum"), "scaled-gradient", ["6 times", "mean"]),
    (SOLUTION.replace("mean()", "mean() / 6"), "scaled-gradient", ["1/6"]),
    (SOLUTION.replace("loss.backward", "(-loss).backward"), "sign-flipped-gradient", ["opposite"]),
    (SOLUTION + "w.grad.zero_()", "zero-gradient", ["cleared on line 4, after"]),
    (SOLUTION.replace("pow(2)", "pow(3)"), "wrong-gradient", ["worst", "w.grad"]),
    (
        SOLUTION.replace("pow(2)", "sub(1).sqrt().mul(0)"),
        "not-finite-gradient",
        ["nan", "square root"],
    ),
    ("w = 1/0", "raised", ["ZeroDivisionError", "line 1"]),
    (
        "v = torch.ones(3, requires_grad=True)\nw = v * 1\nw.retain_grad\n(x * w).pow(2).mean().backward()",
        "not-a-leaf",
        ["Line 3 only names `w.retain_grad`"],
    ),
]


@pytest.mark.parametrize(("answer", "code", "words"), _WRONG)
def test_a_wrong_gradient_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _stored(answer)
    assert finding.status == "fail"
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


@pytest.mark.parametrize(
    "answer",
    [
        SOLUTION,
        "w = nn.Parameter(torch.ones(3))\n(x * w).square().mean().backward()",
        "w = torch.ones(3).requires_grad_()\n(x * w).square().sum().div(6).backward()",
        "w = torch.ones(3, requires_grad=True)\nw.grad = 2 * (x ** 2 * w.detach()).sum(0) / 6",
        SOLUTION + "w.grad = None\n" + SOLUTION.split("\n", 1)[1],
        "w = torch.ones(3, requires_grad=True)\nfor _ in range(3):\n    w.grad = None\n"
        "    (x * w).pow(2).mean().backward()",
        "w = torch.ones(3) * 1.0\nw.requires_grad = True\n"
        "torch.autograd.backward((x * w).pow(2).mean())",
        "w = (torch.ones(3, requires_grad=True) * 1)\nw.retain_grad()\n(x * w).pow(2).mean().backward()",
    ],
)
def test_a_right_gradient_passes_however_it_came_about(answer: str) -> None:
    """Parameters, manual gradients and retained ones pass."""
    finding = _stored(answer)
    assert finding.status == "pass", finding.message


def test_a_cleared_gradient_may_be_none_or_zero() -> None:
    """Both ways to clear are right, an uncleared one is not."""
    cleared = SOLUTION + "w.grad = None"
    zeroed = SOLUTION + "w.grad.zero_()"
    by_optimizer = SOLUTION + "torch.optim.SGD([w], 0.1).zero_grad()"
    for answer in (cleared, zeroed, by_optimizer):
        for solution in (cleared, zeroed):
            assert _stored(answer, solution).status == "pass"
    assert _stored(SOLUTION, cleared).code == "unexpected-gradient"
    assert _stored(SOLUTION, zeroed).status == "fail"


def test_several_tensors_and_modules_are_targets() -> None:
    """A list, or all of a model's parameters, by their names."""
    model = "model = nn.Linear(3, 1)\nmodel(x).sum().backward()"
    assert _stored(model, model, "model").status == "pass"
    finding = _stored("model = nn.Linear(3, 1)\nmodel(x).mean().backward()", model, "model")
    assert "model.weight.grad" in finding.message
    both = Gradient(target=("a", "b"))
    solution = "a, b = (torch.ones(2, requires_grad=True) for _ in 'ab')\n(a * b).sum().backward()"
    wrong = solution.replace("a * b", "a * b.detach()")
    finding = examine(both, answer=wrong, solution=solution, setup=SETUP)
    assert (finding.code, finding.target) == ("detached", "a, b")


LOSS = "w = torch.ones(3, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)\n"


def _loss(answer: str, solution: str = "loss = (x @ w + b).square().mean()") -> Finding:
    check = Gradient(target="loss", wrt=("w", "b"))
    return examine(check, answer=LOSS + answer, solution=LOSS + solution, setup=SETUP)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("loss = ((x * w).sum(1) + b).pow(2).mean()", "", []),
        ("loss = (x @ w + b).square().mean() + 100", "", []),
        ("loss = (x @ w).square().mean() + 0 * b.sum()", "zero-gradient", ["The gradient for `b`"]),
        ("loss = (x @ w).square().mean()", "detached", ["`b`"]),
        (
            "loss = torch.tensor((x @ w + b).square().mean().item())",
            "detached",
            [".item()", "line 3"],
        ),
        ("loss = (x @ w + b).square().mean().item()", "wrong-type", ["Python float"]),
        ("loss = (x @ w + b).square()", "extra-dimension", ["(2,)"]),
        ("loss = -(x @ w + b).square().mean()", "sign-flipped-gradient", ["opposite"]),
        ("loss = (x @ w + b).square().sum()", "scaled-gradient", ["2 times"]),
        ("loss = (x @ w + b).square().mean()\nloss.backward()", "graph-freed", ["used up"]),
        ("w = torch.ones(3)\nloss = (x @ w + b).square().mean()", "not-tracked", ["`w`"]),
    ],
)
def test_an_expression_is_differentiated(answer: str, code: str, words: list[str]) -> None:
    """`wrt` asks autograd itself, whatever `.grad` holds."""
    finding = _loss(answer)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


def test_what_is_no_scalar_is_differentiated_under_a_hidden_direction() -> None:
    """A sum of the gradient would not see this: softmax sums to one."""
    check = Gradient(target="y", wrt="w")
    solution = "w = torch.arange(3., requires_grad=True)\ny = w.softmax(0)"
    wrong = "w = torch.arange(3., requires_grad=True)\ny = (w * 0 + w.detach()).softmax(0)"
    assert examine(check, answer=wrong, solution=solution, setup=SETUP).code == "zero-gradient"


@pytest.mark.parametrize("solution", ["w = 3", "w = torch.ones(3, requires_grad=True)\n1/0", ""])
def test_a_solution_without_a_tensor_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _stored(SOLUTION, solution).status == "error"
