"""The traps that checks of tensors are known to fall into, each with the answer that springs it."""

from __future__ import annotations

from typing import Any

import pytest

from checks import build_entry, examine

SOFTMAX = """
class Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.softmax(x, dim=1)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        y, = ctx.saved_tensors
        return {}
"""

ADAM = """
class Adam:
    def __init__(self, params, lr):
        self.params, self.lr, self.t = list(params), lr, 0
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v):
            if p.grad is None:
                continue
            m.mul_(0.9).add_(p.grad, alpha=0.1)
            v.mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
            a, b = m / (1 - 0.9{power}), v / (1 - 0.999{power})
            p.sub_(self.lr * a / (b.sqrt() + 1e-8))
"""

MODEL = """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {}([torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
"""

RELU = "def relu(x):\n    return torch.clamp(x, min=0)"

TRAPS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a scalar that would broadcast": (
        {"values": "y"},
        "y = torch.full((3, 2), 7.0)",
        "y = torch.tensor(7.0)",
        "missing-dimension",
    ),
    "a softmax whose backward gives zeros, as sum().backward() would show": (
        {
            "autograd_function": "Softmax",
            "inputs": {"x": "torch.randn(n, m)"},
            "sizes": {"n": [1, 3], "m": [2, 4]},
        },
        SOFTMAX.format("y * (grad - (grad * y).sum(dim=1, keepdim=True))"),
        SOFTMAX.format("torch.zeros_like(grad)"),
        "zero-gradient",
    ),
    "Adam whose corrections of the bias have no exponents, right in step 1": (
        {"update_rule": "Adam", "configs": [{"lr": 0.1}]},
        ADAM.format(power=" ** self.t"),
        ADAM.format(power=""),
        "wrong-bias-correction",
    ),
    "weights that sit in a list": (
        {"module": "Net()"},
        MODEL.format("torch.nn.ModuleList"),
        MODEL.format("list"),
        "not-registered",
    ),
    "squeeze() at batch size 1": (
        {
            "function": "scores",
            "inputs": {"x": "torch.rand(n, m)"},
            "sizes": {"n": [1, 5], "m": [1, 5]},
        },
        "def scores(x):\n    return x.sum(dim=1, keepdim=True).squeeze(1)",
        "def scores(x):\n    return x.sum(dim=1, keepdim=True).squeeze()",
        "missing-dimension",
    ),
    "a transpose, which a square matrix hides": (
        {
            "function": "pairs",
            "inputs": {"x": "torch.rand(n, m)"},
            "sizes": {"n": [1, 5], "m": [1, 5]},
        },
        "def pairs(x):\n    return x @ x.T",
        "def pairs(x):\n    return x.T @ x",
        "wrong-shape",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_sprung_by_the_wrong_answer_only(trap: str) -> None:
    """The right answer passes; the wrong one, which a lazy check would pass, fails."""
    entry, right, wrong, code = TRAPS[trap]
    check = build_entry(entry)
    assert examine(check, answer=right, solution=right).status == "pass"
    finding = examine(check, answer=wrong, solution=right)
    assert (finding.status, finding.code) == ("fail", code), finding


def test_both_derivatives_of_relu_at_zero_are_right() -> None:
    """`relu` has 0 there and `clamp` 1: no check looks at the kink, though zeros are drawn."""
    check = build_entry(
        {
            "function": "relu",
            "inputs": {"x": "torch.randn(n, m).round()"},
            "sizes": {"n": [1, 5], "m": [1, 5]},
            "gradients": True,
        }
    )
    clamped, solution = RELU, "relu = torch.relu"
    assert examine(check, answer=clamped, solution=solution).status == "pass"
    leaky = "relu = torch.nn.functional.leaky_relu"
    assert examine(check, answer=leaky, solution=solution).status == "fail"


def test_gradcheck_computes_in_double_precision() -> None:
    """A right function passes though its inputs are drawn as float32; a cast is named."""
    check = build_entry(
        {
            "gradcheck": "f",
            "inputs": {"x": "torch.randn(n)"},
            "sizes": {"n": [1, 4]},
        }
    )
    solution = "def f(x):\n    return x.exp() * x"
    assert examine(check, answer=solution, solution=solution).status == "pass"
    cast = "def f(x):\n    return (x.float().exp() * x.float()).double()"
    finding = examine(check, answer=cast, solution=solution)
    assert finding.status == "fail"
    assert "float32" in finding.message
