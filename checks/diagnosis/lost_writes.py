"""Writes that do not arrive: into a copy, into a name alone, or several into one place.

Without torch.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.spelled import Found, root_name

__all__ = ["counted_once", "rebound_arguments", "written_copies"]

_COPY = "indexing with a list, a mask or a tensor gives a copy"


def written_copies(tree: ast.Module) -> Iterator[Found]:
    """``x[mask].zero_()``, and ``y = x[[0, 1]]`` that is written into later."""
    counters = _counters(tree)
    copies = {
        target.id: node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_gathered(node.value, counters)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        written = _written_in_place(node)
        if written is None:
            continue
        if (
            isinstance(node, ast.Call)
            and isinstance(written, ast.Subscript)
            and _is_gathered(written, counters)
        ):
            yield (
                written.lineno,
                (
                    f"Line {written.lineno} writes into a copy: {_COPY}, and "
                    f"`{_short(written.value)}` stays as it was."
                ),
            )
        root = root_name(written)
        made = copies.get(root)
        if made is not None and made.lineno < written.lineno:
            yield (
                written.lineno,
                (
                    f"Line {written.lineno} writes into `{root}`, which is a copy: on line "
                    f"{made.lineno}, {_COPY}."
                ),
            )


def counted_once(tree: ast.Module) -> Iterator[Found]:
    """``x[index] += 1``, where an index may occur more than once."""
    counters = _counters(tree)
    for node in ast.walk(tree):
        place: ast.expr | None = None
        match node:
            case ast.AugAssign(target=ast.Subscript() as target, op=ast.Add() | ast.Sub()):
                place = target
            case ast.Assign(targets=[ast.Subscript() as target], value=ast.BinOp() as value):
                again = {ast.unparse(part) for part in ast.walk(value)}
                place = target if ast.unparse(target) in again else None
        if place is not None and _is_gathered(place, counters):
            yield (
                place.lineno,
                (
                    f"On line {place.lineno}, `{_short(place)}` is read and written once: an "
                    "index that occurs several times counts once. `index_add_` adds each time."
                ),
            )


def rebound_arguments(tree: ast.Module) -> Iterator[Found]:
    """A parameter that is given a new value, which the caller never sees."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = {argument.arg for argument in function.args.args} - {"self"}
        for node in ast.walk(function):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Name) and target.id in names:
                    yield (
                        target.lineno,
                        (
                            f"Line {target.lineno} gives the name `{target.id}` to a new tensor; "
                            "the one that was passed in stays as it was."
                        ),
                    )


def _written_in_place(node: ast.AST) -> ast.expr | None:
    """What a statement or call writes into."""
    match node:
        case ast.Call(func=ast.Attribute(attr=attr, value=written)):
            return written if attr.endswith("_") and not attr.endswith("__") else None
        case ast.AugAssign(target=target):
            return target
        case ast.Assign(targets=[ast.Subscript() as target]):
            return target
    return None


def _is_gathered(node: ast.expr, counters: set[str]) -> bool:
    """Whether it is indexed by what looks like a list, a mask or a tensor."""
    if not isinstance(node, ast.Subscript):
        return False
    index = node.slice
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return any(_is_many(part, counters) for part in parts)


def _is_many(index: ast.expr, counters: set[str]) -> bool:
    match index:
        case ast.List() | ast.Compare():
            return True
        case ast.Name(id=name):
            return name not in counters
        case ast.UnaryOp(op=ast.Invert()):
            return True
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return True
    return False


def _counters(tree: ast.Module) -> set[str]:
    """Names that stand for one number or key: of loops, and of assignments that show it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            found.update(n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
        if isinstance(node, ast.Assign) and _is_one(node.value):
            found.update(t.id for t in node.targets if isinstance(t, ast.Name))
    return found


def _is_one(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="int" | "len" | "str") | ast.Attribute(attr="item")):
            return True
    return False


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"{text[:39]}…"
