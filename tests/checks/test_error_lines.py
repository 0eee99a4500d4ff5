"""What an answer's text tells of an exception: each of them is raised by torch itself."""

from __future__ import annotations

import traceback
import warnings

import pytest

from checks.error_words import meaning

SETUP = """\
import torch
from torch import nn
import torch.nn.functional as F
x, y = torch.ones(3), torch.zeros(3)
"""
LEAF = "w = torch.ones(3, requires_grad=True)\n"


def cause(code: str) -> str:
    """What is said of the exception that `code` raises."""
    names: dict[str, object] = {"__name__": "answer"}
    exec(SETUP, names)  # noqa: S102  # that is the test
    try:
        with warnings.catch_warnings(action="ignore"):
            exec(compile(code, "answer", "exec"), names)  # noqa: S102  # likewise
    except Exception as error:  # noqa: BLE001  # whatever torch raises
        frames = traceback.extract_tb(error.__traceback__)
        line = [frame.lineno for frame in frames if frame.filename == "answer"][-1]
        return meaning(type(error).__name__, str(error), line, code)
    pytest.fail("nothing was raised")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            f"{LEAF}loss = (w * x).square().sum()\nfor _ in range(2):\n    loss.backward()",
            ["`loss` is computed once, on line 2, before the loop on line 3"],
        ),
        (
            (
                f"{LEAF}h = (w * x).exp()\nfor _ in range(2):\n    loss = (h - y).square().sum()\n"
                "    loss.backward()"
            ),
            ["`h` is computed once, on line 2"],
        ),
        (
            (
                f"{LEAF}h = w * x\nfor _ in range(2):\n    h = torch.tanh(h * w)\n"
                "    loss = h.sum()\n    loss.backward()"
            ),
            ["`h` goes on from turn to turn (line 4)", "detach()"],
        ),
        (
            f"{LEAF}h = (w * x).exp()\na, b = h.sum(), h.mean()\na.backward()\nb.backward()",
            ["line 4 has done so"],
        ),
        (
            f"{LEAF}h = (w * x).exp()\na = h.sum()\nb = h.mean()\na.backward()\nb.backward()",
            ["line 5 has done so", "both walks go through `h` (line 2)"],
        ),
        (
            f"{LEAF}loss = w.exp().sum()\nloss.backward()\nloss.backward()",
            ["line 3 has done so with that of `loss`"],
        ),
    ],
)
def test_a_graph_that_is_used_up(code: str, said: list[str]) -> None:
    """What the walks share is named, with its line."""
    words = cause(code)
    for part in said:
        assert part in words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            f"{LEAF}e = torch.exp(w)\ne += 1\ne.sum().backward()",
            ["`e`, the result of `exp` on line 2", "line 3 writes into it"],
        ),
        (
            f"{LEAF}e = w.sigmoid().add_(x)\ne.sum().backward()",
            ["the result of `sigmoid`", "line 2", "`add_`"],
        ),
        (
            f"{LEAF}i = 0\na = w * 2\nb = a * w\na[0] = 5\ni += 1\nb.sum().backward()",
            ["look at `a` on line 5"],
        ),
    ],
)
def test_what_autograd_had_kept(code: str, said: list[str]) -> None:
    """The line that writes is named; a counter is no suspect."""
    words = cause(code)
    for part in said:
        assert part in words
    assert "line 6" not in words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (f"{LEAF}loss = (w * x).detach().sum()\nloss.backward()", "line 2, by `.detach()`"),
        (
            (
                f"{LEAF}for _ in range(2):\n    loss = (w * x).sum()\n    loss.backward()\n"
                "    with torch.no_grad():\n        w = w - 0.1 * w.grad"
            ),
            "Line 6 gives the name `w` to a new tensor",
        ),
        (
            f"{LEAF}w.requires_grad_(False)\nloss = (w * x).sum()\nloss.backward()",
            "Line 2 says that no gradient is required",
        ),
        (
            f"{LEAF}loss = (w * x).sum().item()\nloss.backward()",
            "`.item()` on line 2 takes the number alone",
        ),
        (
            (
                f"{LEAF}(w * x).sum().backward()\nw = w - w.grad\n(w * x).sum().backward()\n"
                "w = w - 0.1 * w.grad"
            ),
            "`w` is no leaf any more. Line 3 gives the name",
        ),
        (
            f"{LEAF}print(0.1 * w.grad)\nw.sum().backward()",
            "comes only on line 3",
        ),
    ],
)
def test_what_was_not_recorded(code: str, said: str) -> None:
    """Where the graph ends, or the leaf was lost."""
    assert said in cause(code)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("mean = x.mean(dim=0),\nprint(x - mean)", "`mean` is a tuple: the comma at the end of"),
        (
            (
                "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
                "        self.act = nn.ReLU(),\n    def forward(self, x):\n"
                "        return self.act(x)\n"
                "Net()(x)"
            ),
            "`self.act` is a tuple: the comma at the end of line 4",
        ),
        (
            "class Net(nn.Module):\n    def __init(self, n):\n        super().__init__()\nNet(3)",
            "a method `__init`",
        ),
        (
            (
                "class Exp(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
                "        ctx.save_for_backward(x)\n        return x.exp()\n    @staticmethod\n"
                "    def backward(ctx, grad):\n        x = ctx.saved_tensors\n"
                "        return grad * x\n"
                "Exp.apply(torch.ones(1, requires_grad=True)).sum().backward()"
            ),
            "`x` is the whole tuple of saved tensors (line 8)",
        ),
    ],
)
def test_tuples_and_names(code: str, said: str) -> None:
    """A comma, underscores, a tuple of one."""
    assert said in cause(code)


@pytest.mark.parametrize(
    "source",
    ["", "no python (", "x" + ".a" * 5_000 + ".backward()", "w = 1\nw.grad\n", "for"],
)
def test_a_text_that_tells_nothing(source: str) -> None:
    """Forged texts and lines name no line, and raise no exception."""
    for message in (
        "Trying to backward through the graph a second time",
        "modified by an inplace operation: output 0 of Exp, ",
        "element 0 of tensors does not require grad and does not have a grad_fn",
        "'float' object has no attribute 'backward'",
        "unsupported operand: 'NoneType'",
        "'tuple' object is not callable",
        "Net.__init__() takes 1 positional argument but 2 were given",
    ):
        for line in (None, 1, 10_000):
            assert "line 1" not in meaning("TypeError", message, line, source).lower()
