"""A small language of relations: what the judge may calculate with an answer's data.

An expression such as ``decode(encode(t)) == t`` is taken apart: the calls of the answer's names are
*operands*, which the answer's world evaluates and sends as data. All that surrounds them
(comparisons, arithmetic, a closed list of tensor methods) is calculated by the judge, so that
nothing that an answer patched has a part in it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection

import msgspec

from checks.terms import ARITHMETIC, FUNCTIONS, PROPERTIES, as_method, place_of

__all__ = ["Relation", "Side", "read_relation"]

_MODULES = frozenset({"torch", "F", "nn", "np", "numpy", "math"})
_RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class Side(msgspec.Struct, frozen=True):
    """Two terms with a relation between them.

    Attributes:
        left: the first term.
        relation: ``==``, ``<=``…
        right: the second.
    """

    left: ast.expr
    relation: str
    right: ast.expr


class Relation(msgspec.Struct, frozen=True):
    """An expression that was taken apart.

    Attributes:
        sides: all of them must hold.
        operands: what the answer's world evaluates, as text.
        given: names of inputs and sizes.
    """

    sides: tuple[Side, ...]
    operands: tuple[str, ...]
    given: frozenset[str]


def read_relation(text: str, given: Collection[str]) -> Relation:
    """Take an expression apart.

    Args:
        text: comparisons, joined by ``and``.
        given: names of inputs and sizes.

    Raises:
        ValueError: it is none, or holds something that only the answer's world could calculate.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"{text!r} is no Python expression") from error
    reader = _Reader(frozenset(given))
    sides: list[Side] = []
    for part in tree.values if isinstance(tree, ast.BoolOp) else [tree]:
        if isinstance(tree, ast.BoolOp) and not isinstance(tree.op, ast.And):
            raise ValueError("comparisons are joined by `and`")  # noqa: TRY004  # the text is wrong, not its type
        if not isinstance(part, ast.Compare):
            raise ValueError(f"`{ast.unparse(part)}` compares nothing: write `a == b` or the like")  # noqa: TRY004  # likewise
        terms = [part.left, *part.comparators]
        for left, relation, right in zip(terms, part.ops, terms[1:], strict=False):
            if type(relation) not in _RELATIONS:
                raise ValueError(f"the relations are {', '.join(_RELATIONS.values())}")
            sides.append(Side(left, _RELATIONS[type(relation)], right))
        for term in terms:
            reader.term(term)
    if not reader.operands:
        raise ValueError(f"{text!r} has no name of the answer's in it")
    return Relation(tuple(sides), tuple(dict.fromkeys(reader.operands)), frozenset(given))


class _Reader:
    """Finds the operands of terms."""

    def __init__(self, given: frozenset[str]) -> None:
        self._given = given
        self.operands: list[str] = []

    def term(self, node: ast.expr) -> None:  # noqa: C901  # one case per kind
        """Read one term."""
        method = as_method(node)
        match node:
            case _ if method is not None:
                self.term(method[0])
            case ast.Constant() | ast.Tuple() | ast.List():
                ast.literal_eval(node)
            case ast.Name(id=name):
                if name not in self._given:
                    self._operand(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
                self.term(inner)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, ARITHMETIC):
                self.term(left)
                self.term(right)
            case ast.Attribute(value=inner, attr=name) if name in PROPERTIES:
                self.term(inner)
            case ast.Subscript(value=inner, slice=place):
                place_of(place)
                self.term(inner)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in FUNCTIONS:
                for argument in arguments:
                    self.term(argument)
            case ast.Call() | ast.Attribute():
                self._operand(node)
            case _:
                raise ValueError(f"`{ast.unparse(node)}` cannot be calculated in a relation")

    def _operand(self, node: ast.expr) -> None:
        _check_operand(node, self._given)
        self.operands.append(ast.unparse(node))


def _check_operand(node: ast.expr, given: frozenset[str]) -> None:
    """Make sure that only the answer's own names calculate in its world."""
    match node:
        case ast.Name(id=name):
            if name in given:
                raise ValueError(f"what is made of `{name}` needs a name of its own in `inputs`")
            if name in _MODULES or hasattr(builtins, name):
                raise ValueError(f"`{name}` is none of the answer's names, and not calculated here")
        case ast.Attribute(value=inner):
            _check_operand(inner, given)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            _check_operand(function, given)
            for argument in (*arguments, *(keyword.value for keyword in keywords)):
                if isinstance(argument, ast.Constant):
                    continue
                if isinstance(argument, ast.Name) and argument.id in given:
                    continue
                if not isinstance(argument, ast.Name | ast.Attribute | ast.Call):
                    text = ast.unparse(argument)
                    raise ValueError(f"give `{text}` a name in `inputs`, and pass that")  # noqa: TRY004  # likewise
                _check_operand(argument, given)
        case _:
            raise ValueError(f"`{ast.unparse(node)}` is no call of a name of the answer's")
