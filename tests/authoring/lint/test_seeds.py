from __future__ import annotations

import pytest

from tests.authoring.lint.conftest import Find

LESSON = """\
format: 1
id: seeds
title: Seeds
setup: |
  import torch
  {setup}
  x = torch.rand(3)
exercises:
  - id: total
    kind: {kind}
    prompt: Make `s`, the sum of `x`.
    setup: |
      {own}
    starter: |
      s = ____
    solution: |
      s = {solution}
    {checks}:
      - {check}
    hints: [Add.]
"""


def seeded(
    find: Find,
    *,
    setup: str = "torch.manual_seed(0)",
    own: str = "y = x * 2",
    solution: str = "x.sum()",
    check: str = "values: s",
    kind: str = "code",
) -> list[tuple[int, int]]:
    """Where a seed is complained about."""
    text = LESSON.format(
        setup=setup,
        own=own,
        solution=solution,
        check=check,
        kind=kind,
        checks="goal" if kind == "explore" else "checks",
    )
    return [(one.line, one.column) for one in find(text) if one.code == "fixed-seed"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"setup": "_ = torch.manual_seed(12)"},
        {"solution": "y.sum() / 2"},
        {"solution": "torch.randn(3)"},
        {"solution": "3", "check": "values: s + x"},
        {"check": "prints: answer"},
        {"kind": "explore"},
    ],
)
def test_numbers_that_are_the_same_each_time(find: Find, changes: dict[str, str]) -> None:
    """What a check compares comes of the seed: directly, through a name, or drawn by the answer."""
    column = 7 if "setup" in changes else 3
    assert seeded(find, **changes) == [(6, column)]


def test_the_exercises_own_setup(find: Find) -> None:
    """A seed there is placed there."""
    own = "torch.manual_seed(0)\n      x = torch.rand(2)"
    assert seeded(find, setup="", own=own) == [(13, 7)]


@pytest.mark.parametrize(
    "changes",
    [
        {"setup": "torch.rand(2)"},
        {"setup": "torch.manual_seed(n)"},
        {"solution": "3"},
        {"check": "shape: s"},
        {"check": "values: (s - 1.5).abs() < 3"},
        {"check": "{function: s, inputs: {x: 'torch.rand(3)'}}"},
        {"solution": "x.sum("},
    ],
)
def test_where_it_does_no_harm(find: Find, changes: dict[str, str]) -> None:
    """Other seeds each time, nothing that depends on it, or no check that compares numbers."""
    assert seeded(find, **changes) == []
