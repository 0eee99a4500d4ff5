"""Wrong versions of expressions: operators, constants, comparisons, branches, order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from tutor.authoring.mutants.edits import Edit, Text

__all__ = ["expression_edits"]

_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, tuple[str, ...]]]] = {
    ast.Add: ("+", ("-",)),
    ast.Sub: ("-", ("+",)),
    ast.Mult: ("*", ("/",)),
    ast.Div: ("/", ("*",)),
    ast.FloorDiv: ("//", ("/",)),
    ast.Mod: ("%", ("//",)),
    ast.Pow: ("**", ("*",)),
    ast.MatMult: ("@", ("*",)),
    ast.BitAnd: ("&", ("|",)),
    ast.BitOr: ("|", ("&",)),
}
_COMPARISONS: Final[dict[type[ast.cmpop], tuple[str, tuple[str, ...]]]] = {
    ast.Lt: ("<", ("<=", ">")),
    ast.LtE: ("<=", ("<", ">=")),
    ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">", "<=")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
}
_PLAIN = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


def expression_edits(text: Text, node: ast.AST) -> Iterator[Edit]:
    """Every wrong version of one expression, the smallest changes first."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from _operator(text, left, op, right)
        case ast.BoolOp(op=op, values=[first, second, *_]):
            words = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            yield from _some(text.between(first, second, *words, "and-or"))
        case ast.Compare(left=left, ops=[op, *_], comparators=[right, *_]):
            old, others = _COMPARISONS[type(op)]
            for new in others:
                yield from _some(text.between(left, right, old, new, "comparison"))
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            if not isinstance(operand, ast.Constant):
                kind = "sign" if isinstance(node.op, ast.USub) else "negation"
                yield text.replace(node, text.of(operand), kind)
        case ast.Constant():
            yield from _constant(text, node)
        case ast.IfExp(test=test, body=body, orelse=other):
            swapped = f"{text.of(other)} if {text.of(test)} else {text.of(body)}"
            yield text.replace(node, swapped, "branch")


def _operator(text: Text, left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[Edit]:
    if type(op) not in _ARITHMETIC:
        return
    old, others = _ARITHMETIC[type(op)]
    for new in others:
        yield from _some(text.between(left, right, old, new, "operator"))
    if isinstance(op, ast.MatMult):
        for side in (left, right):
            if isinstance(side, _PLAIN):
                yield text.replace(side, f"{text.of(side)}.T", "transpose")
    gap = text.source[text.end(left) : text.start(right)]
    if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow) and gap.strip() == old:
        swapped = f"{text.of(right)}{gap}{text.of(left)}"
        yield Edit(text.start(left), text.end(right), swapped, "operands")


def _constant(text: Text, node: ast.Constant) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield text.replace(node, str(not value), "true-false")
    elif isinstance(value, int):
        for other in (value + 1, value - 1):
            # After a sign or an operator a negative number wants brackets.
            yield text.replace(node, str(other) if other >= 0 else f"({other})", "constant")
    elif isinstance(value, float):
        for changed in (value + 1, value - 1):
            written = repr(round(changed, 12))
            yield text.replace(node, written if changed >= 0 else f"({written})", "constant")


def _some(edit: Edit | None) -> Iterator[Edit]:
    if edit is not None:
        yield edit
