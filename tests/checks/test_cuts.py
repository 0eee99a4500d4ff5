# ruff: noqa: ISC004  # answers read best as they are
from __future__ import annotations

import ast

import pytest

from checks.diagnosis.backward_calls import backward_calls, cleared_after, only_returns_gradients
from checks.diagnosis.cuts import find_cut, find_cut_before_backward, last_line, named_last
from checks.diagnosis.slices import Slices


@pytest.mark.parametrize(
    ("source", "target", "leaf", "line", "text"),
    [
        ("y = w * 2\nprint(y.item())\nz = torch.tensor(y)", "z", "w", 3, "`tensor(...)`"),
        ("y = w * 2\nprint(y.item())\nz = x * y", "z", "w", None, ""),
        ("def f(a):\n    k = a.mean().item()\n    return a - k", "f", "", 2, "`.item()`"),
        ("def f(a):\n    k = a.mean().item()\n    return a", "f", "", None, ""),
        (
            "def g(b):\n    with torch.no_grad():\n        return b\nf = lambda a: g(a)",
            "f(a)",
            "",
            2,
            "`no_grad()`",
        ),
        (
            "with torch.no_grad():\n    with torch.enable_grad():\n        z = w * 2",
            "z",
            "w",
            None,
            "",
        ),
        ("with torch.set_grad_enabled(True):\n    z = w", "z", "w", None, ""),
        ("torch.set_grad_enabled(False)\nz = w", "z", "w", 1, "`set_grad_enabled(False)`"),
        ("z = 0.\nfor x in xs:\n    z += (w * x).item()", "z", "w", 3, "`.item()`"),
        ("z = []\nz.append(w.tolist())", "z", "w", 2, "`.tolist()`"),
        ("z = (a.detach() * w).sum()", "z", "a", 1, "`.detach()`"),
        ("g = torch.autograd.grad(y, w)[0]", "g", "w", 1, "without `create_graph=True`"),
        ("g, = torch.autograd.grad(y, w, create_graph=True)", "g", "w", None, ""),
        ("y.backward()\ng = w.grad", "g", "w", 2, "`.grad`"),
        ("z = w.argmax()", "z", "w", 1, "`.argmax()`"),
        ("z = torch.as_tensor([1., 2.])", "z", "w", None, ""),
        (
            "class N(nn.Module):\n    def forward(self, x):\n        return self.w.data * x\n"
            "model = N()\nz = model(x)",
            "z",
            "model.w",
            3,
            "`.data`",
        ),
        ("z = (", "z", "w", None, ""),
    ],
)
def test_the_cut_that_leads_to_the_target_is_found(
    source: str, target: str, leaf: str, line: int | None, text: str
) -> None:
    """Names are followed back; what has no part in the target is no cut of it."""
    cut = find_cut(source, target, leaf)
    if line is None:
        assert cut is None
        return
    assert cut is not None
    assert cut.line == line
    assert text in str(cut)


def test_a_cut_of_something_else_is_named_with_less_certainty() -> None:
    """`w` has no part in what is detached, as far as the names tell."""
    cut = find_cut("z = (a.detach() * w).sum()", "z", "w")
    assert cut is not None
    assert not cut.sure
    assert str(cut).startswith("Look at line 1")


def test_what_backward_is_called_on_is_followed() -> None:
    """Whatever it is called, and whether or not it has a name."""
    cut = find_cut_before_backward("(w.detach() * v).sum().backward()\nprint(w.item())", "w")
    assert cut is not None
    assert (cut.line, cut.text) == (1, "`.detach()`")
    source = "y = w.data\nloss = y.sum()\ntorch.autograd.backward(loss)"
    cut = find_cut_before_backward(source, "w")
    assert cut is not None
    assert cut.line == 1


def test_a_flat_step_is_no_cut() -> None:
    """`round` is recorded; its derivative is zero."""
    cut = find_cut("z = w.round()", "z", "w")
    assert cut is not None
    assert cut.flat


def test_lines_that_give_a_name_a_value() -> None:
    """The last one, and whether it comes after another name's."""
    assert named_last("w = 1\nloss = w\nw = 2", "w", "loss") == 3
    assert named_last("w = 1\nloss = w", "w", "loss") is None
    assert named_last("w = 1\nloss = w\nw -= 1\nw.grad = None\nw[0] = 1", "w", "loss") is None
    assert named_last("w = 1\nloss = w\nfor i in x:\n    w -= 1", "w", "loss") is None
    assert named_last("w = 1\nloss = w\nfor w in (1,):\n    pass", "w", "loss") == 3
    assert named_last("loss = (", "w", "loss") is None
    assert last_line("a, (b, *c) = f()\nd = 1", "c") == 1
    assert last_line("d = 1", "c") is None


def test_calls_of_backward_are_counted_and_placed() -> None:
    """A loop counts twice; clearing after the last one is seen."""
    assert backward_calls("a.backward()") == 1
    assert backward_calls("for a in b:\n    a.backward()") == 2
    assert backward_calls("a.backward(") == 0
    assert backward_calls("torch.autograd.grad(a, b)") == 0
    assert only_returns_gradients("torch.autograd.grad(a, b)")
    assert cleared_after("a.backward()\nb.grad = None") == (1, 2)
    assert cleared_after("b.grad = None\na.backward()") is None
    assert cleared_after("opt.zero_grad()") is None


def test_names_are_followed_through_functions_attributes_and_loops() -> None:
    """Whatever may have a part, and nothing else."""
    source = (
        "a = 1\nb = 2\nunused = b\n"
        "def f(x):\n    side = b\n    return x + a\n"
        "class C:\n    def m(self):\n        self.p = a\n        return self.p\n"
        "for i in (b, 3):\n    total = i\n"
        "with f(b) as h:\n    y = h\n"
        "z: int = (k := a)\n"
        "t = []\nt.insert(0, b)\nt[1] = a\n"
    )
    slices = Slices(ast.parse(source))
    assert "b" not in slices.names(["f"])
    assert {"x", "a"} <= slices.names(["f"])
    assert "a" in slices.names(["C"])
    assert "b" in slices.names(["total"])
    assert {"f", "b", "a"} <= slices.names(["y"])
    assert slices.names(["k"]) >= {"a"}
    assert {"a", "b"} <= slices.names(["t"])
    assert slices.names(["z"]) == {"z", "k", "a"}
