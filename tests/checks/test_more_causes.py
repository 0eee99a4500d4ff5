"""Causes of values that differ: the order of the input, a missing ReLU, n - 1, another axis."""

from __future__ import annotations

import pytest

from checks import Finding, Function, examine
from checks.plan import SizeRange

MATRIX = {"x": "torch.randn(n, m)"}
SIZES: dict[str, SizeRange] = {"n": (2, 5), "m": (2, 5)}


def _finding(answer: str, solution: str, **inputs: str) -> Finding:
    check = Function(target="f", inputs=inputs or MATRIX, sizes=SIZES)
    return examine(
        check,
        answer=f"def f(x):\n    return {answer}",
        solution=f"def f(x):\n    return {solution}",
        setup="import torch\n",
    )


@pytest.mark.parametrize(
    ("answer", "solution"),
    [
        ("x.flatten()", "x.T.flatten()"),
        ("x.view(x.shape[1], -1) / 2", "x.T / 2"),
        ("x.reshape(-1).exp()", "x.T.reshape(-1).exp()"),
    ],
)
def test_the_order_of_the_input_is_recognised(answer: str, solution: str) -> None:
    """Also where each number was changed by itself on the way."""
    finding = _finding(answer, solution)
    assert finding.code == "refilled"
    assert "permute" in finding.message


def test_sorted_numbers_are_in_no_given_order() -> None:
    """They are only in another order."""
    assert _finding("x.flatten().sort().values", "x.T.flatten()").code == "other-order"


def test_a_missing_relu_is_recognised() -> None:
    """All is right but the negative numbers."""
    finding = _finding("x * 2", "(x * 2).relu()")
    assert finding.code == "missing-activation"
    assert "ReLU" in finding.message


def test_n_minus_one_is_recognised_beside_an_epsilon() -> None:
    """No exact factor is left, but nearly one."""
    body = "(x - x.mean(1, True)) / (x.var(1, keepdim=True{}) + 1e-5).sqrt()"
    finding = _finding(body.format(""), body.format(", correction=0"), x="3 * torch.randn(n, m)")
    assert finding.code == "biased"
    assert "correction=0" in finding.message


def test_another_dimension_is_recognised_where_numbers_vanish() -> None:
    """Mean 0 and spread 1 over the columns, also in a matrix of one row."""
    body = "(x - x.mean({0}, True)) / (x.var({0}, keepdim=True, correction=0) + 1e-5).sqrt()"
    check = Function(target="f", inputs=MATRIX, sizes={"n": (1, 5), "m": (2, 5)})
    finding = examine(
        check,
        answer=f"def f(x):\n    return {body.format(0)}",
        solution=f"def f(x):\n    return {body.format(1)}",
        setup="import torch\n",
    )
    assert finding.code == "other-dimension"


def test_an_exception_at_most_sizes_comes_before_a_shape_at_a_few() -> None:
    """With one row the vector fits by luck; the exception says why."""
    finding = _finding("x.T @ x.T", "x.T @ x", x="torch.randn(n, m)")
    assert finding.code == "raised"
    assert "matrix product" in finding.message


def test_one_number_is_no_rounding() -> None:
    """A zero is the rounded value of anything small."""
    finding = examine(
        Function(target="f", inputs={"x": "torch.rand(()) / 4"}),
        answer="def f(x):\n    return 0 * x",
        solution="def f(x):\n    return x",
        setup="import torch\n",
    )
    assert finding.code != "rounded"


def test_indices_are_told_from_values() -> None:
    """The second part of what `max` gives."""
    finding = _finding("x.max(dim=1)[1]", "x.max(dim=1)[0]")
    assert finding.code == "wrong-dtype"
    assert "are these the indices?" in finding.message
