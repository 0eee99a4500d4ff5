"""Calculating the terms of a relation from data, in the judge."""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch

from checks.terms import RelationError, as_method, place_of

__all__ = ["worth"]

_LARGEST_PRODUCT = 10**9
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}


def worth(term: ast.expr, values: Mapping[str, Any]) -> Any:
    """What a term is worth.

    Args:
        term: a side of a relation.
        values: operands by their text, inputs and sizes by their name; tensors of a wide dtype,
            numbers, or anything else that only equality is asked of.

    Raises:
        RelationError: it cannot be calculated.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Calculator(values).term(term)
    except RelationError:
        raise
    except (RuntimeError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as e:
        text = str(e).partition("\n")[0]
        raise RelationError(f"`{ast.unparse(term)}` cannot be calculated: {text}") from e


class _Calculator:
    """Calculates terms with known values."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def term(self, node: ast.expr) -> Any:  # noqa: PLR0911  # one case per kind
        """What a term is worth."""
        text = ast.unparse(node)
        if text in self._values:
            return self._values[text]
        method = as_method(node)
        if method is not None:
            return self._method(*method)
        match node:
            case ast.Constant() | ast.Tuple() | ast.List():
                return ast.literal_eval(node)
            case ast.UnaryOp(op=op, operand=inner):
                value = self.term(inner)
                return -value if isinstance(op, ast.USub) else value
            case ast.BinOp(left=left, op=op, right=right):
                return _calculated(op, self.term(left), self.term(right))
            case ast.Attribute(value=inner, attr=name):
                found = getattr(_tensor(self.term(inner), name), name)
                return tuple(found) if name == "shape" else found
            case ast.Subscript(value=inner, slice=place):
                return self.term(inner)[place_of(place)]
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return _function(name, [self.term(argument) for argument in arguments])
        raise RelationError(f"`{text}` was not sent")

    def _method(
        self, thing: ast.expr, name: str, constants: list[Any], named: dict[str, Any]
    ) -> Any:
        tensor = _tensor(self.term(thing), name)
        if tensor.dtype == torch.int64 and name in ("mean", "std", "var", "norm", "softmax"):
            tensor = tensor.to(torch.float64)
        found = getattr(tensor, name)(*constants, **named)
        # `max`, `min` and `sort` along a dimension give the values first.
        return found[0] if isinstance(found, tuple) and name != "size" else found


def _tensor(value: Any, name: str) -> torch.Tensor:
    if not isinstance(value, torch.Tensor):
        raise RelationError(f"there is no `{name}` of what is no tensor")
    return value


def _function(name: str, values: list[Any]) -> Any:
    if name == "len" and len(values) == 1:
        return len(values[0])
    if name == "abs" and len(values) == 1:
        return abs(values[0])
    if name in ("max", "min") and len(values) == 1:
        return getattr(_tensor(values[0], name), name)()
    raise RelationError(f"`{name}` takes one value here")


def _calculated(op: ast.operator, left: Any, right: Any) -> Any:
    """Arithmetic without accidents: no broadcast of two shapes, nothing enormous."""
    tensors = [value for value in (left, right) if isinstance(value, torch.Tensor)]
    for value in (left, right):
        if not isinstance(value, torch.Tensor | int | float | complex):
            raise RelationError("only numbers and tensors are calculated with")
    if isinstance(op, ast.MatMult):
        return _product(left, right)
    shapes = {tuple(tensor.shape) for tensor in tensors} - {()}
    if len(shapes) > 1:
        raise RelationError(f"the shapes {' and '.join(map(str, sorted(shapes)))} do not agree")
    if isinstance(op, ast.Pow) and not tensors and (abs(right) > 64 or abs(left) > 10**6):
        raise RelationError("the power is too large")
    return _ARITHMETIC[type(op)](left, right)


def _product(left: Any, right: Any) -> torch.Tensor:
    one, two = _tensor(left, "@"), _tensor(right, "@")
    width = two.shape[-1] if two.dim() > 1 else 1
    if one.numel() * width > _LARGEST_PRODUCT:
        raise RelationError("the product is too large")
    kind = torch.promote_types(one.dtype, two.dtype)
    kind = torch.int64 if kind == torch.bool else kind
    return torch.matmul(one.to(kind), two.to(kind))
