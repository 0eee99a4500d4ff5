"""Statements whose result nobody keeps, though it is all that they do. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["DroppedResult", "dropped_results"]

DroppedResult = tuple[int, str]
"""The line, and what to say of it."""

_OF_TENSORS = frozenset(
    {
        "long", "int", "bool", "contiguous", "reshape", "view", "squeeze", "unsqueeze", "permute",
        "transpose", "flatten", "movedim", "clone", "detach", "clamp", "masked_fill", "index_add",
        "index_put", "index_fill", "scatter", "scatter_add",
    }
)  # fmt: skip
"""Methods that only tensors have, and that change nothing."""

_OF_MODULES_TOO = frozenset({"to", "float", "double", "half", "bfloat16", "cpu", "cuda", "type"})
"""Methods that change a module, and no tensor."""


def dropped_results(tree: ast.Module) -> Iterator[DroppedResult]:
    """``x.to(device)`` on a line of its own."""
    last = tree.body[-1] if tree.body else None  # is only shown
    modules = _modules(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr, value=kept))) if (
                node is not last and _is_plain(kept) and not _made_anew(kept, node, tree)
            ):
                if attr in _OF_TENSORS or (
                    attr in _OF_MODULES_TOO and ast.unparse(kept) not in modules
                ):
                    yield node.lineno, _says(node, ast.unparse(kept))


def _made_anew(kept: ast.expr, node: ast.Expr, tree: ast.Module) -> bool:
    """Whether a name is given to something else further below: then it no longer matters."""
    if not (isinstance(kept, ast.Name) and node in tree.body):
        return False
    for later in tree.body[tree.body.index(node) + 1 :]:
        match later:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == kept.id:
                return not any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
    return False


def _says(node: ast.Expr, name: str) -> str:
    text = ast.unparse(node)
    text = text if len(text) <= 40 else f"{text[:39]}…"
    return (
        f"On line {node.lineno}, `{text}` gives back a new tensor, and nothing keeps it: `{name}` "
        "stays as it was."
    )


def _is_plain(node: ast.expr) -> bool:
    """Whether it is a name, or a part of what a name stands for: ``x``, ``batch["x"]``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id not in ("torch", "self", "nn", "F")


def _modules(tree: ast.Module) -> set[str]:
    """The spellings of what is called like a function, or was made by a class: likely modules."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name() | ast.Attribute() as function):
                found.add(ast.unparse(function))
            case ast.Assign(targets=targets, value=ast.Call(func=made)):
                name = ast.unparse(made).rpartition(".")[2]
                if name[:1].isupper() and name not in ("Tensor", "FloatTensor", "LongTensor"):
                    found.update(ast.unparse(target) for target in targets)
    return found
