"""Comparing what a person typed with what really happened.

Every function gives None where the prediction holds, or a code and a sentence that says what is
different and does not give the truth away.
"""

from __future__ import annotations

import re
from typing import TypeAlias

import msgspec

from checks.data import (
    Raised,
    Value,
)
from checks.show import count
from checks.typed import read_dtypes, read_error, read_shape

__all__ = ["Miss", "guess_dtype", "guess_error", "guess_output", "guess_shape"]


class Miss(msgspec.Struct, frozen=True):
    """A prediction that does not hold, or cannot be read."""

    code: str
    message: str


_Nested: TypeAlias = "Value | list[_Nested]"


def guess_shape(text: str, truth: tuple[int, ...]) -> Miss | None:
    """Compare a typed shape."""
    typed = read_shape(text)
    if typed is None:
        return Miss("unreadable", "This cannot be read as a shape. Write it like `(4, 5)`.")
    if typed == truth:
        return None
    if len(typed) != len(truth):
        fewer = len(typed) < len(truth)
        code = "missing-dimension" if fewer else "extra-dimension"
        said = count(len(typed), "dimension")
        return Miss(code, f"You predicted {said}; there are {'more' if fewer else 'fewer'}.")
    if sorted(typed) == sorted(truth):
        return Miss("transposed", "The sizes are right, their order is not.")
    wrong = [i for i, (a, b) in enumerate(zip(typed, truth, strict=True)) if a != b]
    listed = " and ".join(str(i) for i in wrong)
    which = f"the size of dimension {listed}" if len(wrong) == 1 else f"dimensions {listed}"
    verb = "is" if len(wrong) == 1 else "are"
    return Miss("wrong-shape", f"The number of dimensions is right; {which} {verb} not.")


_KIND = re.compile(r"^(bool|bfloat|uint|int|float|complex)")


def guess_dtype(text: str, truth: str) -> Miss | None:
    """Compare a typed dtype."""
    typed = read_dtypes(text)
    if not typed:
        return Miss("unreadable", "This is no dtype. Write it like `torch.float16` or `int8`.")
    if len(typed) > 1 and truth in typed:
        listed = " or ".join(typed)
        return Miss("unreadable", f"`{text.strip()}` may mean {listed}: say how many bits.")
    if truth in typed:
        return None
    kinds = {match.group() for name in typed if (match := _KIND.match(name))}
    real = _KIND.match(truth)
    if real is not None and real.group() in kinds:
        return Miss("wrong-dtype", "The kind of number is right, the number of bits is not.")
    return Miss("wrong-dtype", "It is another kind of number.")


def guess_error(text: str, truth: Raised | None) -> Miss | None:
    """Compare a typed exception; an empty answer from `read_error` means that none comes up."""
    typed = read_error(text)
    if typed is None:
        return Miss(
            "unreadable", "Write the exception's type, like `KeyError`, or `none` if none comes up."
        )
    if truth is None:
        return None if typed == "" else Miss("not-raised", "No exception comes up.")
    if typed == "":
        return Miss("wrong-prediction", "An exception does come up.")
    known = [name.rpartition(".")[2].lower() for name in (truth.type, *truth.bases)]
    if typed.lower() == known[0] or typed.lower() + "error" == known[0]:
        return None
    if typed.lower() in known:
        return Miss("wrong-error", f"It is a kind of `{typed}`; name the exact type.")
    return Miss("wrong-error", "An exception does come up, of another type.")


def guess_output(text: str, truth: str) -> Miss | None:  # noqa: PLR0911  # one rule after the other
    """Compare typed output: white space, and spaces around punctuation, do not count."""
    typed = _squeezed(text)
    if typed == _squeezed(truth) or typed.lower() == _squeezed(truth).lower():
        return None
    quoted = re.fullmatch(r"\s*(['\"])(.*)\1\s*", text, re.DOTALL)
    if quoted is not None and _squeezed(quoted.group(2)) == _squeezed(truth):
        return None
    if not truth.strip():
        if typed.lower() in ("nothing", "none", "(nothing)"):
            return None
        return Miss("wrong-prediction", "Nothing is printed.")
    if not typed:
        return Miss("wrong-prediction", "Something is printed.")
    left, right = (_lines(t) for t in (text, truth))
    if len(left) != len(right):
        more = "more" if len(left) < len(right) else "fewer"
        said = count(len(left), "line")
        return Miss("wrong-prediction", f"You predicted {said}; {more} are printed.")
    wrong = [i + 1 for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if len(right) == 1 or not wrong:
        return Miss("wrong-prediction", "Something else is printed.")
    return Miss("wrong-prediction", f"Line {wrong[0]} is different.")


def _lines(text: str) -> list[str]:
    return [squeezed for line in text.splitlines() if (squeezed := _squeezed(line))]


def _squeezed(text: str) -> str:
    spaced = re.sub(r"\s+", " ", text.replace("\\n", " ")).strip()
    tight = re.sub(r"\s*([\[\](){},:=<>])\s*", r"\1", spaced)
    return re.sub(r"(?<![\w.])([-+]?\d*)\.(\d*?)0*(?![\d.\w])", _float, tight)


def _float(match: re.Match[str]) -> str:
    whole, part = match.groups()
    return f"{whole}.{part}" if whole or part else match.group()
