from __future__ import annotations

import pytest

from tests.authoring.lint.conftest import GOOD, Find, InGood


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import torch", "from torch import *"),
        ("offset = n + 1", "module = torch.nn.Linear(n, m)\n          y = module(x)"),
        ("function: normalise", "function: lambda x: normalise(x + offset)"),
        ('{x: "torch.rand(n, m)"}', '{x: "torch.rand(n, m)", y: "x * offset"}'),
        ("sizes: {n:", "cases: [{k: 3}]\n        sizes: {n:"),
        ("x.sum(dim=1, keepdim=True)", "sum([row for row in x])"),
        ("    ask: value\n    of: y\n", "    ask: error\n"),
        ("torch.rand(n, m)", "torch.rand(n, m)\\n"),
        ("return x / x.sum(1)[:, None]", "return F.normalize(x)"),
    ],
)
def test_names_that_are_there_are_not_complained_about(in_good: InGood, old: str, new: str) -> None:
    """From setup, from `given`, from inputs, sizes and cases; where anything may be, nothing is."""
    names = {"undefined-name", "undefined-target"}
    assert [found for found in in_good(old, new) if found.split()[1] in names] == []


def test_an_error_that_is_asked_for_may_be_an_undefined_name(find: Find) -> None:
    """The code of such a prediction is not looked at."""
    text = GOOD.replace("y = torch.ones(2).sum()", "y = nothing").replace(
        "    ask: value\n    of: y\n", "    ask: error\n"
    )
    assert {problem.code for problem in find(text)} == set()


def test_an_exercise_has_a_setup_of_its_own(in_good: InGood) -> None:
    """Its names are there, and those of the lesson's setup before it."""
    old = "    starter: |\n      def"
    new = f"    setup: |\n      rows = torch.ones(2)\n{old}"
    assert in_good(old, new) == []
    assert in_good(old, new.replace("torch", "¶jax")) == ["here undefined-name"]


def test_the_nearest_name_or_import_is_named(find: Find) -> None:
    """A reader in a hurry can do what the message says."""
    text = GOOD.replace("x / total\n", "x / totl\n").replace("import torch\n", "pass\n")
    messages = [problem.message for problem in find(text)]
    assert "solution: nothing defines 'totl'" in messages
    assert any(m.endswith(": is 'import torch' missing in setup?") for m in messages)
    misspelt = find(GOOD.replace("function: normalise", "function: normalize"))
    assert [problem.message for problem in misspelt] == [
        "function: neither setup nor the solution defines 'normalize'; did you mean 'normalise'?"
    ]


def test_broken_code_is_one_problem_and_not_many(in_good: InGood) -> None:
    """Whatever a solution that Python cannot read would define, nothing is said about it."""
    assert in_good("return x / total", "return x /¶") == ["here python-syntax"]
