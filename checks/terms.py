"""The words of the language that relations are written in. Without torch."""

from __future__ import annotations

import ast
from typing import Any

__all__ = [
    "ARITHMETIC",
    "FUNCTIONS",
    "METHODS",
    "PROPERTIES",
    "RelationError",
    "as_method",
    "place_of",
]

METHODS = frozenset(
    {
        *("sum", "mean", "prod", "amax", "amin", "max", "min", "std", "var", "norm", "numel"),
        *("abs", "exp", "log", "sqrt", "square", "sign", "round", "floor", "clamp", "neg"),
        *("sigmoid", "tanh", "relu", "softmax", "sin", "cos", "cumsum", "diff", "sort"),
        *("flip", "roll", "flatten", "reshape", "transpose", "permute", "unsqueeze", "squeeze"),
        *("argmax", "argmin", "all", "any", "trace", "det", "diagonal", "tril", "triu", "size"),
    }
)
PROPERTIES = frozenset({"T", "mT", "shape", "ndim", "real", "imag"})
FUNCTIONS = frozenset({"abs", "len", "max", "min"})
ARITHMETIC = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Pow,
    ast.MatMult,
)


class RelationError(ValueError):
    """Something cannot be calculated, for want of the right shape or kind."""


def as_method(node: ast.expr) -> tuple[ast.expr, str, list[Any], dict[str, Any]] | None:
    """A call of one of the judge's own methods: on what, which, with which constants."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    thing, name, arguments = node.func.value, node.func.attr, list(node.args)
    if isinstance(thing, ast.Name) and thing.id == "torch" and arguments:
        thing = arguments.pop(0)
    if name not in METHODS:
        return None
    try:
        constants = [ast.literal_eval(argument) for argument in arguments]
        named = {str(k.arg): ast.literal_eval(k.value) for k in node.keywords}
    except ValueError:
        return None
    return thing, name, constants, named


def place_of(node: ast.expr) -> Any:
    """The index that a subscript stands for.

    Raises:
        ValueError: it is not made of constants.
    """
    match node:
        case ast.Tuple(elts=parts):
            return tuple(place_of(part) for part in parts)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if end is None else place_of(end) for end in (lower, upper, step)))
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise ValueError(f"the index `{ast.unparse(node)}` is not made of numbers") from error
