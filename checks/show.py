"""Values as people read them: short, on one line."""

from __future__ import annotations

import math

from checks.codec import CodecError
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
    Raised,
    Scalar,
    Set,
    Size,
    Str,
    Tensor,
    Tuple,
    Value,
)
from checks.memory import Memory

__all__ = [
    "count",
    "kind_of",
    "number",
    "number_pair",
    "shape_of",
    "show",
    "show_raised",
    "sizes",
    "solution_raised",
]

_LIMIT = 200
_FEW = 24


def shape_of(dims: tuple[int, ...]) -> str:
    """A shape as Python writes it: ``(2, 3)``, ``(3,)``, ``()``."""
    return str(tuple(dims))


def count(number: int, noun: str) -> str:
    """``1 value``, ``3 values``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def number(value: complex) -> str:
    """A number with six significant digits."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else "a very large int"
    if not isinstance(value, float):
        return f"{value:.6g}"
    if math.isfinite(value) and value == round(value) and abs(value) < 1e6:
        return f"{value:.1f}"
    return f"{value:.6g}"


def number_pair(actual: complex, expected: complex) -> tuple[str, str]:
    """Two numbers with enough digits to tell them apart."""
    pair = number(actual), number(expected)
    if pair[0] != pair[1]:
        return pair
    return (repr(actual), repr(expected))


def kind_of(value: Value) -> str:  # noqa: C901, PLR0911  # one case per kind
    """What a value is, with its article: ``a Python float``, ``a tuple of 2``."""
    match value:
        case Nothing():
            return "None"
        case Tensor(shape=()):
            return "a 0-d tensor"
        case Tensor():
            return "a tensor"
        case List(items=items):
            return f"a list of {len(items)}"
        case Tuple(items=items):
            return f"a tuple of {len(items)}"
        case Set(items=items):
            return f"a set of {len(items)}"
        case Dict(items=items):
            return f"a dict of {len(items)}"
        case Opaque(kind=kind) if kind in ("function", "method", "builtin_function_or_method"):
            return "a function"
        case Opaque(kind="type"):
            return "a class"
        case Opaque(kind=kind):
            return f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}"
        case _:
            return _KINDS[type(value)]


_KINDS: dict[type, str] = {
    Bool: "a bool",
    Int: "an int",
    Float: "a Python float",
    Complex: "a complex number",
    Str: "a string",
    Bytes: "bytes",
    Array: "a NumPy array",
    Dtype: "a dtype",
    Device: "a device",
    Size: "a torch.Size",
}


def show(value: Value, memory: Memory, limit: int = _LIMIT) -> str:
    """The value on one line, at most about `limit` characters."""
    text = _show(value, memory, limit)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _show(value: Value, memory: Memory, limit: int) -> str:  # noqa: C901, PLR0911, PLR0912  # one case per kind
    match value:
        case Nothing():
            return "None"
        case Bool() | Str() | Bytes() | Float():
            return repr(value.value)
        case Int(digits=digits):
            return str(value.value) if len(digits) < 100 else "a very large int"
        case Complex(real=real, imag=imag):
            return repr(complex(real, imag))
        case List(items=items):
            return f"[{_items(items, memory, limit)}]"
        case Tuple(items=items):
            return f"({_items(items, memory, limit)}{',' if len(items) == 1 else ''})"
        case Set(items=items):
            return f"{{{_items(items, memory, limit)}}}" if items else "set()"
        case Dict(items=pairs):
            parts = (f"{_show(k, memory, 60)}: {_show(v, memory, 60)}" for k, v in pairs[:_FEW])
            return f"{{{', '.join(parts)}}}"
        case Tensor():
            return _tensor(value, memory)
        case Array(tensor=tensor):
            text = _tensor(tensor, memory).replace("tensor", "array", 1)
            return text.replace("dtype=torch.", "dtype=")
        case Dtype(name=name):
            return f"torch.{name}"
        case Device(name=name):
            return f"device({name!r})"
        case Size(dims=dims):
            return f"torch.Size({list(dims)})"
        case Opaque(kind=kind, text=text):
            return text or kind


def _items(items: tuple[Value, ...], memory: Memory, limit: int) -> str:
    parts = [_show(item, memory, limit) for item in items[:_FEW]]
    return ", ".join(parts) + (", …" if len(items) > _FEW else "")


def _tensor(value: Tensor, memory: Memory) -> str:
    elements = math.prod(value.shape)
    state = f"shape {shape_of(value.shape)}, {value.dtype}"
    if value.storage is None or elements > _FEW:
        return f"tensor of {state}"
    try:
        text = " ".join(repr(memory.tensor(value)).split())
    except (CodecError, RuntimeError):
        return f"tensor of {state}"
    return text.replace("[ ", "[")


def show_raised(raised: Raised) -> str:
    """``ValueError: text``, on one line."""
    message = " ".join(raised.message.split())
    return f"{raised.type}: {message}"[:_LIMIT] if message else raised.type


def solution_raised(raised: Raised) -> str:
    """``the solution raised ValueError: text, on its line 3``: for whoever wrote the lesson."""
    where = f", on its line {raised.line}" if raised.line else ""
    return f"the solution raised {show_raised(raised)}{where}"


def sizes(named: dict[str, Scalar]) -> str:
    """``n = 1, m = 4``."""
    return ", ".join(f"{name} = {size!r}" for name, size in named.items())
