"""Sizes where data is meant, and sizes in an order that only refills. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.spelled import Found

__all__ = ["refilled_shapes", "sizes_for_data"]

_DATA = (ast.List, ast.Tuple, ast.ListComp, ast.Dict, ast.Starred)


def sizes_for_data(tree: ast.Module) -> Iterator[Found]:
    """``torch.Tensor(3)``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=function, args=[first, *_]) if not isinstance(first, _DATA):
                if ast.unparse(function) in ("torch.Tensor", "Tensor", "torch.FloatTensor"):
                    yield (
                        node.lineno,
                        (
                            f"On line {node.lineno}, `{ast.unparse(function)}` takes whole numbers "
                            "for sizes, and its cells hold whatever is in memory; `torch.tensor` "
                            "takes data."
                        ),
                    )


def refilled_shapes(tree: ast.Module) -> Iterator[Found]:
    """``n, h, w, c = x.shape``, and then ``x.reshape(n, c, h, w)``."""
    order = _unpacked(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="reshape" | "view", value=value), args=sizes):
                names = [size.id for size in sizes if isinstance(size, ast.Name)]
                known = order.get(ast.unparse(value), [])
                used = [name for name in names if name in known]
                kept = [name for name in known if name in used]
                if len(used) == len(sizes) == len(known) and used != kept:
                    text = ast.unparse(node)
                    yield (
                        node.lineno,
                        (
                            f"On line {node.lineno}, `{text[:60]}` keeps the elements in their old "
                            "order and refills another shape with them; `permute` moves the axes."
                        ),
                    )


def _unpacked(tree: ast.Module) -> dict[str, list[str]]:
    """The names that the sizes of something are unpacked into, in their order."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=value):
                made = value.func if isinstance(value, ast.Call) else value
                if isinstance(made, ast.Attribute) and made.attr in ("shape", "size"):
                    found[ast.unparse(made.value)] = [ast.unparse(name) for name in names]
    return found
