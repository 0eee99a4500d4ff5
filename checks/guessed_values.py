"""Comparing a typed value with the real one: numbers to the digits that were typed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from checks.data import (
    Array,
    Bool,
    Bytes,
    Complex,
    Device,
    Dict,
    Dtype,
    Float,
    Int,
    List,
    Nothing,
    Opaque,
    Set,
    Size,
    Str,
    Tensor,
    Tuple,
    Value,
)
from checks.guesses import Miss, guess_dtype, guess_shape
from checks.memory import Memory
from checks.typed import Literal, Number, read_value

__all__ = ["guess_value"]


def guess_value(text: str, truth: Value, memory: Memory) -> Miss | None:
    """Compare a typed value: numbers to the digits that were typed."""
    match truth:
        case Dtype(name=name):
            return guess_dtype(text, name)
        case Size(dims=dims):
            return guess_shape(text, dims)
        case Device(name=name):
            typed = re.sub(r"^(torch\.)?device\((type=)?|[)'\"\s]", "", text.strip())
            return None if typed == name else Miss("wrong-values", "It is another device.")
        case Str(value=value) if text.strip().strip("'\"") == value.strip():
            return None
    read = read_value(text)
    if read is None:
        return Miss("unreadable", "This cannot be read as a value. Write it as Python would.")
    return _against(read, _nested(truth, memory), truth)


def _nested(truth: Value, memory: Memory) -> Any:  # noqa: PLR0911  # one rule after the other
    """The truth as nested lists, numbers, bools, strings and None."""
    match truth:
        case Tensor() | Array():
            tensor = truth.tensor if isinstance(truth, Array) else truth
            return memory.tensor(tensor).tolist()
        case List(items=items) | Tuple(items=items) | Set(items=items):
            return [_nested(item, memory) for item in items]
        case Dict(items=pairs):
            return [[_nested(k, memory), _nested(v, memory)] for k, v in pairs]
        case Size(dims=dims):
            return list(dims)
        case Complex(real=real, imag=imag):
            return complex(real, imag)
        case Nothing():
            return None
        case Dtype(name=name) | Device(name=name):
            return name
        case Opaque(text=text):
            return text
        case Bool() | Int() | Float() | Str() | Bytes():
            return truth.value


def _against(typed: Number | Literal, truth: Any, whole: Value) -> Miss | None:  # noqa: PLR0911  # one rule after the other
    if isinstance(whole, Dict):
        items = typed.items if isinstance(typed, Literal) and typed.kind == "dict" else None
        if items is None:
            return Miss("wrong-type", "It is a dict.")
        pairs = list(zip(items[::2], items[1::2], strict=True))
        typed = Literal("sequence", tuple(Literal("sequence", pair) for pair in pairs))
    if isinstance(whole, Tensor | Array) and not isinstance(truth, list):
        brackets = isinstance(typed, Literal) and typed.kind == "sequence"
        if brackets:
            return Miss("extra-dimension", "It is a single number, without brackets.")
    deep = _depth(typed), _depth_of(truth)
    if deep[0] != deep[1] and _cells(truth) > 0:
        return _other_depth(deep, truth)
    wrong, total, where = _wrong_cells(typed, truth)
    if where == "length":
        return Miss("wrong-length", "The brackets are right, the number of items is not.")
    if not wrong:
        return None
    if total == 1:
        return _one(typed, truth)
    return Miss("wrong-values", f"The form is right; {wrong} of {total} values are not.")


def _other_depth(deep: tuple[int, int], truth: Any) -> Miss:
    if deep[1] == 0:
        return Miss("extra-dimension", "It is a single value, without brackets.")
    if deep[0] == 0:
        several = "It has brackets: there is a dimension, even around one number."
        return Miss("missing-dimension", several if _cells(truth) == 1 else "It is several values.")
    if deep[0] < deep[1]:
        return Miss("missing-dimension", "There are more levels of brackets.")
    return Miss("extra-dimension", "There are fewer levels of brackets.")


def _one(typed: Number | Literal, truth: Any) -> Miss:  # noqa: PLR0911  # one rule after the other
    while isinstance(truth, list):
        truth = truth[0]
        typed = typed.items[0] if isinstance(typed, Literal) else typed
    if truth is None:
        number = isinstance(typed, Number)
        return Miss("wrong-type", "It is no number." if number else "It is something else.")
    if isinstance(truth, bool):
        kind = isinstance(typed, Literal) and typed.kind == "bool"
        return Miss(
            "wrong-values" if kind else "wrong-type",
            "It is the other one." if kind else "It is a bool: `True` or `False`.",
        )
    if isinstance(typed, Literal):
        what = "a number" if isinstance(truth, int | float | complex) else "something else"
        return Miss("wrong-type", f"It is {what}.")
    if isinstance(truth, str):
        return Miss("wrong-type", "It is no number.")
    if isinstance(truth, float) and not math.isfinite(truth):
        return Miss("wrong-values", "It is no ordinary number.")
    if not isinstance(truth, complex) and typed.value == -truth:
        return Miss("sign-flipped", "Look at the sign.")
    return Miss("wrong-values", "It is another number.")


def _depth(typed: Number | Literal) -> int:
    if isinstance(typed, Literal) and typed.kind in ("sequence", "set"):
        return 1 + max((_depth(item) for item in typed.items), default=0)
    return 0


def _depth_of(truth: Any) -> int:
    return 1 + max((_depth_of(t) for t in truth), default=0) if isinstance(truth, list) else 0


def _cells(truth: Any) -> int:
    return sum(_cells(t) for t in truth) if isinstance(truth, list) else 1


def _wrong_cells(typed: Number | Literal, truth: Any) -> tuple[int, int, str]:
    """How many cells differ, of how many, and ``length`` where the lists do not line up."""
    if isinstance(truth, list):
        items: Sequence[Number | Literal] = ()
        if isinstance(typed, Literal) and typed.kind in ("sequence", "set"):
            items = typed.items
        elif _cells(truth) > 0:
            return 0, 0, "length"
        if _cells(truth) == 0 and not items:
            return 0, 1, ""
        if len(items) != len(truth):
            return 0, 0, "length"
        parts = [_wrong_cells(a, b) for a, b in zip(items, truth, strict=True)]
        lost = next((where for _, _, where in parts if where), "")
        return sum(p[0] for p in parts), sum(p[1] for p in parts), lost
    return (0 if _agrees(typed, truth) else 1), 1, ""


def _agrees(typed: Number | Literal, truth: Any) -> bool:
    match typed:
        case Literal(kind="bool", text=text):
            return isinstance(truth, bool) and str(truth) == text
        case Literal(kind="none"):
            return truth is None
        case Literal(kind="text" | "name", text=text):
            return isinstance(truth, str) and truth.removeprefix("torch.") == text.removeprefix(
                "torch."
            )
        case Number():
            return (
                not isinstance(truth, bool)
                and isinstance(truth, int | float | complex)
                and _near(typed, truth)
            )
    return False


def _near(typed: Number, truth: complex) -> bool:  # noqa: PLR0911  # one rule after the other
    """Whether a typed number is the truth, to the digits that were typed."""
    value = typed.value
    if not isinstance(value, int | float) or not isinstance(truth, int | float):
        return abs(value - truth) <= 1e-3 * abs(truth)
    if isinstance(truth, int):
        return value == truth
    if math.isnan(truth) or math.isinf(truth):
        return value == truth or (math.isnan(truth) and math.isnan(value))  # NaN
    if not math.isfinite(value):
        return False
    if abs(value - truth) <= 1e-5 * abs(truth) or value == truth:
        return True
    decimals = typed.decimals
    if decimals is not None and decimals >= 2 and typed.digits >= 2:
        unit = 10.0**-decimals
        scaled = truth / unit * (1 + 1e-6)
        if abs(value / unit - round(truth / unit)) < 1e-3:
            return True
        if abs(value / unit - math.trunc(scaled)) < 1e-3:
            return True
    short = abs(truth - round(truth, 3)) <= 1e-6 * max(abs(truth), 1e-3)
    return not short and typed.digits >= 3 and abs(value - truth) <= 1e-3 * abs(truth)
