"""What is said of exceptions: each of them is raised by torch itself."""

from __future__ import annotations

import pytest
import torch

from checks.error_words import in_short, meaning

SETUP = """\
import io
import torch
from torch import nn
import torch.nn.functional as F
w = torch.ones(2, requires_grad=True)
"""


def words(code: str, setup: str = SETUP) -> str:
    """What is said of the exception that the last line of `code` raises."""
    try:
        exec(setup + code, {"__name__": "answer"})  # noqa: S102  # that is the test
    except Exception as error:  # noqa: BLE001  # whatever torch raises
        line = code.rstrip("\n").count("\n") + 1
        return meaning(type(error).__name__, str(error), line, code)
    pytest.fail("nothing was raised")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("torch.randint(1, 7, 3)", "The comma makes it one"),
        ("torch.randint('a', 7, (3,))", "of another kind"),
        ("torch.ones(2, 3).sum(dim=1, keep_dim=True)", "`keepdim` meant"),
        ("torch.ones(2, 3).T()", "take no `()`"),
        ("torch.ones(2, 3).shape()", "take no `()`"),
        ("torch.ones(2) ^ 2", "`**`"),
        ("torch.tensor([1, 2], requires_grad=True)", "no gradient"),
        ("torch.arange(3).requires_grad_()", "no gradient"),
        ("torch.arange(3).mean()", "int64"),
        ("torch.arange(3).std()", "int64"),
        ("torch.arange(3).softmax(0)", "int64"),
        ("torch.arange(3).norm()", "int64"),
        ("x = torch.arange(3)\nx /= 2", "no room for a fraction"),
        ("nn.Linear(2, 3)(torch.ones(1, 2).double())", "One is float64, the other float32"),
        ("torch.ones(2, 2).double() @ torch.ones(2)", "float64"),
        ("torch.arange(2) @ torch.ones(2)", "One is int64, the other float32"),
        ("nn.Conv2d(1, 2, 3)(torch.ones(1, 1, 4, 4).double())", "float64, the other float32"),
        ("nn.LSTM(2, 2)(torch.ones(1, 1, 2).double())", "float64, the other float32"),
        ("nn.Embedding(3, 2)(torch.tensor([1.]))", "whole numbers"),
        ("torch.ones(3)[torch.tensor([0.])]", "indices"),
        ("torch.Tensor([1, 2], requires_grad=True)", "capital T"),
        ("torch.optim.SGD(nn.Linear(1, 1).parameters, lr=0.1)", "named here but not called"),
        ("torch.ones(2) - torch.ones(2).mean", "named here but not called"),
        ("torch.exp(torch.ones(2).sum)", "named here but not called"),
        ("torch.ones(2).mean.item()", "named here but not called"),
        ("nn.Linear(1, 1).load_state_dict('a.pt')", "takes the dict itself"),
        ("torch.save(nn.Linear, f := io.BytesIO())\nf.seek(0)\ntorch.load(f)", "`state_dict()`"),
        ("torch.stack([torch.ones(2), torch.ones(3)])", "[2] and [3]"),
        ("torch.tensor([[1, 2], [3]])", "one length"),
        ("torch.ones(2, 3) - torch.ones(2, 3).max(dim=1, keepdim=True)", "a pair"),
        ("torch.ones(2, 3).max(dim=1).float()", "a pair"),
        ("a, b = torch.ones(2).max()", "One number"),
        ("float(torch.ones(2))", "Reduce it first"),
        ("torch.ones(2).item()", "Reduce it first"),
        ("if torch.ones(2) > 0: pass", "one truth value"),
        ("torch.ones(2, 3).T.view(6)", "no longer lie in that order"),
        ("torch.ones(2, 3).view(4)", "the 6 elements"),
        ("torch.ones(2, 3) @ torch.ones(2, 3)", "3 meets 2. Does one"),
        ("nn.Linear(784, 10)(torch.ones(32, 1, 28, 28))", "flattened into one of size 784"),
        ("nn.Linear(3, 2)(torch.ones(1, 4))", "in_features"),
        ("torch.ones(3, 4) @ torch.ones(3)", "4 meets 3"),
        ("torch.ones(4) @ torch.ones(3)", "4 and 3"),
        ("x = torch.ones(3)\nx[0] = 2 * x", "one number here, and this is a tensor of shape (3,)"),
        ("x = torch.ones(3)\nx[0] = torch.ones(2, 3)", "a tensor of shape (2, 3)"),
        ("torch.ones(2, 3, 4) @ torch.ones(2, 3, 4)", "4 meets 3"),
        ("torch.ones(3, 4) / torch.ones(3, 4).sum(1)", "in dimension 1, 4 meets 3"),
        ("x = torch.ones(3)\nx += torch.ones(2, 3)", "keeps its shape"),
        ("torch.cat([torch.ones(2, 2), torch.ones(2, 3)])", "along dimension 0"),
        ("torch.ones(2).sum(dim=1)", "has 1 dimension, counted from 0"),
        ("nn.Conv2d(3, 8, 3)(torch.ones(1, 28, 28, 3))", "the 3 channels come last"),
        ("nn.Conv2d(1, 8, 3)(torch.ones(4, 28, 28))", "4 channels"),
        ("nn.Conv2d(1, 8, 3)(torch.ones(28, 28))", "channels missing"),
        ("torch.autograd.grad(w.sum(), torch.ones(2))", "with respect to"),
        ("torch.autograd.grad(torch.ones(1, requires_grad=True), w)", "was not computed from"),
        ("(w * 2).backward()", "Reduce it first"),
        ("w -= 1", "no_grad"),
        ("w[0] = 1", "no_grad"),
        ("torch.optim.SGD([2 * w], lr=0.1)", "leaves"),
        ("F.cross_entropy(torch.ones(2, 3), torch.tensor([0., 1.]))", "int64"),
        ("F.cross_entropy(torch.ones(2, 3), torch.ones(2, 3).long())", "probabilities"),
        ("F.cross_entropy(torch.ones(2, 3), torch.ones(2, 1).long())", "(N,)"),
        ("F.cross_entropy(torch.ones(2, 3), torch.tensor([0]))", "2 rows of logits and 1 targets"),
        ("F.binary_cross_entropy_with_logits(torch.ones(2, 1), torch.ones(2))", "one shape"),
        ("nn.BatchNorm1d(3)(torch.ones(1, 3))", "no spread"),
        ("w - 0.1 * w.grad", "`w.grad` is None there: nothing calls `backward()`"),
        ("g, h = w.grad, 1\nw - 0.1 * g", "`w.grad` is None on line 1"),
        (
            "(2 * w).sum().backward()\nnn.ReLU().zero_grad()\nw.grad = None\n2 * w.grad",
            "line 2 clears",
        ),
        ("g = w.grad\nw - 0.1 * g", "`w.grad` is None"),
        ("(2 * w).sum().backward()\nw.grad = None\n2 * w.grad", "line 2 clears"),
        (
            "@lambda f: f([w])\ndef f(ps):\n    for p in ps:\n        p.grad.zero_()",
            "`p.grad` is None there: no `backward()` has filled it.",
        ),
    ],
)
def test_the_cause_of_an_exception_is_named(code: str, said: str) -> None:
    """In words that fit what was written."""
    assert said in words(code)


