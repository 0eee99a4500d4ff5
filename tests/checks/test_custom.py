"""A course's own checks, as classes."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping

import pytest

from checks import Check, CustomChecksError, examine, load_custom
from checks.catalog import entry

HEAD = """\
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from checks import Check, Difference, Finding, TargetCheck


"""
EVEN = '''\
class Even(TargetCheck, frozen=True, kw_only=True):
    """A whole number that can be halved.

        - even: n

    Attributes:
        mode: how.
    """

    name: ClassVar[str] = "even"
    codes: ClassVar[Mapping[str, str]] = {"odd": "The number is odd."}

    mode: Literal["fast", "slow"] = "fast"

    def differ(self, actual, expected, scene):
        if actual.value % 2:
            return Difference(code="odd", message=f"`{self.target}` is odd.")
        return None
'''
MODE = EVEN.replace("Even(", "Mode(").replace('"even"', '"mode"').replace("mode:", "how:")


def load(body: str) -> Mapping[str, type[Check]]:
    return load_custom(HEAD + body)


def test_a_check_of_ones_own_is_a_check() -> None:
    """It is built, described and examined like any other."""
    even = load(EVEN)["even"]
    assert examine(even(target="n"), answer="n = 4", solution="n = 2").status == "pass"
    finding = examine(even(target="n", says={"odd": "Halve it."}), answer="n = 3", solution="n = 2")
    assert (finding.check, finding.code, finding.says) == ("even", "odd", "Halve it.")
    described = entry(even)
    assert described["properties"]["mode"]["description"] == "how."
    assert described["properties"]["mode"]["enum"] == ["fast", "slow"]
    assert described["x-codes"] == ["odd"]
    gc.collect()
    assert load(EVEN)["even"] is even


def test_only_classes_with_a_name_are_checks() -> None:
    """A base has none; an imported check is not the course's."""
    base = EVEN.replace('    name: ClassVar[str] = "even"\n', "").replace("Even(", "Base(")
    own = 'class Own(Base, frozen=True, kw_only=True):\n    name: ClassVar[str] = "own"\n'
    assert list(load(f"from checks import Shape\n{base}\n\n{own}")) == ["own"]
    assert dict(load("x = 1")) == {}


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("def broken(:\n    pass\n", 9, "SyntaxError"),
        ("import nothing_of_that_name\n", 9, "ModuleNotFoundError"),
        ("x = 1\ny = 1 / 0\n", 10, "ZeroDivisionError: division by zero"),
        ("def f():\n    raise KeyError('k')\nf()\n", 10, "KeyError"),
        ("import sys\nsys.exit()\n", 10, "SystemExit"),
        (EVEN.replace('"even"', '"shape"'), 9, "built-in check 'shape'"),
        (EVEN.replace('"even"', '"prediction"'), 9, "built-in check 'prediction'"),
        (EVEN + "\n\n" + EVEN.replace("Even(", "Odd("), 29, "another check 'even'"),
        (EVEN + "\n\n" + MODE, 9, "'mode' of 'even' is the name"),
        (EVEN.replace("mode:", "shape:"), 9, "'shape' of 'even' is the name of a check"),
        (
            EVEN.replace('Literal["fast", "slow"] = "fast"', "type = int"),
            9,
            "parameters of 'even' cannot be read: TypeError",
        ),
        (
            EVEN.replace('Literal["fast", "slow"]', "Missing"),
            9,
            "cannot be read: NameError: name 'Missing'",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(body: str, line: int, words: str) -> None:
    """The author looks there; nothing of the module is left behind."""
    before = _left_behind()
    with pytest.raises(CustomChecksError, match=words) as caught:
        load(body)
    assert caught.value.line == line
    assert _left_behind() == before


def _left_behind() -> set[str]:
    return {name for name in sys.modules if name.startswith("custom_checks_")}
