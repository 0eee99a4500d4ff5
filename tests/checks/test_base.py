"""What all checks share."""

from __future__ import annotations

import pytest

from checks import Function, Shape, Values, build, build_entry, examine
from checks.codes import CODES
from checks.data import Int, List, Nothing, Observed, Opaque, Raised, Str
from checks.registry import CHECKS

COLUMN = Shape(target="y", says={"missing-dimension": "Think of **keepdim**."})
SOLUTION = "y = torch.ones(3, 1)"


def test_the_authors_words_come_with_the_finding() -> None:
    """The check's own message stays; the words are those for the code that was found."""
    finding = examine(COLUMN, answer="y = torch.ones(3)", solution=SOLUTION)
    assert (finding.status, finding.code) == ("fail", "missing-dimension")
    assert finding.says == "Think of **keepdim**."
    assert "(3, 1)" in finding.message


@pytest.mark.parametrize("answer", ["y = torch.ones(4, 1)", SOLUTION])
def test_words_for_another_code_are_not_said(answer: str) -> None:
    """Neither about another cause nor about a right answer."""
    assert examine(COLUMN, answer=answer, solution=SOLUTION).says == ""


def test_words_for_what_is_no_code_are_refused() -> None:
    """Nobody would ever read them."""
    with pytest.raises(ValueError, match="'keepdim', which is no code"):
        build("shape", "y", {"says": {"keepdim": "?"}})
    for code in CODES:
        assert build("shape", "y", {"says": {code: "!"}}).says == {code: "!"}


def test_an_entry_is_built_by_the_key_that_names_a_check() -> None:
    """As in a lesson; the other keys are its parameters."""
    assert build_entry({"atol": 1e-3, "values": "y"}) == Values(target="y", atol=1e-3)
    for entry in ({"atol": 1e-3}, {"values": "y", "shape": "y"}, {}):
        with pytest.raises(ValueError, match="key"):
            build_entry(entry)


def test_checks_of_the_text_say_so() -> None:
    """So that nobody needs a list of their names."""
    assert {name for name, class_ in CHECKS.items() if class_.text_only} == {
        "uses",
        "avoids",
        "lines",
        "defines",
        "prediction",
    }


VALUES = Values(target="y")
LEFT = Observed(value=Int("0x1"), after={"x": Str("a")}, gradients={"w": Nothing()})


@pytest.mark.parametrize(
    ("right", "same"),
    [
        (LEFT, True),
        (Observed(value=Int("0x2"), after=LEFT.after, gradients=LEFT.gradients), False),
        (Observed(value=LEFT.value, after={"x": Str("b")}, gradients=LEFT.gradients), False),
        (Observed(value=LEFT.value, after={}, gradients=LEFT.gradients), False),
        (Observed(value=LEFT.value, after=LEFT.after), False),
        (Observed(raised=Raised(type="KeyError")), False),
        (Observed(value=List(()), after=LEFT.after, gradients=LEFT.gradients), False),
        (Observed(), False),
    ],
)
def test_the_same_behaviour_is_the_same_in_everything_observed(
    right: Observed, *, same: bool
) -> None:
    """Values, what is seen after them, gradients and exceptions; in both directions."""
    assert VALUES.behaves_like((LEFT,), (right,)) is same
    assert VALUES.behaves_like((right,), (LEFT,)) is same


def test_what_cannot_travel_is_alike_by_its_class() -> None:
    """Two functions cannot be told apart; a function and a module can."""
    one, other = (Observed(value=Opaque(kind, "text")) for kind in ("function", "Linear"))
    again = Observed(value=Opaque("function", "another text"), after={"f": Opaque("g")})
    first = Observed(value=Opaque("function", "text"), after={"f": Opaque("g")})
    assert VALUES.behaves_like((first,), (again,))
    assert not VALUES.behaves_like((one,), (other,))


def test_another_number_of_trials_is_another_behaviour() -> None:
    """A forged observation is like nothing."""
    check = Function(target="f", inputs={"x": "1"})
    assert not check.behaves_like((LEFT,), (LEFT, LEFT))
    assert check.behaves_like((), ())
