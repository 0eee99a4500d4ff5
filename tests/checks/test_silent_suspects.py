"""Silent mistakes that the text of an answer shows, in this process as the tutor looks."""

from __future__ import annotations

import ast

import pytest

from checks import Check, Finding, Function, SharesStorage, Values, examine
from checks.diagnosis.early_steps import early_steps
from checks.diagnosis.lost_results import dropped_results
from checks.diagnosis.lost_writes import counted_once, rebound_arguments, written_copies
from checks.diagnosis.misread_sizes import refilled_shapes, sizes_for_data
from checks.diagnosis.views import find_view, overwritten_since, written_where

SETUP = "import torch\nfrom torch import nn\n"


def _finding(check: Check, answer: str, solution: str, setup: str = SETUP) -> Finding:
    return examine(check, answer=answer, solution=solution, setup=setup)


def _lines(found: object) -> list[int]:
    assert hasattr(found, "__iter__")
    return [line for line, _ in found]


# --- results that nobody keeps


@pytest.mark.parametrize(
    "code",
    [
        "x.to(device)\ny = x",
        "batch['x'].float()\ny = 1",
        "def f(x):\n    x.squeeze(1)\n    return x",
        "x.masked_fill(m, 0)\ny = x",
    ],
)
def test_a_conversion_that_nobody_keeps_is_found(code: str) -> None:
    """A tensor's method gives a new tensor."""
    assert len(_lines(dropped_results(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "x = x.to(device)\ny = x",
        "model.to(device)\ny = model(x)",
        "net = nn.Linear(2, 1)\nnet.double()\ny = 1",
        "class N:\n    def f(self):\n        self.to(d)\n        return 1",
        "x.clamp_(min=0)\ny = x",
        "y = 1\nx.float()",
        "torch.detach(x)\ny = 1",
        "x.squeeze()\nx = torch.ones(2)\ny = x",
    ],
)
def test_what_changes_something_or_is_shown_is_left_alone(code: str) -> None:
    """A module changes in place; a last expression is for looking at."""
    assert _lines(dropped_results(ast.parse(code))) == []


def test_a_dropped_conversion_explains_a_dtype() -> None:
    """In the message, with its line."""
    check = Function(target="f", inputs={"x": "torch.rand(n).double()"}, sizes={"n": (2, 4)})
    answer = "def f(x):\n    x.float()\n    return 2 * x"
    finding = _finding(check, answer, "def f(x):\n    return 2 * x.float()")
    assert finding.code == "wrong-dtype"
    assert "On line 2, `x.float()` gives back a new tensor" in finding.message


def test_a_dropped_conversion_explains_an_exception() -> None:
    """Behind what the exception means."""
    check = Function(target="f", inputs={"x": "torch.rand(n, 2).double()"}, sizes={"n": (2, 4)})
    answer = "w = torch.ones(2, 3)\ndef f(x):\n    x.float()\n    return x @ w"
    finding = _finding(check, answer, answer.replace("    x.float()", "    x = x.float()"))
    assert finding.code == "raised"
    assert "On line 3, `x.float()`" in finding.message


# --- writes that do not arrive


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("x[mask].zero_()", [1]),
        ("x[[0, 1]].add_(1)", [1]),
        ("x[~keep].fill_(0)", [1]),
        ("y = x[index]\ny += 1", [2]),
        ("y = x[x > 0]\ny[:] = 0", [2]),
        ("x[0].zero_()", []),
        ("x[:2].zero_()", []),
        ("x[mask] = 0", []),
        ("for i in r:\n    x[i].zero_()", []),
        ("i = int(k)\nx[i].zero_()", []),
    ],
)
def test_a_write_into_a_copy_is_found(code: str, lines: list[int]) -> None:
    """Indexing with one number or a slice is a view, and a write; the rest copies."""
    assert _lines(written_copies(ast.parse(code))) == lines


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("c[labels] += 1", [1]),
        ("c[labels] = c[labels] + 1", [1]),
        ("c[0] += 1", []),
        ("for k in labels:\n    c[k] += 1", []),
        ("c[labels] *= 2", []),
        ("c[labels] = 0", []),
    ],
)
def test_repeated_indices_are_found(code: str, lines: list[int]) -> None:
    """Only where something is added to what many indices choose."""
    assert _lines(counted_once(ast.parse(code))) == lines


def test_an_argument_with_a_new_value_is_found() -> None:
    """The caller's tensor stays as it was."""
    code = "def f(c, n):\n    c = c.index_add(0, n, n)\n    d = 1"
    assert _lines(rebound_arguments(ast.parse(code))) == [2]


def test_counting_once_explains_a_change() -> None:
    """`+=` with repeated indices."""
    check = Function(
        target="f",
        inputs={"c": "torch.zeros(3)", "k": "torch.tensor([0, 0, 1])"},
        mutates=("c",),
    )
    solution = "def f(c, k):\n    c.index_add_(0, k, torch.ones(3))"
    finding = _finding(check, "def f(c, k):\n    c[k] += 1", solution)
    assert finding.code == "wrong-change"
    assert "On line 2, `c[k]` is read and written once" in finding.message


