"""What the parameters of the check `function` must fulfil, found when the check is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from checks.base import check_expression
from checks.names import parse
from checks.plan import Of, check_sizes, few_and_many

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["check_rules"]

_LOOP_SHOWS = 3
"""A loop is told from a branch by a line that runs so many times more."""


def check_rules(function: Function) -> None:
    """Make sure that the parameters make sense together.

    Raises:
        ValueError: one does not; the message says which and why.
    """
    check_expression(function.target, "the target")
    for name, expression in function.inputs.items():
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no name")
        check_expression(expression, f"the input {name}")
    for expression in function.after:
        check_expression(expression, f"`after`, {expression}")
    check_sizes(function.sizes)
    _check_cases(function)
    _check_code(function)
    _check_counts(function)
    if not function.cases and function.trials == 0:
        raise ValueError("without `cases`, `trials` must be at least 1")


def _check_cases(function: Function) -> None:
    for number, case in enumerate(function.cases):
        for name, value in case.items():
            if function.inputs and name not in function.inputs and name not in function.sizes:
                raise ValueError(f"case {number + 1} gives {name!r}, which is no input")
            if isinstance(value, str):
                check_expression(value, f"case {number + 1}, {name}")
    known = set(function.inputs).union(*function.cases)
    unknown = [name for name in function.mutates if name not in known]
    if unknown:
        raise ValueError(f"`mutates` names {unknown[0]!r}, which is no input")


def _check_code(function: Function) -> None:
    if function.given and parse(function.given) is None:
        raise ValueError("`given` is no Python code")
    if not function.script:
        return
    tree = parse(function.script)
    if tree is None:
        raise ValueError("`script` is no Python code")
    if not any(isinstance(node, ast.Return) for node in _own_nodes(tree)):
        raise ValueError("`script` must return what is to be compared")
    if function.times > 1 or function.gradients:
        raise ValueError("a `script` says itself how often it calls, and returns the gradients")


def _own_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions inside it."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield node
            yield from _own_nodes(node)


def _check_counts(function: Function) -> None:
    for name, wanted in function.calls.items():
        low, high = wanted if isinstance(wanted, tuple) else (0, 0)
        if low > high or low < 0 or (isinstance(wanted, int) and wanted < 0):
            raise ValueError(f"`calls` cannot be {wanted} for {name}")
    if not function.vectorised:
        return
    few, many = few_and_many(function.sizes)
    grown = [
        many[name] - few[name]  # type: ignore[operator]  # ranges are numbers
        for name, size in function.sizes.items()
        if not isinstance(size, int | Of)
    ]
    if not grown or min(grown) < _LOOP_SHOWS:
        raise ValueError(
            "`vectorised` needs ranges in `sizes` that are wide enough to show a loop, like [1, 6]"
        )
