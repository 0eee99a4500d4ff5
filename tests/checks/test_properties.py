from __future__ import annotations

from typing import Any, get_args

import pytest

from checks import Finding, Property, examine
from checks.data import Float, Int, List, Nothing, Observed, Opaque, Tensor, Value
from checks.diagnosis.matrices import MATRIX_TESTS
from checks.diagnosis.properties import SLICE_TESTS, VALUE_TESTS
from checks.properties import Name
from checks.registry import build
from tests.checks.recognising import alike

SETUP = "import torch\nx = torch.arange(6.).reshape(2, 3) + 0.5\n"


def _property(answer: str, solution: str, name: str, **params: Any) -> Finding:
    check = build("property", params.pop("target", "y"), {"is": name, **params})
    return examine(check, answer=answer, solution=solution, setup=SETUP)


_CASES: list[tuple[str, str, str, str]] = [
    # property, what has it, what has not, words of the message
    ("rows-sum-to-one", "x.softmax(1)", "x", "`y[1]` sums to 13.5, not 1. None of the 2 rows"),
    ("rows-sum-to-one", "x[0].softmax(0)", "x[0]", "`y` sums to 4.5, not 1"),
    ("columns-sum-to-one", "x.softmax(0)", "x.softmax(1)", "`y[:, 0]` sums to 0.18"),
    ("sums-to-one", "x / x.sum()", "x.softmax(1)", "`y` sums to 2"),
    (
        "probabilities",
        "x.softmax(1)",
        "2 * x.softmax(1) - 1 / 3",
        "every value should be 0 or more",
    ),
    ("zero-mean", "x - x.mean()", "x", "`y` has the mean 3.0, not 0"),
    ("unit-norm", "x / x.norm(dim=1, keepdim=True)", "x / x.norm()", "`y[0]` has the length"),
    ("in-unit-interval", "x.sigmoid()", "x.tanh() * 2 - 1.5", "should lie between 0 and 1"),
    ("in-unit-interval", "x / 10", "x / 5", "`y[1, 2]` is 1.1"),
    ("non-negative", "x.relu()", "x - 1", "`y[0, 0]` is -0.5, but every value should be 0 or more"),
    ("positive", "x", "x - 0.5", "`y[0, 0]` is 0.0"),
    ("whole-numbers", "x.round()", "x", "should be a whole number"),
    ("zeros-and-ones", "(x > 2).float()", "x.round()", "should be 0 or 1"),
    ("zeros-and-ones", "x > 2", "(x > 2).int() * 2", "`y[0, 2]` is 2"),
    ("increasing", "x", "x.flip(1)", "They run the other way."),
    ("increasing", "x", "x.round() // 4", "Equal neighbours are not allowed."),
    ("increasing", "x.flatten()", "torch.tensor([1., 5., 2.])", "`y[2]` is 2.0, and `y[1]`"),
    ("decreasing", "-x", "x", "should decrease"),
    ("non-decreasing", "x.round() // 4", "x.flip(1)", "should never decrease"),
    ("non-increasing", "-x.round() // 4", "x", "should never increase"),
    ("permutation", "torch.randperm(7)", "torch.randint(7, (7,)) * 0", "0, 1, 2, … once each"),
    ("one-hot", "torch.eye(3)[[0, 2]]", "torch.eye(3) + torch.eye(3)[[1, 0, 2]]", "`y[0]` is [1.0"),
    ("distinct", "torch.randperm(7)", "x.round() // 4", "hold no number twice"),
    ("symmetric", "x @ x.T", "torch.ones(3, 3).triu()", "`y[0, 1]` is 1.0 and `y[1, 0]` is 0.0"),
    (
        "antisymmetric",
        "torch.ones(3, 3).triu(1) - torch.ones(3, 3).tril(-1)",
        "torch.eye(2)",
        "diag",
    ),
    ("diagonal", "torch.diag(x[0])", "torch.ones(2, 2)", "outside of the diagonal all should be 0"),
    ("lower-triangular", "torch.ones(3, 3).tril()", "torch.ones(3, 3).triu()", "other triangle"),
    ("upper-triangular", "torch.ones(3, 3).triu()", "torch.ones(3, 3)", "`y[1, 0]` is 1.0"),
    ("orthogonal", "torch.linalg.qr(torch.rand(4, 4)).Q", "torch.rand(4, 4)", "of `y`"),
    ("orthogonal", "torch.eye(3)", "2 * torch.eye(3)", "The column 0 of `y` has the length 2.0"),
    (
        "orthonormal-columns",
        "torch.linalg.qr(torch.rand(5, 3)).Q",
        "torch.linalg.qr(torch.rand(5, 3)).Q.T",
        "Its rows are orthonormal.",
    ),
    ("orthonormal-rows", "torch.eye(5)[:2]", "torch.ones(2, 2)", "rows 0 and 1 of `y`"),
    (
        "permutation-matrix",
        "torch.eye(4)[torch.randperm(4)]",
        "torch.eye(3)[[0, 0, 2]]",
        "column 0",
    ),
    (
        "positive-definite",
        "x @ x.T + torch.eye(2)",
        "-torch.eye(2)",
        "smallest eigenvalue",
    ),
    ("positive-definite", "torch.eye(2)", "torch.ones(2, 2).triu()", "is symmetric"),
    ("invertible", "torch.eye(3)", "torch.ones(3, 3)", "has the rank 1, not 3"),
]


