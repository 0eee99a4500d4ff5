"""Recognising a row that met a column in an answer's own statements, by the names it left."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.data import Observed, Size
from checks.diagnosis.stretched import stretched_by_accident
from checks.difference import Difference
from checks.facts import Stretch, Watch
from checks.names import parse

__all__ = ["SHAPE", "stretched_in_text"]

SHAPE = "shape:"
"""What the facts about the shapes of names begin with."""

_Shapes = dict[str, tuple[int, ...]]


def stretched_in_text(
    difference: Difference, answer: Observed, reference: Observed, source: str
) -> Difference | None:
    """`difference` explained by two names of the answer that were stretched, or None.

    Where the solution has a square of its own, the stretch may be meant.

    Args:
        difference: what was found.
        answer: has the shapes of the answer's names among its facts.
        reference: likewise, of the solution's.
        source: the answer's text.
    """
    if any(len(s) > 1 and s[-1] == s[-2] > 1 for s in _shapes(reference).values()):
        return None
    tree = parse(source)
    if tree is None:
        return None
    stretches = tuple(_stretches(tree, _shapes(answer)))
    return stretched_by_accident(difference, Watch(stretches=stretches), Watch())


def _shapes(observed: Observed) -> _Shapes:
    return {
        name.removeprefix(SHAPE): value.dims
        for name, value in observed.facts.items()
        if name.startswith(SHAPE) and isinstance(value, Size)
    }


def _stretches(tree: ast.Module, shapes: _Shapes) -> Iterator[Stretch]:
    statements = [s for s in tree.body if not isinstance(s, ast.FunctionDef | ast.ClassDef)]
    for node in (node for statement in statements for node in ast.walk(statement)):
        match node:
            case ast.BinOp(left=ast.Name(id=one), right=ast.Name(id=other), op=op) if (
                one in shapes and other in shapes and not isinstance(op, ast.MatMult)
            ):
                left, right = shapes[one], shapes[other]
                if all(
                    a == b or 1 in (a, b) for a, b in zip(left[::-1], right[::-1], strict=False)
                ):
                    text = ast.unparse(node)
                    yield Stretch(operation=text, left=left, right=right, line=node.lineno)
