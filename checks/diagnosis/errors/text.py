"""What the families read of an answer's text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.slices import Slices, names_in
from checks.names import parse

__all__ = ["Text"]


class Text:
    """An answer's text around the line where an exception came up.

    Attributes:
        tree: the syntax tree.
        line: where it came up; None where that is not known.
        slices: what leads to which name.
    """

    def __init__(self, tree: ast.Module, line: int | None) -> None:
        self.tree = tree
        self.line = line
        self.slices = Slices(tree)

    @classmethod
    def read(cls, source: str, line: int | None) -> Text | None:
        """The text; None where it is no Python, or has no such line."""
        tree = parse(source)
        if tree is None or (line is not None and line > source.count("\n") + 1):
            return None
        return cls(tree, line)

    def here(self) -> list[ast.AST]:
        """The nodes that begin on the line."""
        return [n for n in ast.walk(self.tree) if getattr(n, "lineno", 0) == self.line]

    def names_here(self) -> set[str]:
        """The names that are read on the line."""
        return {
            n.id for n in self.here() if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
        }

    def assignments(self, name: str) -> list[ast.Assign]:
        """The statements that give a name, or an attribute such as ``self.relu``, a value."""
        found = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign)
            and any(ast.unparse(target) == name for target in node.targets)
        ]
        return sorted(found, key=lambda node: node.lineno)

    def loop_of(self, node: ast.AST) -> ast.For | ast.While | None:
        """The innermost loop around a node, within its function."""
        for outer in self.slices.around(node):
            if isinstance(outer, ast.For | ast.While):
                return outer
            if isinstance(outer, ast.FunctionDef | ast.Lambda):
                return None
        return None

    def walked(self) -> Iterator[tuple[ast.Call, ast.expr]]:
        """Every call that walks a graph back, and what it begins at; in the order of the lines."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            match call.func:
                case ast.Attribute(attr="backward" | "grad", value=value) if _is_autograd(value):
                    if call.args:
                        yield call, call.args[0]
                case ast.Attribute(attr="backward", value=value):
                    yield call, value

    def reads(self, node: ast.AST) -> frozenset[str]:
        """Every name that may play a part in an expression."""
        return self.slices.names(names_in(node))


def _is_autograd(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "autograd") or (
        isinstance(node, ast.Name) and node.id in ("autograd", "torch")
    )
