"""Writing in place where autograd records: into a leaf, or into what it has kept."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from checks.diagnosis.errors.text import Text
from checks.diagnosis.spelled import root_name

__all__ = ["kept_and_overwritten", "leaf_overwritten"]

_MADE = re.compile(r"output \d+ of (\w+?)(?:Backward\d*)?\b,?")


class _Write(NamedTuple):
    line: int
    name: str
    operation: str
    chained: str = ""


def leaf_overwritten(text: Text) -> str:
    """A leaf is written into while autograd records."""
    del text
    return (
        "It is a tensor that you train, and autograd is recording: writing into it would be part "
        "of the graph. Do it inside of `with torch.no_grad():`."
    )


def kept_and_overwritten(text: Text, message: str) -> str:
    """What the backward pass needs is no longer what it was."""
    made = _MADE.search(message)
    operation = made.group(1).lower() if made else ""
    writes = sorted(_writes(text.tree))
    for write in writes:
        if write.chained and write.chained == operation:
            return (
                f"Autograd has kept the result of `{operation}` for the backward pass, and line "
                f"{write.line} writes into it in place (`{write.operation}`). Make a new tensor "
                "there."
            )
        line = _made_by(text, write, operation)
        if line is not None:
            return (
                f"Autograd has kept `{write.name}`, the result of `{operation}` on line {line}, "
                f"for the backward pass, and line {write.line} writes into it in place. Make a new "
                "tensor there."
            )
    same = [w for w in writes if w.operation.rstrip("_") == operation]
    likely = same or writes
    if not likely:
        return "Something that autograd has kept for the backward pass was written into in place."
    where = " and ".join(
        f"`{w.name}` on line {w.line}" if w.name else f"line {w.line}" for w in likely[:3]
    )
    return (
        "Autograd has kept something for the backward pass, and it was written into in place "
        f"afterwards: look at {where}. Make a new tensor there."
    )


def _made_by(text: Text, write: _Write, operation: str) -> int | None:
    """The line that gave the name the result of the operation, before it was written into."""
    for node in reversed(text.assignments(write.name) if operation and write.name else []):
        if node.lineno <= write.line and _last_called(node.value) == operation:
            return node.lineno
    return None


def _last_called(value: ast.expr) -> str:
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name.rstrip("_")
    return ""


def _writes(tree: ast.Module) -> list[_Write]:
    found: list[_Write] = []
    for node in ast.walk(tree):
        match node:
            case ast.AugAssign(target=target) if not isinstance(
                node.value, ast.Constant | ast.List
            ):
                found.append(_Write(node.lineno, root_name(target), type(node.op).__name__.lower()))
            case ast.AugAssign(target=target) if _is_tensor_like(target, tree):
                found.append(_Write(node.lineno, root_name(target), type(node.op).__name__.lower()))
            case ast.Assign(targets=targets):
                found += [
                    _Write(node.lineno, root_name(t), "assignment")
                    for t in targets
                    if isinstance(t, ast.Subscript)
                ]
            case ast.Call(func=ast.Attribute(attr=name, value=value)) if (
                name.endswith("_") and not name.endswith("__") and name != "requires_grad_"
            ):
                found.append(_Write(node.lineno, root_name(value), name, _last_called(value)))
    return found


def _is_tensor_like(target: ast.expr, tree: ast.Module) -> bool:
    """Whether what a number is added to may be a tensor: not a counter that began as a number."""
    name = root_name(target)
    return bool(name) and not any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        for node in ast.walk(tree)
    )
