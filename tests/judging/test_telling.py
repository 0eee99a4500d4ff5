"""A finding's tensors in sentences."""

from __future__ import annotations

from checks.finding import Finding
from checks.registry import build
from checks.trial_run import examine
from tutor.judging.telling import cell_sentences


def finding(solution: str, answer: str) -> Finding:
    """What `values: y` finds."""
    return examine(build("values", "y"), setup="import torch", solution=solution, answer=answer)


def test_each_of_a_few_cells_gets_a_sentence() -> None:
    """Index, value and expected value, and which is the furthest off."""
    found = finding("y = torch.zeros(2, 2)", "y = torch.tensor([[0., 3.], [0.5, 0.]])")
    assert cell_sentences(found) == [
        "At [0, 1]: 3.0, but 0.0 is expected (the furthest off).",
        "At [1, 0]: 0.5, but 0.0 is expected.",
    ]


def test_the_rest_is_counted() -> None:
    """Nobody listens to a thousand sentences."""
    said = cell_sentences(finding("y = torch.zeros(1000)", "y = torch.rand(1000) + 1"))
    assert len(said) == 6
    assert said[-1] == "995 more values differ."


def test_a_cause_says_it_all() -> None:
    """Where one cause explains every cell, no cell needs a sentence."""
    found = finding("y = torch.tensor([1., 2., 3., 5.])", "y = -torch.tensor([1., 2., 3., 5.])")
    assert found.code == "sign-flipped"
    assert cell_sentences(found) == []
