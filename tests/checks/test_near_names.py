# ruff: noqa: E501  # answers read best as they are
"""Names that nearly are the one that does not exist."""

from __future__ import annotations

import pytest

from tests.checks.function_answers import judged


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("def f(n): return torch.zeroes(n)", "Did you mean: 'zeros'?"),
        ("def f(n): return torch.zero_like(torch.ones(n))", "Did you mean: 'zeros_like'?"),
        ("def f(n): return torch.zeros(n).unsqeeze(0)", "Did you mean: 'unsqueeze'?"),
        ("def f(n): return F.one_hots(torch.arange(n))", "Did you mean: 'one_hot'?"),
        ("def f(n): return torch.zeros(n)[none]", "Did you mean: 'None'?"),
        ("def f(n):\n    count = n\n    return torch.zeros(cuont)", "Did you mean: 'count'?"),
    ],
)
def test_the_name_that_is_meant(answer: str, said: str) -> None:
    """Said where the error is."""
    finding = judged(answer, "def f(n): return torch.zeros(n)", inputs={"n": "3"})
    assert finding.code == "raised"
    assert said in finding.message


@pytest.mark.parametrize(
    "answer",
    [
        "def f(n): return torch.quux_frobnicate(n)",
        "class A:\n    def __dir__(self): return ['zeros']\ndef f(n): return A().zeroes",
        "class E(AttributeError):\n    name = property(lambda self: 1 / 0)\ndef f(n): raise E('zeroes')",
    ],
)
def test_nothing_of_the_answers_own_is_asked(answer: str) -> None:
    """Nor is anything guessed that is not near."""
    finding = judged(answer, "def f(n): return torch.zeros(n)", inputs={"n": "3"})
    assert finding.code == "raised"
    assert "Did you mean" not in finding.message
