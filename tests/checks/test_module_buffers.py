# answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, build
from tests.checks.nets import judge, seen

NORM = """class Norm(nn.Module):
    def __init__(self, n=4):
        super().__init__()
        self.register_buffer('mean', torch.zeros(n))
        self.register_buffer('mask', torch.ones(n, n).tril(), persistent=False)
"""
MEAN = "self.register_buffer('mean', torch.zeros(n))"


def _buffers(answer: str, target: str = "Norm()", solution: str = NORM, **params: Any) -> Finding:
    return judge("buffers", target, answer, solution, params)


@pytest.mark.parametrize(
    "answer",
    [
        NORM,
        NORM.replace("'mean'", "'centre'"),
        NORM.replace("torch.zeros(n)", "torch.ones(n) * 0"),
        NORM.replace(MEAN, "self.mean = nn.Buffer(torch.zeros(n))"),
        NORM
        + "        self.eps = torch.tensor(1e-5)\n        self.w = nn.Parameter(torch.ones(3))",
    ],
)
def test_the_same_buffers_pass(answer: str) -> None:
    """Names and what else there is do not count."""
    finding = _buffers(answer)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("before", "after", "code", "word"),
    [
        (MEAN, "self.mean = torch.zeros(n)", "not-registered", 'self.register_buffer("mean", ...)'),
        (
            MEAN,
            "self.stats = {'mean': torch.zeros(n)}",
            "not-registered",
            "`self.stats` is a Python dict",
        ),
        (
            MEAN,
            "self.mean = nn.Parameter(torch.zeros(n))",
            "parameter-not-buffer",
            "`mean` is a parameter",
        ),
        (MEAN, "pass", "missing-buffer", "1 buffer, but 2 are expected"),
        ("torch.zeros(n)", "torch.zeros(n + 1)", "wrong-buffer", "(5,)"),
        ("torch.zeros(n)", "torch.zeros(n, dtype=torch.float64)", "wrong-dtype", "float64"),
        (
            "torch.zeros(n)",
            "torch.zeros(n), persistent=False",
            "wrong-persistence",
            "is not part of the `state_dict`",
        ),
        (", persistent=False", "", "wrong-persistence", "`mask` is part of the `state_dict`"),
        (
            MEAN,
            MEAN + "\n        self.register_buffer('extra', torch.zeros(1))",
            "extra-buffer",
            "`extra`",
        ),
        ("torch.zeros(n)", "torch.ones(n)", "wrong-values", "`mean`"),
        ("tril", "triu", "transposed-values", "`mask`"),
        ("super().__init__()", "pass", "no-super-init", "super().__init__()"),
    ],
)
def test_other_buffers_are_told_why(before: str, after: str, code: str, word: str) -> None:
    """A parameter or a plain tensor is no buffer; what is saved and what it holds count."""
    finding = _buffers(NORM.replace(before, after, 1))
    assert finding.code == code, finding.message
    assert word in finding.message


def test_names_count_on_request() -> None:
    """`names: true` is for prompts that fix them."""
    assert _buffers(NORM.replace("'mean'", "'centre'"), names=True).code == "wrong-name"


def test_a_model_that_stays_the_same_has_no_numbers_to_compare() -> None:
    """Only a new module's numbers are known not to depend on what ran before."""
    model = "model = nn.BatchNorm1d(3)\n"
    moved = model + "with torch.no_grad(): model(torch.rand(5, 3))"
    assert _buffers(moved, "model", model).status == "pass"


def test_random_buffers_may_hold_other_numbers() -> None:
    """What chance decides in the solution, it may decide otherwise in the answer."""
    solution = NORM.replace("torch.zeros(n)", "torch.randn(n)")
    assert (
        _buffers(NORM.replace("torch.zeros(n)", "torch.rand(n)"), solution=solution).status
        == "pass"
    )
    assert _buffers(solution.replace("tril", "triu"), solution=solution).code == "transposed-values"


def test_sizes_reach_the_target() -> None:
    """A size that is written into the class is found."""
    finding = _buffers(NORM.replace("zeros(n)", "zeros(4)"), "Norm(n)", sizes={"n": [2, 9]})
    assert finding.code == "wrong-buffer"


@pytest.mark.parametrize(
    ("after", "alike"),
    [("torch.ones(n)", True), ("torch.full((n,), 1.)", True), ("torch.full((n,), 2.)", False)],
)
def test_mistakes_are_recognised_by_their_numbers(after: str, *, alike: bool) -> None:
    """Two answers with other numbers are not the same answer."""
    check = build("buffers", "Norm()")
    wrong = NORM.replace("torch.zeros(n)", "torch.ones(n)")
    other = NORM.replace("torch.zeros(n)", after)
    assert check.behaves_like(*seen(check, wrong, other, NORM)) is alike
