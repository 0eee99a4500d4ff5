"""Values that depend on what the answer's own code drew at random."""

from __future__ import annotations

import pytest

from checks import Finding, Values, examine

DRAWS = "w = torch.randn(3)\ny = torch.rand(3)"


def judged(answer: str, solution: str = DRAWS) -> Finding:
    """What `values` finds of `y`."""
    return examine(Values(target="y"), answer=answer, solution=solution)


def test_the_same_draws_in_the_same_order_are_right() -> None:
    """However they are written."""
    assert judged("torch.randn(3)\ny = torch.rand((3,))").status == "pass"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("y = torch.rand(3)", "draws more of them, fewer, or in another way"),
        ("y = torch.rand(3)\nw = torch.randn(3)\nz = torch.rand(1)", "or in another way"),
        ("import random\ny = torch.tensor([random.random() for _ in range(3)])", "`random`"),
        ("y = torch.tensor([0.1, 0.2, 0.3])", "draws no random numbers, and the solution does"),
        ("torch.manual_seed(1)\nw = torch.randn(3)\ny = torch.rand(3)", "line 1 seeds a generator"),
    ],
)
def test_other_draws_are_said(answer: str, words: str) -> None:
    """The finding says how they differ, instead of where the numbers do."""
    finding = judged(answer)
    assert finding.code == "other-random-numbers", finding
    assert "so `y` cannot be compared" in finding.message
    assert words in finding.message


def test_wrong_values_of_the_same_draws_are_wrong() -> None:
    """Chance is no excuse where it is the same."""
    finding = judged("w = torch.randn(3)\ny = 2 * torch.rand(3)")
    assert finding.status == "fail"
    assert finding.code != "other-random-numbers"


def test_a_needless_draw_is_only_mentioned() -> None:
    """The solution draws nothing, so that the numbers can be compared after all."""
    finding = judged("y = torch.rand(3)", "y = torch.ones(3)")
    assert finding.code != "other-random-numbers"
    assert "the solution needs none" in finding.message
