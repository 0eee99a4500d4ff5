"""Keywords and operators in an answer's text. Without torch."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator

__all__ = ["can_be_found", "is_syntax", "syntax_nodes"]

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_KEYWORDS: dict[str, tuple[type[ast.AST], ...]] = {
    "for": (ast.For, ast.AsyncFor, *_COMPREHENSIONS),
    "while": (ast.While,),
    "if": (ast.If, ast.IfExp),
    "with": (ast.With, ast.AsyncWith),
    "try": (ast.Try, ast.TryStar),
    "except": (ast.ExceptHandler,),
    "raise": (ast.Raise,),
    "assert": (ast.Assert,),
    "lambda": (ast.Lambda,),
    "def": (ast.FunctionDef, ast.AsyncFunctionDef),
    "class": (ast.ClassDef,),
    "return": (ast.Return,),
    "yield": (ast.Yield, ast.YieldFrom),
    "global": (ast.Global,),
    "nonlocal": (ast.Nonlocal,),
    "del": (ast.Delete,),
    "import": (ast.Import, ast.ImportFrom),
    "from": (ast.ImportFrom,),
    "break": (ast.Break,),
    "continue": (ast.Continue,),
    "pass": (ast.Pass,),
    "match": (ast.Match,),
    "and": (ast.And,),
    "or": (ast.Or,),
    "not": (ast.Not, ast.NotIn, ast.IsNot),
    "in": (ast.In, ast.NotIn),
    "is": (ast.Is, ast.IsNot),
    "comprehension": _COMPREHENSIONS,
}
_RELATIVES: dict[str, tuple[type[ast.AST], ...]] = {
    "while": _COMPREHENSIONS,
    "if": (ast.Match,),
}
"""What must be avoided together with a keyword, without being a use of it."""

_OPERATORS: dict[str, tuple[type[ast.AST], ...]] = {
    "@": (ast.MatMult,),
    "+": (ast.Add, ast.UAdd),
    "-": (ast.Sub, ast.USub),
    "*": (ast.Mult,),
    "/": (ast.Div,),
    "//": (ast.FloorDiv,),
    "%": (ast.Mod,),
    "**": (ast.Pow,),
    "&": (ast.BitAnd,),
    "|": (ast.BitOr,),
    "^": (ast.BitXor,),
    "~": (ast.Invert,),
    "<<": (ast.LShift,),
    ">>": (ast.RShift,),
    "==": (ast.Eq,),
    "!=": (ast.NotEq,),
    "<": (ast.Lt,),
    "<=": (ast.LtE,),
    ">": (ast.Gt,),
    ">=": (ast.GtE,),
    ":=": (ast.NamedExpr,),
    "[]": (ast.Subscript,),
}


def is_syntax(wanted: str) -> bool:
    """Whether it is a keyword or an operator."""
    return wanted in _KEYWORDS or wanted in _OPERATORS


def can_be_found(wanted: str) -> bool:
    """Whether it is anything that an answer's text can be searched for."""
    if is_syntax(wanted):
        return True
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in wanted.split("."))


def syntax_nodes(tree: ast.AST, wanted: str, *, strict: bool) -> Iterator[ast.AST]:
    """The statements and expressions that use a keyword or an operator."""
    kinds = _KEYWORDS.get(wanted) or _OPERATORS[wanted]
    if not strict:
        kinds = (*kinds, *_RELATIVES.get(wanted, ()))
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.UnaryOp(op=op) | ast.BoolOp(op=op):
                found = isinstance(op, kinds)
            case ast.Compare(ops=ops):
                found = any(isinstance(op, kinds) for op in ops)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                filters = wanted == "if" and any(part.ifs for part in node.generators)
                found = filters or isinstance(node, kinds)
            case _:
                found = isinstance(node, kinds) and hasattr(node, "lineno")
        if found:
            yield node
