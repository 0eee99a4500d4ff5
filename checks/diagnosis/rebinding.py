"""Finding assignments that only give a name to a new tensor, by the answer's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.names import parse

__all__ = ["find_rebinding"]


def find_rebinding(source: str) -> tuple[int, str] | None:
    """The line and text of the first ``p = p - …`` on a loop's own variable, or None."""
    tree = parse(source)
    if tree is None:
        return None
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For):
            names = set(_names(loop.target))
            for line, statement in _assignments(loop):
                if _rebinds(statement, names):
                    return line, ast.unparse(statement)[:80]
    return None


def _names(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id


def _assignments(loop: ast.For) -> Iterator[tuple[int, ast.Assign]]:
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign):
            yield node.lineno, node


def _rebinds(statement: ast.Assign, names: set[str]) -> bool:
    targets = {t.id for t in statement.targets if isinstance(t, ast.Name)} & names
    used = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
    return bool(targets & used)
