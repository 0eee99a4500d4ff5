from __future__ import annotations

from typing import Any

import pytest

from checks import Dtype, Finding, Shape, Values, examine

SETUP = "import torch\nimport numpy as np\nimport torch.nn.functional as F\nfrom torch import nn\n"
X = "x = torch.arange(6.).reshape(2, 3) + 0.5\n"


def _values(answer: str, solution: str, **params: Any) -> Finding:
    check = Values(target="y", **params)
    return examine(check, answer=answer, solution=solution, setup=SETUP + X)


_WRONG = [
    # answer, solution, code, words of the message
    ("z = 1", "y = x", "not-defined", ["`y`", "exactly"]),
    ("", "y = x", "not-defined", ["`y`", "no names"]),
    ("Y = x", "y = x", "not-defined", ["`Y`"]),
    ("y = x.sum(5)", "y = x", "raised", ["IndexError", "line 1"]),
    ("y = 1\nraise SystemExit(3)", "y = x", "raised", ["SystemExit", "line 2"]),
    ("def f(): return f()\ny = f()", "y = x", "raised", ["RecursionError"]),
    ("raise KeyboardInterrupt", "y = x", "raised", ["KeyboardInterrupt"]),
    ("y = (1", "y = x", "syntax-error", ["Line 1"]),
    ("y = x.sum().item()", "y = x.sum()", "wrong-type", ["Python float", ".item()"]),
    ("y = x.sum()", "y = x.sum().item()", "wrong-type", ["0-d tensor", ".item()"]),
    ("y = x.tolist()", "y = x", "wrong-type", ["list of 2", "torch.tensor"]),
    ("y = x,", "y = x", "wrong-type", ["tuple of 1", "comma"]),
    ("y = x.max(dim=1)", "y = x.max(dim=1).values", "wrong-type", ["indices"]),
    ("y = x.numpy()", "y = x", "wrong-type", ["NumPy array", "from_numpy"]),
    ("y = x.sum", "y = x.sum()", "not-called", ["()"]),
    ("y = nn.Linear", "y = x", "not-called", ["class"]),
    ("y = None", "y = x", "wrong-type", ["None"]),
    ("y = x.to_sparse()", "y = x", "wrong-type", ["unusual"]),
    ("y = (1, 2)", "y = [1, 2]", "wrong-type", ["tuple", "Square"]),
    ("y = True", "y = 1", "wrong-type", ["a bool", "an int"]),
    ("y = [1]", "y = [1, 2]", "wrong-length", ["list of 1", "2 items"]),
    ("y = {'a': x}", "y = {'b': x}", "wrong-keys", ["'a'", "'b'"]),
    ("y = x.sum(1)", "y = x.sum(1, keepdim=True)", "missing-dimension", ["(2,)", "keepdim"]),
    ("y = x.sum()", "y = x.sum(1)", "missing-dimension", ["dimension 0 (size 2)"]),
    ("y = x[0]", "y = x", "missing-dimension", ["(3,)", "(2, 3)", "indexed"]),
    ("y = x[None]", "y = x", "extra-dimension", ["position 0", "(1, 2, 3)"]),
    ("y = x", "y = x.sum(0)", "extra-dimension", ["dimension 0 (size 2)", "reduced"]),
    ("y = x.flatten()", "y = x", "flattened", ["one row"]),
    ("y = x.T", "y = x", "transposed", ["(3, 2)", "0 and 1"]),
    ("y = torch.ones(2,3,4)", "y = torch.ones(4,2,3)", "transposed", ["another order"]),
    ("y = x.sum(1) - x.sum(1, keepdim=True)", "y = x.sum(1)", "broadcast", ["stretched"]),
    ("y = torch.ones(7)", "y = torch.ones(8)", "wrong-shape", ["off by one"]),
    ("y = torch.ones(2, 5)", "y = torch.ones(2, 8)", "wrong-shape", ["dimension 1"]),
    ("y = torch.ones(2, 6)", "y = torch.ones(3, 4)", "wrong-shape", ["12 numbers"]),
    ("y = torch.tensor([1, 2])", "y = torch.tensor([1., 2.])", "wrong-dtype", ["int64", "1."]),
    ("y = x.double()", "y = x", "wrong-dtype", ["float64", "float32"]),
    ("y = torch.Tensor([1, 2])", "y = torch.tensor([1, 2])", "wrong-dtype", ["int64"]),
    ("y = (x > 1).float()", "y = x > 1", "wrong-dtype", ["bool", "comparison"]),
    ("y = x.to('meta')", "y = x", "wrong-device", ["meta", "no data"]),
    ("y = x - x", "y = x", "all-zero", ["zero everywhere"]),
    ("y = x / 0", "y = x", "not-finite", ["inf"]),
    ("y = (x * 0) / 0", "y = x", "not-finite", ["nan"]),
    ("y = -x", "y = x", "sign-flipped", ["opposite sign"]),
    ("y = x <= 2", "y = x > 2", "negated", ["True where False"]),
    ("y = x.sum() < 0", "y = x.sum() > 0", "negated", ["False where True"]),
    ("y = (x @ x.T * x[:, :2]).T", "y = x @ x.T * x[:, :2]", "transposed-values", ["swapped"]),
    ("y = x.reshape(3, 2)", "y = x.T", "refilled", ["reshape", "transpose"]),
    ("y = x.flip(1)", "y = x", "reversed-values", ["other way round", "dimension 1"]),
    ("y = torch.arange(9.).roll(1)", "y = torch.arange(9.)", "rolled", ["1 place"]),
    (
        "y = torch.tensor([3., 1, 4, 2])",
        "y = torch.tensor([4., 1, 2, 3])",
        "other-order",
        ["order"],
    ),
    ("y = F.softmax(x, 0)", "y = F.softmax(x, 1)", "other-dimension", ["dimension 0", "`dim`"]),
    ("y = x / x.sum(0)", "y = x / x.sum(1, keepdim=True)", "other-dimension", ["sums to one"]),
    ("y = x.sum(1)", "y = x.mean(1)", "sum-not-mean", ["3 times", "mean"]),
    ("y = x.mean(1)", "y = x.sum(1)", "mean-not-sum", ["1/3"]),
    ("y = x.std(1)", "y = x.std(1, correction=0)", "biased", ["n = 3", "correction"]),
    ("y = x.var(0, correction=0)", "y = x.var(0)", "biased", ["n = 2"]),
    ("y = x * 2.5", "y = x", "scaled", ["2.5 times"]),
    ("y = x + 1", "y = x", "shifted", ["too large by 1"]),
    ("y = x ** 2", "y = x", "squared", ["square"]),
    ("y = x.sqrt()", "y = x", "square-root", ["square root"]),
    ("y = x.log()", "y = x", "logarithm", ["log"]),
    ("y = x.exp()", "y = x", "exponential", ["exp"]),
    ("y = 1 / x", "y = x", "inverted", ["upside down"]),
    ("y = 1 - x.sigmoid()", "y = x.sigmoid()", "complement", ["one minus"]),
    ("y = (x - 2.7).abs()", "y = x - 2.7", "absolute", ["signs"]),
    ("y = (x * 1.3).floor()", "y = x * 1.3", "rounded", ["whole part"]),
    ("y = x.clone(); y[0, 1] = 9", "y = x", "wrong-values", ["1 of 6", "[0, 1]", "9.0", "1.5"]),
    ("y = x.clone(); y[1] += x[1] ** 3", "y = x", "wrong-values", ["3 of 6", "row 1"]),
    ("y = x.sum().item() + 3", "y = x.sum().item()", "wrong-values", ["21", "18"]),
    ("y = 3", "y = 4", "wrong-values", ["is 3", "4"]),
    ("y = 'b'", "y = 'a'", "wrong-values", ["'b'"]),
    ("y = torch.int32", "y = torch.int64", "wrong-dtype", ["torch.int32"]),
    ("y = x.T.shape", "y = x.shape", "wrong-shape", ["[3, 2]"]),
    ("y = torch.device('meta')", "y = torch.device('cpu')", "wrong-values", ["meta"]),
    ("y = [{'w': (x, x + 1)}]", "y = [{'w': (x, x)}]", "shifted", ["`y[0]['w'][1]`"]),
    ("y = (x + 1, x[0])", "y = (x, x)", "missing-dimension", ["`y[1]`"]),
    ("y = {1, 2}", "y = {1, 3}", "wrong-values", ["{1, 2}"]),
]


