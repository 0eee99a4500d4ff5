"""Wrong versions of statements: one dropped, a branch swapped, a return that gives nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tutor.authoring.mutants.edits import Edit, Text

__all__ = ["statement_edits"]

_DROPPED: Final = (
    ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.If, ast.For, ast.While, ast.Raise,
    ast.Assert, ast.Delete,
)  # fmt: skip
_AUGMENTED: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip


def statement_edits(text: Text, node: ast.AST) -> Iterator[Edit]:
    """Every wrong version of one statement, and of what stands in its body."""
    for body in _bodies(node):
        for statement in body:
            yield from _dropped(text, statement, alone=len(body) == 1)
    match node:
        case ast.Return(value=ast.expr() as value):
            yield from _returned(text, node, value)
        case ast.If(test=test) if not isinstance(test, ast.UnaryOp):
            yield text.replace(test, f"not ({text.of(test)})", "branch")
        case ast.AugAssign():
            yield from _augmented(text, node)
        case ast.Assign(targets=[ast.Name() as target], value=ast.BinOp() as value):
            yield from _assigned(text, node, target, value)
        case ast.Break() | ast.Continue():
            other = "continue" if isinstance(node, ast.Break) else "break"
            yield text.replace(node, other, "loop")


def _returned(text: Text, node: ast.Return, value: ast.expr) -> Iterator[Edit]:
    yield Edit(text.start(node), text.start(value), "", "no-return")
    if not isinstance(value, ast.Constant | ast.UnaryOp | ast.Tuple | ast.List | ast.Dict):
        simple = isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
        written = text.of(value)
        yield text.replace(value, f"-{written}" if simple else f"-({written})", "sign")


def _assigned(text: Text, node: ast.Assign, target: ast.Name, value: ast.BinOp) -> Iterator[Edit]:
    """`x = x + y` → `x += y`."""
    sign = _AUGMENTED.get(type(value.op))
    if sign and isinstance(value.left, ast.Name) and value.left.id == target.id:
        written = f"{target.id} {sign}= {text.of(value.right)}"
        yield text.replace(node, written, "in-place")


def _augmented(text: Text, node: ast.AugAssign) -> Iterator[Edit]:
    """`x += y` → `x -= y`, and `x = x + y`."""
    sign = _AUGMENTED.get(type(node.op))
    if sign is None:
        return
    other = {"+": "-", "-": "+", "*": "/", "/": "*"}[sign]
    name, written = text.of(node.target), text.of(node.value)
    yield text.replace(node, f"{name} {other}= {written}", "operator")
    brackets = isinstance(node.value, ast.BinOp | ast.IfExp | ast.BoolOp | ast.Compare)
    right = f"({written})" if brackets and sign != "+" else written
    yield text.replace(node, f"{name} = {name} {sign} {right}", "in-place")


def _dropped(text: Text, statement: ast.stmt, *, alone: bool) -> Iterator[Edit]:
    """The statement left out; `pass` in its place where nothing else would stand there."""
    if not isinstance(statement, _DROPPED) or _does_nothing(statement):
        return
    lines = text.whole_lines(statement)
    if alone or lines is None:
        yield text.replace(statement, "pass", "statement")
        return
    yield Edit(*lines, "", "statement")


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return True
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _bodies(node: ast.AST) -> Iterator[Sequence[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