# --- sizes


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("torch.Tensor(3)", [1]),
        ("torch.Tensor(n, 2)", [1]),
        ("torch.Tensor([3])", []),
        ("torch.Tensor([k for k in x])", []),
        ("torch.tensor(3)", []),
    ],
)
def test_a_size_where_data_is_meant_is_found(code: str, lines: list[int]) -> None:
    """The capital letter makes the difference."""
    assert _lines(sizes_for_data(ast.parse(code))) == lines


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("n, h, w, c = x.shape\ny = x.reshape(n, c, h, w)", [2]),
        ("n, m = x.size()\ny = x.view(m, n)", [2]),
        ("n, h, w, c = x.shape\ny = x.reshape(n, h * w, c)", []),
        ("n, m = x.shape\ny = x.reshape(n, m)", []),
        ("n, m = x.shape\ny = x.T.reshape(m, n)", []),
    ],
)
def test_sizes_in_another_order_are_found(code: str, lines: list[int]) -> None:
    """Where all sizes of a tensor come back in another order, axes were meant to move."""
    assert _lines(refilled_shapes(ast.parse(code))) == lines


# --- the same memory


def test_the_line_that_writes_into_an_input_is_named() -> None:
    """Through a view as well as directly."""
    direct = written_where("def f(x):\n    x += 1\n    return x", "x")
    assert direct == "Line 2 writes into it: `x += 1`. Work on a copy."
    through = written_where("def f(x):\n    y = x.reshape(-1)\n    y[0] = 1", "x")
    assert "Line 3 writes into `y`, which has the same memory" in through
    assert "`reshape` on line 2 does not copy." in through
    sliced = written_where("def f(x):\n    y = x[:, -1]\n    y[0].zero_()", "x")
    assert "Line 3 writes into `y`, which has the same memory: `y[0].zero_()`." in sliced
    assert "`x[:, -1]` on line 2 does not copy." in sliced
    diagonal = written_where("def f(x):\n    torch.diagonal(x).zero_()", "x")
    assert "Line 2 writes into it" in diagonal


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    y = x.clone()\n    y += 1",
        "def f(x):\n    y = 2 * x\n    y += 1",
        "f(",
        "def f(x, i):\n    y = x[i]\n    y += 1",
        "def f(x):\n    y = x[[0, 1]]\n    y += 1",
    ],
)
def test_a_write_into_a_copy_is_no_write_into_the_input(code: str) -> None:
    """Nothing is claimed that is not so."""
    assert written_where(code, "x") == ""


def test_what_changes_a_kept_array_is_found() -> None:
    """`numpy()` shares memory, and a later write into the tensor shows in it."""
    code = "before = w.detach().numpy()\nw.zero_()"
    ((line, says),) = overwritten_since(ast.parse(code))
    assert line == 2
    assert "`numpy` on line 1 does not copy." in says
    assert list(overwritten_since(ast.parse(code.replace("numpy()", "numpy().copy()")))) == []
    assert list(overwritten_since(ast.parse("w.zero_()\nbefore = w.detach()"))) == []


def test_shared_memory_names_the_call() -> None:
    """That does not copy."""
    assert find_view("y = x.reshape(-1)", "y") == "`reshape` on line 1 does not copy."
    assert find_view("y = x.clone()", "y") == ""
    finding = _finding(
        SharesStorage(target=("y", "x")),
        "x = torch.ones(2, 2)\ny = x.flatten()",
        "x = torch.ones(2, 2)\ny = x.flatten().clone()",
    )
    assert finding.code == "shared-memory"
    assert "`flatten` on line 2 does not copy." in finding.message


# --- order, and names that were stretched


def test_a_step_before_the_gradient_is_found() -> None:
    """Outside of loops: in one, it takes the gradient of the turn before."""
    code = "opt.step()\nloss.backward()"
    assert _lines(early_steps(ast.parse(code))) == [1]
    assert _lines(early_steps(ast.parse("loss.backward()\nopt.step()"))) == []
    loop = "for x in d:\n    opt.step()\n    loss.backward()"
    assert _lines(early_steps(ast.parse(loop))) == []


STRETCHED = "error = p - y\nloss = error.abs().mean()"
DATA = f"{SETUP}y = torch.arange(4.)\np = y[:, None] + torch.rand(4, 1)\n"


def test_names_that_were_stretched_are_named() -> None:
    """A column met a row in the answer's own statement, and the mean hides it."""
    solution = "error = p[:, 0] - y\nloss = error.abs().mean()"
    finding = _finding(Values(target="loss"), STRETCHED, solution, setup=DATA)
    assert (finding.code, finding.line) == ("broadcast", 1)
    assert "`p - y` stretches shapes (4, 1) and (4,)" in finding.message


def test_a_stretch_that_the_solution_makes_as_well_is_meant() -> None:
    """Something else is wrong then."""
    answer = f"{STRETCHED} + 1"
    finding = _finding(Values(target="loss"), answer, STRETCHED, setup=DATA)
    assert finding.code != "broadcast"


@pytest.mark.parametrize("line", ["x" + ".T" * 900, "x" + " + x" * 900])
def test_an_expression_of_a_thousand_parts_is_no_riddle(line: str) -> None:
    """What cannot be read to its end is not spoken of, and the finding comes all the same."""
    code = f"def f(x):\n    if False:\n        {line}\n        w = {line}\n    x += 1\n    return x"
    check = Function(target="f", inputs={"x": "torch.ones(2, 2)"})
    finding = _finding(check, code, "def f(x):\n    return x + 1")
    assert finding.code == "input-changed"