@pytest.mark.parametrize(("answer", "solution", "code", "words"), _WRONG)
def test_a_wrong_value_is_named_by_its_cause(
    answer: str, solution: str, code: str, words: list[str]
) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _values(answer, solution)
    assert finding.status == "fail"
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


_RIGHT = [
    ("y = x + 0", "y = x"),
    ("y = x.T.contiguous().T", "y = x"),
    ("y = torch.full((2, 3), 2.)", "y = torch.tensor(2.).expand(2, 3)"),
    ("y = torch.tensor(2.).expand(2, 3)", "y = torch.full((2, 3), 2.)"),
    ("with torch.inference_mode():\n    y = x * 2", "y = x + x"),
    ("y = nn.Parameter(x)", "y = x"),
    ("y = x.requires_grad_() * 1", "y = x"),
    ("y = torch.randn(3)", "y = torch.randn(3)"),
    ("y = x.max(dim=1)", "y = (x.max(dim=1).values, x.argmax(dim=1))"),
    ("y = tuple(x.shape)", "y = x.shape"),
    ("y = x.size()", "y = (2, 3)"),
    ("y = {'b': 2, 'a': 1}", "y = {'a': 1, 'b': 2}"),
    ("y = float('nan')", "y = float('nan')"),
    ("y = x / x * float('nan')", "y = torch.full((2, 3), float('nan'))"),
    ("y = 0.1 + 0.2", "y = 0.3"),
    ("y = x.double().sum().item()", "y = x.sum().item()"),
    ("y = 10**50", "y = 10**50"),
    ("y = torch.eye(2, dtype=torch.complex64).conj()", "y = torch.eye(2, dtype=torch.complex64)"),
    ("y = np.ones(3) * 2", "y = np.full(3, 2.)"),
    ("y = {2, 1}", "y = {1, 2}"),
    ("y = b'a'", "y = b'a'"),
    ("y = torch.zeros(0, 3)", "y = x[:0]"),
    ("y = None", "y = None"),
    ("y = torch.tensor([2**60], dtype=torch.uint64)", "y = torch.tensor([2**60]).to(torch.uint64)"),
]


