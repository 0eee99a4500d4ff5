"""Names in an answer's text, read by its syntax tree. Without torch."""

from __future__ import annotations

import ast

__all__ = ["defined_names", "parse"]


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None where the text is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


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
