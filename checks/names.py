"""Names in an answer's text, read by its syntax tree. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

__all__ = [
    "defined_names",
    "parse",
    "plain_operation",
    "read_names",
    "returns_something",
    "unless_too_deep",
]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_O = TypeVar("_O")


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None where the text is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def unless_too_deep(otherwise: _O) -> Callable[[Callable[_P, _T]], Callable[_P, _T | _O]]:
    """Let a function that reads syntax trees give `otherwise` where Python goes no deeper.

    An expression of a thousand parts can be parsed, but neither written again nor walked over by
    functions that call themselves.
    """

    def around(function: Callable[_P, _T]) -> Callable[_P, _T | _O]:
        @wraps(function)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _T | _O:
            try:
                return function(*args, **kwargs)
            except RecursionError:
                return otherwise

        return guarded

    return around


def defined_names(source: str) -> list[str]:
    """Names that the answer's top level defines, in order."""
    tree = parse(source)
    names: list[str] = []
    for statement in [] if tree is None else tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(statement.name)
            continue
        names += [
            node.id
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
    return list(dict.fromkeys(names))


_OPERATORS = {
    "truediv": "div",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "rsub": "sub",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "invert": "bitwise_not",
}


def returns_something(source: str) -> bool:
    """Whether a function of the answer has a `return` with a value, or a lambda gives one."""
    tree = parse(source)
    return any(
        (isinstance(node, ast.Return) and node.value is not None) or isinstance(node, ast.Lambda)
        for node in ([] if tree is None else ast.walk(tree))
    )


@lru_cache(maxsize=256)
def read_names(expression: str) -> frozenset[str]:
    """The names in an expression.

    Raises:
        SyntaxError: it is none.
    """
    tree = ast.parse(expression.strip(), mode="eval")
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def plain_operation(name: str) -> str:
    """The name of an operation however it is asked for.

    ``add`` for ``torch.add``, ``add_``, ``__radd__`` and ``__iadd__``.
    """
    last = name.rpartition(".")[2]
    bare = last.strip("_")
    if last.startswith("__") and last.endswith("__"):
        plain = {f"{way}{n}": n for n in _BINARY for way in ("r", "i")}
        bare = plain.get(bare, bare)
    return _OPERATORS.get(bare, bare)


_BINARY = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