@pytest.mark.parametrize(("answer", "solution"), _RIGHT)
def test_a_right_value_passes_however_it_was_made(answer: str, solution: str) -> None:
    """Views, stride 0, inference tensors, parameters: only the value counts."""
    finding = _values(answer, solution)
    assert finding.status == "pass", finding.message
    assert finding.message == finding.code == ""


def test_copied_numbers_do_not_pass() -> None:
    """Setup and answer run under a hidden seed, which draws others than the learner saw."""
    finding = _values("y = torch.tensor([0.3, 0.1])", "y = torch.rand(2)")
    assert finding.status == "fail"


def test_an_order_of_addition_is_no_mistake() -> None:
    """Two ways to add a million float32 numbers agree, though cells near zero differ."""
    setup = SETUP + "a = torch.randn(300, 300)\nb = torch.randn(300, 300)\n"
    finding = examine(
        Values(target="y"), answer="y = a @ b.sum(1)", solution="y = (a @ b).sum(1)", setup=setup
    )
    assert finding.status == "pass", finding.message


def test_a_small_cell_among_large_ones_cannot_hide() -> None:
    """The allowance for rounding is no allowance for wrong small values."""
    solution = "y = torch.cat([torch.full((30,), 1e6), torch.tensor([0.001])])"
    finding = _values(solution + "\ny[-1] = 0.5", solution)
    assert finding.code == "wrong-values"