def test_a_gpu_that_is_not_there_is_no_riddle() -> None:
    """Here torch may have been built with CUDA or without, so its text is given."""
    said = meaning("AssertionError", "Torch not compiled with CUDA enabled", 1, "x.cuda()")
    assert "no GPU here" in said


def test_super_init_is_asked_for() -> None:
    """A module that was never made cannot hold a layer."""
    code = "class Net(nn.Module):\n    def __init__(self):\n        self.a = nn.ReLU()\nNet()"
    assert "super().__init__()" in words(code)


@pytest.mark.parametrize(
    "code", ["{}['a']", "None + 1", "torch.zeros(3)[5]", "raise ValueError('no such shape')"]
)
def test_of_other_exceptions_nothing_is_said(code: str) -> None:
    """Their own text is all that is known."""
    assert words(code) == ""


def test_text_without_end_is_read_no_further() -> None:
    """It came from the answer's process: numbers of any length, code of any depth."""
    text = f"mat1 and mat2 shapes cannot be multiplied ({'9' * 10_000}x2 and 3x4)"
    assert meaning("RuntimeError", text, 1, "") == ""
    deep = f"x{'.a' * 5_000}.grad + 1"
    assert meaning("TypeError", "+: 'NoneType' and 'int'", 1, deep) == ""


def test_advice_that_fits_few_is_left_out() -> None:
    """A long text is cut after its first sentence."""
    text = "It was used a second time (or twice). Specify retain_graph=True if you " + "must " * 30
    assert in_short(text) == "It was used a second time (or twice)"


def test_the_forms_that_a_function_has_are_left_out() -> None:
    """They fill a screen, and help nobody who has just met the function."""
    with pytest.raises(TypeError) as caught:
        torch.randint(1, 7, 3)  # type: ignore[call-overload]  # it is the error that is looked at
    assert len(str(caught.value)) > 500
    assert in_short(str(caught.value)).endswith("got (int, int, int)")