@pytest.mark.parametrize(("name", "has", "has_not", "words"), _CASES)
def test_a_property_passes_however_it_comes_about(
    name: str, has: str, has_not: str, words: str
) -> None:
    """What has it passes though it equals no solution; what has not is named by its worst place."""
    assert _property(f"y = {has}", f"y = {has}", name).status == "pass"
    finding = _property(f"y = {has_not}", f"y = {has}", name)
    assert (finding.status, finding.code) == ("fail", "lacks-property"), finding.message
    assert words in finding.message
    assert finding.details["property"] == name
    assert finding.details["count"] >= 1


def test_every_property_is_tested_and_can_be_asked_for() -> None:
    """The names in YAML are those that there are tests for."""
    known = {*VALUE_TESTS, *SLICE_TESTS, *MATRIX_TESTS}
    assert set(get_args(Name)) == known == {case[0] for case in _CASES}


def test_the_other_dimension_is_suggested_where_it_fits() -> None:
    """Softmax over the wrong dim."""
    finding = _property("y = x.softmax(0)", "y = x.softmax(1)", "rows-sum-to-one")
    assert "Along dimension 0 all of them are as they should be" in finding.message


@pytest.mark.parametrize(
    ("dim", "answer", "words"),
    [
        (0, "y = x.softmax(1)", "`y[:, 0]`"),
        (-2, "y = x.softmax(1)", "`y[:, 0]`"),
        (1, "y = x.softmax(0)", "`y[1]`"),
    ],
)
def test_the_dimension_can_be_chosen(dim: int, answer: str, words: str) -> None:
    """Negative ones count from the end."""
    solution = f"y = x.softmax({dim})"
    assert _property(solution, solution, "sums-to-one", dim=dim).status == "pass"
    assert words in _property(answer, solution, "sums-to-one", dim=dim).message


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_rounding_is_no_fault(dtype: str) -> None:
    """A softmax over a thousand numbers sums to one as well as its dtype can."""
    text = f"y = torch.randn(20, 1000).softmax(1).to(torch.{dtype})"
    assert _property(text, text, "rows-sum-to-one").status == "pass"
    wrong = f"y = torch.randn(20, 1000).softmax(1).to(torch.{dtype}) * 1.05"
    assert _property(wrong, text, "rows-sum-to-one").status == "fail"


def test_huge_terms_do_not_hide_in_the_rounding() -> None:
    """Neither an infinite sum nor a difference of large numbers is one."""
    solution = "y = x.softmax(1)"
    for answer in ("y = x / 0", "y = torch.tensor([[1e9, -1e9], [0.5, 0.5]])"):
        assert _property(answer, solution, "rows-sum-to-one").code == "lacks-property"


def test_an_authors_tolerance_holds() -> None:
    """More or less strict than usual."""
    solution = "y = x.softmax(1)"
    assert _property("y = x.softmax(1) * 1.01", solution, "rows-sum-to-one").status == "fail"
    assert (
        _property("y = x.softmax(1) * 1.01", solution, "rows-sum-to-one", atol=0.1).status == "pass"
    )


def test_a_batch_of_matrices_is_looked_through() -> None:
    """The index has the matrix, too."""
    solution = "y = torch.eye(3).expand(4, 3, 3)"
    assert _property(solution, solution, "symmetric").status == "pass"
    finding = _property("y = torch.eye(3).repeat(4, 1, 1)\ny[2, 0, 1] = 5", solution, "symmetric")
    assert "`y[2, 0, 1]` is 5.0 and `y[2, 1, 0]` is 0.0" in finding.message


def test_a_list_of_numbers_may_have_a_property() -> None:
    """A list of losses, of floats or of 0-d tensors."""
    solution = "y = [3.0, 2.0, 1.0]"
    for answer in ("y = [0.9, 0.5]", "y = (2, 1)", "y = [torch.tensor(2.), torch.tensor(1.)]"):
        assert _property(answer, solution, "decreasing").status == "pass"
    finding = _property("y = [1.0, 2.0]", solution, "decreasing")
    assert "`y[1]` is 2.0, and `y[0]` before it is 1.0" in finding.message


def test_infinities_have_an_order() -> None:
    """Strictly, no infinity is above itself."""
    solution = "y = torch.tensor([1.0, 2.0])"
    inf = "y = torch.tensor([1.0, float('inf'), float('inf')])"
    assert _property(inf, solution, "increasing").code == "lacks-property"
    assert _property(inf, solution, "non-decreasing").status == "pass"