@pytest.mark.parametrize(
    ("params", "answer", "solution"),
    [
        ({"any_dtype": True}, "y = x.double()", "y = x"),
        ({"any_dtype": True}, "y = 2.0", "y = 2"),
        ({"atol": 0.1}, "y = x + 0.05", "y = x"),
        ({"rtol": 0.1}, "y = x * 1.05", "y = x"),
        ({"atol": 1}, "y = 4", "y = 5"),
        ({"any_order": True}, "y = x[[1, 0]]", "y = x"),
        ({"any_order": True}, "y = x[0].flip(0)", "y = x[0]"),
        ({"any_order": True}, "y = [2, 1]", "y = [1, 2]"),
        ({"any_device": True}, "y = x", "y = x"),
    ],
)
def test_each_relaxation_relaxes_one_thing(
    params: dict[str, Any], answer: str, solution: str
) -> None:
    """With the parameter the answer passes, without it (or the like) it does not."""
    assert _values(answer, solution, **params).status == "pass"
    if params != {"any_device": True}:
        assert _values(answer, solution).status == "fail"


def test_any_order_is_not_any_values() -> None:
    """Rows may be moved, not mixed."""
    finding = _values("y = torch.stack([x[0], x[0]])", "y = x", any_order=True)
    assert finding.status == "fail"


@pytest.mark.parametrize(
    "solution", ["z = 1", "y = 1/0", "y = object()", "raise ValueError", "y = x.to_sparse()"]
)
def test_a_solution_that_fails_is_the_lessons_fault(solution: str) -> None:
    """The learner reads that the answer is not to blame."""
    finding = _values("y = x", solution)
    assert (finding.status, finding.code) == ("error", "lesson-error")
    assert "not to blame" in finding.message


def test_shape_looks_at_nothing_but_the_shape() -> None:
    """Other values and dtypes pass, another shape does not."""
    check = Shape(target="y")
    solution = "y = torch.ones(2, 3)"
    assert (
        examine(check, answer="y = torch.zeros(2, 3).long()", solution=solution, setup=SETUP).status
        == "pass"
    )
    finding = examine(check, answer="y = torch.zeros(3, 2)", solution=solution, setup=SETUP)
    assert (finding.code, finding.expected, finding.actual) == (
        "transposed",
        "shape (2, 3)",
        "shape (3, 2)",
    )


def test_dtype_looks_at_nothing_but_the_dtype() -> None:
    """Other values and shapes pass, another dtype does not."""
    check = Dtype(target="y")
    solution = "y = torch.ones(2, 3)"
    assert (
        examine(check, answer="y = torch.zeros(7)", solution=solution, setup=SETUP).status == "pass"
    )
    finding = examine(check, answer="y = torch.tensor([1])", solution=solution, setup=SETUP)
    assert (finding.code, finding.expected, finding.actual) == (
        "wrong-dtype",
        "torch.float32",
        "torch.int64",
    )


def test_the_first_cause_is_shown_and_its_consequences_are_not() -> None:
    """Of a wrong dtype, shape and values the shape comes first."""
    finding = _values("y = torch.zeros(3, 2).long()", "y = x")
    assert finding.code == "transposed"


def test_details_are_structured() -> None:
    """A display gets the counts, the index and both texts."""
    finding = _values("y = x.clone(); y[1, 2] = 0", "y = x")
    assert finding.details["count"] == 1
    assert finding.details["total"] == 6
    assert finding.details["index"] == [1, 2]
    assert finding.expected.startswith("tensor([[0.5000")
    assert finding.actual.startswith("tensor([[0.5000")


def test_a_broadcast_in_a_loss_is_read_from_the_warning() -> None:
    """mse_loss only warns: the finding says so."""
    setup = SETUP + "p = torch.rand(4, 1)\nt = torch.rand(4)\n"
    check = Values(target="F.mse_loss(*y)")
    finding = examine(check, answer="y = (p, t)", solution="y = (p[:, 0], t)", setup=setup)
    assert finding.code == "wrong-values"
    assert "stretched" in finding.message
