from __future__ import annotations

import pytest

from tests.authoring.lint.conftest import InGood

STARTER = "          return ____\n"


def test_a_starter_may_be_a_mistake(in_good: InGood) -> None:
    """It often is one, and then whoever checks it unchanged reads why."""
    assert in_good(STARTER, "          return x / x.sum(dim=1)\n") == []


def test_two_mistakes_may_share_no_answer_even_if_it_is_the_starter(in_good: InGood) -> None:
    """The starter does not hide that they are the same."""
    found = in_good(
        STARTER + "    solution: |",
        "          return x / x.sum(dim=1)\n    solution: |",
    )
    assert found == []


@pytest.mark.parametrize(
    "answer",
    [
        "def normalise(x):\n    total = x.sum(dim = 1,\n        keepdim=True)\n    return x/total",
        "def normalise(x):\n    # so\n    total = (x.sum(dim=1, keepdim=True)); return x / total",
    ],
)
def test_layout_and_comments_do_not_make_another_answer(in_good: InGood, answer: str) -> None:
    """What Python reads alike is the same."""
    block = "".join(f"        {line}\n" for line in answer.split("\n"))
    old = "        def normalise(x):\n            return x / x.sum(1)[:, None]\n"
    found = in_good(f"      - |\n{old}", f"      - ¶|\n{block}")
    assert found == ["here same-answer"]


def test_what_only_looks_alike_is_another_answer(in_good: InGood) -> None:
    """Quotes, brackets and commas are compared by Python, not by eye."""
    old = "            return x / x.sum(1)[:, None]\n"
    new = "            total = x.sum(dim=1, keepdim='True'); return x / total\n"
    assert in_good(old, new) == []


def test_a_hint_may_hold_what_prompt_or_starter_show(in_good: InGood) -> None:
    """Only what neither of them has is given away by a hint."""
    hint = ("- Which dimension is it?", "- Use `x.sum(dim=1, keepdim=True)`, then `x / total`.")
    assert "hint-gives-solution" in str(in_good(*hint))
    shown = "      Divide by `x.sum(dim=1, keepdim=True)`: `return x / total`.\n"
    assert in_good("      Write `normalise(x)`.\n", shown) == []


def test_a_hint_may_hold_a_part(in_good: InGood) -> None:
    """As long as something is left to do."""
    part = "- Use `x.sum(dim=1)`, and keep its dimension."
    assert in_good("- Which dimension is it?", part) == []


def test_predictions_are_compared_without_their_spaces(in_good: InGood) -> None:
    """As a learner's would be."""
    found = in_good('answer: "1"', 'answer: ¶" tensor(2.) "')
    assert found == ["here mistake-is-right"]