@pytest.mark.parametrize(
    ("answer", "name", "code"),
    [
        ("", "increasing", "not-defined"),
        ("y = 1/0", "increasing", "raised"),
        ("y = None", "increasing", "wrong-type"),
        ("y = [1.0, 2.0]", "increasing", "wrong-type"),
        ("y = 'abc'", "increasing", "wrong-type"),
        ("y = x[:0]", "increasing", "empty"),
        ("y = x.sum()", "increasing", "missing-dimension"),
        ("y = x[0]", "columns-sum-to-one", "missing-dimension"),
        ("y = x[0]", "symmetric", "missing-dimension"),
        ("y = x", "symmetric", "wrong-shape"),
        ("y = x / 0 * 0", "increasing", "not-finite"),
        ("y = x[:, :2] / 0", "symmetric", "not-finite"),
        ("y = x.to(torch.complex64)", "increasing", "wrong-dtype"),
        ("y = torch.eye(2001)", "symmetric", "too-large"),
        ("y = x.to('meta')", "increasing", "wrong-type"),
    ],
)
def test_what_cannot_have_the_property_fails_with_its_own_cause(
    answer: str, name: str, code: str
) -> None:
    """Type, dimensions, shape and NaN come before the property."""
    solution = "y = torch.eye(2)" if name == "symmetric" else "y = x.softmax(0)[:, :1] * 0 + 0.5"
    solution = "y = x" if name == "increasing" else solution
    finding = _property(answer, solution, name)
    assert (finding.status, finding.code) == ("fail", code), finding.message


@pytest.mark.parametrize("solution", ["y = x", "z = 1", "y = 'a'", "y = object()", "y = x / 0"])
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """Also one that lacks the property."""
    assert _property("y = x.softmax(1)", solution, "rows-sum-to-one").status == "error"


def test_a_call_is_tried_under_several_seeds() -> None:
    """What is right in some draws only does not pass."""
    solution = "def f(a): return a.softmax(0)"
    answer = "def f(a): return a.softmax(0) if a[0] > 0.3 else a"
    target = "f(torch.rand(3))"
    results = {
        examine(
            build("property", target, {"is": "sums-to-one"}),
            answer=answer,
            solution=solution,
            setup=SETUP,
            seed=seed,
        ).status
        for seed in range(20)
    }
    assert "fail" in results
    assert _property(solution, solution, "sums-to-one", target=target).status == "pass"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"is": "round"}, "round"),
        ({}, "is"),
        ({"is": "symmetric", "dim": 0}, "`dim` has no meaning"),
        ({"is": "rows-sum-to-one", "dim": 0}, "`dim` has no meaning"),
        ({"is": "positive", "dim": 0}, "`dim` has no meaning"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], words: str) -> None:
    """The author reads why."""
    with pytest.raises(ValueError, match=words):
        build("property", "y", params)


@pytest.mark.parametrize(
    "value",
    [
        Nothing(),
        Opaque("x"),
        List((Float(1.0), List(()))),
        List(()),
        Int("0x" + "f" * 50),
        Tensor(storage=None, dtype="float32", shape=(2, 2), stride=(2, 1)),
        Tensor(storage=0, dtype="complex64", shape=(1, 1), stride=(0, 0)),
        Tensor(storage=0, dtype="float16", shape=(0, 3), stride=(0, 0)),
        Tensor(storage=0, dtype="uint64", shape=(), stride=()),
        Tensor(storage=0, dtype="float8_e5m2", shape=(2, 2), stride=(1, 1)),
    ],
)
@pytest.mark.parametrize("name", get_args(Name))
def test_whatever_is_sent_is_judged_without_a_crash(name: str, value: Value) -> None:
    """A forged value can only be wrong, or right."""
    check = build("property", "y", {"is": name})
    storages = (b"\1" * 16,)
    ones = Tensor(storage=0, dtype="float64", shape=(2, 2), stride=(2, 1))
    forged = (Observed(value=value, storages=storages),)
    finding = check.compare(forged, (Observed(value=ones, storages=(bytes(32),)),), source="")
    assert finding.status in ("pass", "fail", "error")
    check.compare(forged, forged, source="")
    check.behaves_like(forged, forged)


def test_answers_are_alike_where_the_same_is_missing() -> None:
    """What has the property is all alike to this check."""
    check = build("property", "y", {"is": "rows-sum-to-one"})
    assert isinstance(check, Property)
    assert alike(check, "y = x", "y = 2 * x", setup=SETUP)
    assert alike(check, "y = x.softmax(1)", "y = x / x.sum(1, keepdim=True)", setup=SETUP)
    assert not alike(check, "y = x", "y = x.softmax(0)", setup=SETUP)
    assert not alike(check, "y = x", "y = x.softmax(1)", setup=SETUP)
    assert not alike(check, "y = x", "y = x[:1]", setup=SETUP)
    assert not alike(check, "y = None", "y = x", setup=SETUP)
    assert not alike(check, "y = 1/0", "y = x", setup=SETUP)
