"""Checking in one's own process."""

from __future__ import annotations

import pytest
import torch

from checks import Avoids, Function, Shape, Uses, Values, assert_passes, examine

ROWS = Function(target="rows", inputs={"x": "torch.rand(n, m)"}, sizes={"n": (1, 5), "m": (1, 5)})
SOLUTION = "def rows(x): return x.sum(dim=1)"


def test_live_objects_are_examined_by_name() -> None:
    """A function of a notebook needs no source; the solution may be either."""
    right, wrong = {"rows": lambda x: x.sum(1)}, {"rows": lambda x: x.sum(0)}
    assert examine(ROWS, answer=right, solution=SOLUTION).status == "pass"
    assert examine(ROWS, answer=wrong, solution=right).status == "fail"
    assert examine(Values(target="t"), answer={"t": torch.ones(2)}, solution="t = 2").code


def test_setup_is_seen_by_inputs_and_by_the_answer() -> None:
    """It runs before both, and names that are given hide its own."""
    check = Values(target="y")
    setup = "import torch\nk = 3"
    assert examine(check, answer="y = k", solution="y = 3", setup=setup).status == "pass"
    finding = examine(check, answer={"k": 4, "y": 4}, solution="y = k", setup=setup)
    assert (finding.status, finding.actual) == ("fail", "4")


def test_what_reads_text_needs_text() -> None:
    """Otherwise the loop in a live function would not be seen, and the check would pass."""
    for check in (Avoids(target="for"), Uses(target="sum")):
        with pytest.raises(ValueError, match="give it as text"):
            examine(check, answer={"rows": len})


def test_the_assertion_has_the_words_of_the_finding() -> None:
    """All that a learner in somebody's test suite gets to read."""
    with pytest.raises(AssertionError) as caught:
        assert_passes(ROWS, answer={"rows": lambda x: x.sum(1, keepdim=True)}, solution=SOLUTION)
    text = str(caught.value)
    assert text.startswith("function rows: `rows(x)` has shape (")
    assert "\n  code: extra-dimension\n  expected: " in text


def test_the_authors_words_come_first_in_the_assertion() -> None:
    """As everywhere."""
    check = Shape(target="y", says={"wrong-shape": "Count again."})
    with pytest.raises(AssertionError, match=r"^shape y: Count again\.\n`y` has shape"):
        assert_passes(check, answer="y = torch.ones(3)", solution="y = torch.ones(4)")


def test_all_checks_have_to_pass() -> None:
    """The first one that fails is told."""
    answer = "y = torch.ones(3)"
    assert_passes(Shape(target="y"), Values(target="y"), answer=answer, solution=answer)
    with pytest.raises(AssertionError, match=r"^values y"):
        assert_passes(
            Shape(target="y"), Values(target="y"), answer="y = torch.zeros(3)", solution=answer
        )


@pytest.mark.parametrize("solution", ["def rows(x): return x.missing()", "1 / 0"])
def test_a_broken_solution_is_no_failed_assertion(solution: str) -> None:
    """The answer is not to blame."""
    with pytest.raises(ValueError, match="your answer is not to blame"):
        assert_passes(ROWS, answer=SOLUTION, solution=solution)
