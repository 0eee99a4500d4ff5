"""What an answer's data are worth in a relation, and how two of them compare."""

from __future__ import annotations

from typing import Any

import torch

from checks.comparing import compare_values
from checks.data import (
    Array,
    Bool,
    Bytes,
    Complex,
    Dict,
    Float,
    Int,
    List,
    Nothing,
    Set,
    Str,
    Tensor,
    Tuple,
    Value,
)
from checks.difference import Scene
from checks.memory import Memory
from checks.terms import RelationError
from checks.tolerance import wide

__all__ = ["Kept", "as_number", "fits", "other_kinds", "quantity"]


class Kept:
    """A container, a text or the like, with the memory that its tensors lie in."""

    def __init__(self, value: Value, memory: Memory) -> None:
        self.value = value
        self.memory = memory

    def __len__(self) -> int:
        match self.value:
            case List(items=items) | Tuple(items=items) | Set(items=items) | Dict(items=items):
                return len(items)
            case Str(value=text) | Bytes(value=text):
                return len(text)
        raise RelationError("what it is has no length")

    def __getitem__(self, place: Any) -> Any:
        match self.value:
            case List(items=items) | Tuple(items=items) if isinstance(place, int):
                return quantity(items[place], self.memory)
            case Dict(items=pairs):
                for key, item in pairs:
                    if isinstance(key, Str | Int) and key.value == place:
                        return quantity(item, self.memory)
        raise RelationError(f"there is no [{place!r}] in it")


def quantity(value: Value, memory: Memory) -> Any:  # noqa: PLR0911  # one case per kind
    """A tensor of a wide dtype; a number of the answer's as a 0-d one; all else kept as it is."""
    match value:
        case Array(tensor=tensor):
            return quantity(tensor, memory)
        case Tensor():
            return wide(memory.tensor(value))
        case Float(value=number):
            return torch.tensor(number, dtype=torch.float64)
        case Int(digits=digits) if len(digits) < 18:
            return torch.tensor(value.value)
        case Bool(value=flag):
            return torch.tensor(flag)
        case Complex(real=real, imag=imag):
            return torch.tensor(complex(real, imag), dtype=torch.complex128)
    return Kept(value, memory)


def as_number(value: Any) -> torch.Tensor | None:
    """A tensor for numbers and tensors, of one of four dtypes."""
    if isinstance(value, bool | int | float | complex):
        value = torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
    if not isinstance(value, torch.Tensor):
        return None
    numbers = wide(value)
    return numbers.to(torch.int64) if numbers.dtype == torch.bool else numbers


def fits(
    one: torch.Tensor, two: torch.Tensor, relation: str, close: tuple[float, float]
) -> torch.Tensor:
    """Where the relation holds; NaN fits nothing, but differs from everything."""
    kind = torch.promote_types(one.dtype, two.dtype)
    exact = not (kind.is_floating_point or kind.is_complex)
    rtol, atol = (0.0, 0.0) if exact else close
    one, two = one.to(kind), two.to(kind)
    near = torch.isclose(one, two, rtol=rtol, atol=atol)
    if relation in ("==", "!="):
        return near if relation == "==" else ~near
    if kind.is_complex:
        raise RelationError("complex numbers are not larger or smaller")
    if relation in ("<", ">"):
        return one < two if relation == "<" else one > two
    return near | (one < two if relation == "<=" else one > two)


def other_kinds(left: Any, right: Any, relation: str) -> str:
    """Containers, texts and the like: equal or not."""
    if relation not in ("==", "!="):
        raise RelationError("only numbers are larger or smaller")
    if isinstance(left, Kept) and isinstance(right, Kept):
        scene = Scene(subject="", actual=left.memory, expected=right.memory)
        same = compare_values(left.value, right.value, scene) is None
    else:
        same = bool(_plain(left) == _plain(right)) if _is_plain(left, right) else False
    if relation == "==":
        return "" if same else "The two sides are not equal."
    return "Both sides are equal." if same else ""


def _is_plain(*values: Any) -> bool:
    return not any(isinstance(value, torch.Tensor) for value in values)


def _plain(value: Any) -> Any:
    """A value of the answer's beside a constant of the relation."""
    if not isinstance(value, Kept):
        return value
    if isinstance(value.value, Nothing):
        return None
    if isinstance(value.value, List | Tuple) and all(
        isinstance(item, Int | Float | Bool | Str) for item in value.value.items
    ):
        items = [getattr(item, "value", None) for item in value.value.items]
        return items if isinstance(value.value, List) else tuple(items)
    return getattr(value.value, "value", value)
