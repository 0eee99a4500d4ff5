"""Where a `.grad` that is still None meets an operation. Without torch."""

from __future__ import annotations

import ast

from checks.names import parse

__all__ = ["no_gradient_yet"]

_LONGEST = 60


def no_gradient_yet(line: int | None, source: str) -> str:
    """What to say where None came up on that line; empty if it was no gradient.

    Args:
        line: of the answer.
        source: the answer's text.
    """
    tree = parse(source)
    if tree is None or line is None:
        return ""
    try:
        gradient = _gradient_on(line, tree)
    except RecursionError:  # an expression of a thousand parts can be parsed, but not written
        return ""
    if not gradient or len(gradient) > _LONGEST:
        return ""
    if not any(_is_named(node, "backward") for node in ast.walk(tree)):
        return f"`{gradient}` is None: `backward()` fills it, and nothing calls that before."
    return (
        f"`{gradient}` is None here. `backward()` fills it, for leaves that require a gradient; "
        "`zero_grad()` empties it. What has run before this line?"
    )


def _gradient_on(line: int, tree: ast.Module) -> str:
    """The gradient that is used on a line, by its own expression; or an empty text."""
    kept = {
        target.id: ast.unparse(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_named(node.value, "grad")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        if _is_named(node, "grad"):
            return ast.unparse(node)
        if isinstance(node, ast.Name) and node.id in kept:
            return kept[node.id]
    return ""


def _is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name
