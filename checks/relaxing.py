"""Values of different types that may count as the same: number and 0-d tensor, list and tuple."""

from __future__ import annotations

import msgspec

from checks.codec import CodecError
from checks.data import (
    Array,
    Bool,
    Complex,
    Float,
    Int,
    List,
    Size,
    Tensor,
    Tuple,
    Value,
)
from checks.difference import Scene
from checks.memory import Memory
from checks.tolerance import tolerances

__all__ = ["of_one_kind"]


def of_one_kind(actual: Value, expected: Value, scene: Scene) -> tuple[Value, Value, Scene]:
    """Both as values of one type, where they hold the same kind of thing; else as they are.

    A number beside a tensor is as exact as the tensor's dtype, which the scene then says.
    """
    if type(actual) is not type(expected):
        actual, expected = _plainer(actual), _plainer(expected)
    match actual, expected:
        case Tensor(shape=()), Bool() | Int() | Float() | Complex():
            return _number(actual, scene.actual) or actual, expected, _as_exact(scene, actual)
        case Bool() | Int() | Float() | Complex(), Tensor(shape=()):
            return actual, _number(expected, scene.expected) or expected, _as_exact(scene, expected)
    return actual, expected, scene


def _plainer(value: Value) -> Value:
    """Lists and sizes as tuples, arrays as tensors."""
    match value:
        case List(items=items) | Tuple(items=items):
            return Tuple(items)
        case Size(dims=dims):
            return Tuple(tuple(Int(hex(n)) for n in dims))
        case Array(tensor=tensor):
            return tensor
    return value


def _number(tensor: Tensor, memory: Memory) -> Value | None:
    try:
        number = memory.tensor(tensor).item()
    except CodecError:
        return None
    match number:
        case bool():
            return Bool(number)
        case int():
            return Int(hex(number))
        case complex():
            return Complex(number.real, number.imag)
    return Float(float(number))


def _as_exact(scene: Scene, tensor: Tensor) -> Scene:
    if not tensor.dtype.startswith(("float", "bfloat", "complex")):
        return scene
    rtol, atol = tolerances(tensor.dtype, tensor.dtype, scene.relax)
    relax = msgspec.structs.replace(scene.relax, rtol=rtol, atol=atol)
    return msgspec.structs.replace(scene, relax=relax)
