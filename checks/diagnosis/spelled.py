"""How calls and assignments are spelled in an answer's text. Without torch."""

from __future__ import annotations

import ast

__all__ = ["Found", "assigned", "called", "root_name"]

Found = tuple[int, str]
"""The line, and what to say of it."""


def called(node: ast.AST) -> str:
    """The last part of the name that is called; empty for what is no call."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name
    return ""


def root_name(node: ast.expr | None) -> str:
    """The name that an expression like ``self.seen[0]`` begins with, or an empty string."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name is given, in the order of the text; attributes by their last part."""
    made: dict[str, list[ast.expr]] = {}
    assigns = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in sorted(assigns, key=lambda n: n.lineno):
        for target in node.targets:
            match target:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    made.setdefault(name, []).append(node.value)
    return made
