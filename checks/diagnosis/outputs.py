"""What to say of printed text that differs: which line, and in what. Without torch."""

from __future__ import annotations

import difflib
import re
from typing import Any

from checks.difference import Difference
from checks.show import count

__all__ = ["normalised", "same_output", "wrong_output"]

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.\d+(?:[eE][-+]?\d+)?(?![\w.])")
_WRITTEN = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_LONGEST = 2_000


def normalised(text: str) -> list[str]:
    """The lines that hold something, with single spaces and without addresses."""
    lines = (" ".join(_ADDRESS.sub("", line).split()) for line in text.splitlines())
    return [line for line in lines if line]


def same_output(actual: str, expected: str, *, any_case: bool = False) -> bool:
    """Whether two texts say the same, line by line."""
    left, right = normalised(actual), normalised(expected)
    return len(left) == len(right) and all(
        _same(a, e, any_case=any_case) for a, e in zip(left, right, strict=True)
    )


def _same(actual: str, expected: str, *, any_case: bool = False) -> bool:
    if any_case:
        actual, expected = actual.casefold(), expected.casefold()
    if actual == expected:
        return True
    if _NUMBER.split(actual) != _NUMBER.split(expected):
        return False
    pairs = zip(_NUMBER.findall(actual), _NUMBER.findall(expected), strict=True)
    return all(_same_number(a, e) for a, e in pairs)


def _same_number(actual: str, expected: str) -> bool:
    """Whether two decimal fractions differ by no more than rounding in their last digit.

    Only long ones: what was rounded to a few digits on purpose must have these digits.
    """
    if actual == expected:
        return True
    decimals = [len(re.split("[eE]", text)[0].partition(".")[2]) for text in (actual, expected)]
    a, e = float(actual), float(expected)
    if min(decimals) >= 4 and decimals[0] == decimals[1]:
        return abs(a - e) <= max(1.01 * 10.0 ** -decimals[0], 1e-6 * abs(e))
    return max(decimals) >= 8 and abs(a - e) <= 1e-6 * abs(e)


def wrong_output(actual: str, expected: str, *, subject: str, instead: str) -> Difference:
    """The difference between two texts that are not the same.

    Args:
        actual: what the answer printed.
        expected: what the solution printed.
        subject: the call that printed it; empty for the answer itself.
        instead: the text that the call returned, or that was only shown, if there is one.
    """
    left, right = normalised(actual), normalised(expected)
    who = f"`{subject}`" if subject else "The answer"
    shown: dict[str, Any] = {"expected": _shown(right), "actual": _shown(left)}
    if not left:
        hint = "Is a `print` missing?"
        if instead and same_output(instead, expected):
            verb = "returns the text" if subject else "only shows the value of its last line"
            hint = f"It {verb}: `print(...)` prints it."
        message = f"{who} prints nothing, but {_quoted(right[0])} is expected. {hint}"
        return Difference(code="printed-nothing", message=message, **shown)
    if not right:
        message = f"{who} prints {_quoted(left[0])}, but nothing should be printed."
        return Difference(code="wrong-output", message=message, **shown)
    says, line = _first_difference(left, right)
    return Difference(
        code="wrong-output",
        message=f"{who} prints something else: {says}",
        details={"line": line + 1, "lines": len(left), "expected_lines": len(right)},
        **shown,
    )


def _first_difference(left: list[str], right: list[str]) -> tuple[str, int]:
    """A sentence on the first line that differs, and its place."""
    if sorted(left) == sorted(right):
        place = next(i for i, pair in enumerate(zip(left, right, strict=True)) if len({*pair}) > 1)
        return "the lines come in another order.", place
    pairs = zip(left, right, strict=False)
    place = next((i for i, pair in enumerate(pairs) if not _same(*pair)), -1)
    if place < 0:
        place = min(len(left), len(right))
        if len(left) > len(right):
            return f"{_quoted(left[place])} in line {place + 1} is one line too many.", place
        more = count(len(right) - place, "line")
        verb = "is" if len(right) - place == 1 else "are"
        return f"after line {place}, {more} {verb} missing: {_quoted(right[place])}.", place
    if len(left) < len(right) and left[place:] == right[place + len(right) - len(left) :]:
        return f"the line {_quoted(right[place])} is missing before line {place + 1}.", place
    if len(left) > len(right) and right[place:] == left[place + len(left) - len(right) :]:
        return f"{_quoted(left[place])} in line {place + 1} is one line too many.", place
    where = "it is" if len(left) == len(right) == 1 else f"line {place + 1} is"
    says = f"{where} {_quoted(left[place])}, but {_quoted(right[place])} is expected."
    return f"{says} {_hint(left[place], right[place])}".strip(), place


def _hint(actual: str, expected: str) -> str:
    """In what two lines differ, where it is little."""
    if actual.casefold() == expected.casefold():
        return "Only upper and lower case differ."
    if "".join(actual.split()) == "".join(expected.split()):
        return "Only the spaces differ."
    if re.sub(r"[^\w.]+", " ", actual).split() == re.sub(r"[^\w.]+", " ", expected).split():
        return "Only punctuation differs."
    parts = [_WRITTEN.split(text) for text in (actual, expected)]
    found = [[float(n) for n in _WRITTEN.findall(text)] for text in (actual, expected)]
    if parts[0] == parts[1] and found[0] == found[1]:
        return "The numbers are right, but written in another way."
    if difflib.SequenceMatcher(None, actual, expected).ratio() > 0.9:
        return "It is nearly right: compare it letter by letter."
    return ""


def _quoted(line: str) -> str:
    return f"`{line if len(line) <= 100 else line[:99] + '…'}`"


def _shown(lines: list[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
