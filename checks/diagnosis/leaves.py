"""Why a tensor is no leaf, by the answer's text. Without torch."""

from __future__ import annotations

import ast
from typing import NamedTuple

from checks.diagnosis.slices import names_in
from checks.names import parse

__all__ = ["Lost", "why_no_leaf"]

_CONVERSIONS = (
    "to", "cuda", "cpu", "type", "float", "double", "half", "bfloat16", "requires_grad_",
)  # fmt: skip


class Lost(NamedTuple):
    """Where the leaf was lost.

    Attributes:
        says: a sentence that begins after the name, and what to do instead.
        line: of the answer; None where the text does not tell.
    """

    says: str
    line: int | None


def why_no_leaf(source: str, name: str, grad_fn: str) -> Lost:
    """What made a non-leaf of `name`, and what to do about it.

    Args:
        source: the answer's text.
        name: the expression that was looked at.
        grad_fn: the operation that the tensor came from.
    """
    made = _last_value(source, name)
    operation = f" ({grad_fn})" if grad_fn else ""
    if made is None:
        return Lost(f"is no leaf. It is the result of an operation{operation}.", None)
    value, line, augmented = made
    converted = _conversion(value)
    if _asked_within(value):
        then = f"`.{converted}(...)`" if converted else "an operation"
        first = "Convert" if converted else "Compute"
        says = (
            f"is no leaf. On line {line} a gradient is asked for first, then {then} makes a new "
            f"tensor of it. {first} first, and ask last (`.requires_grad_()`)."
        )
    elif not (augmented or name in names_in(value)):
        says = f"is no leaf. Line {line} makes it the result of an operation{operation}."
    elif converted:
        says = (
            f"is no leaf any more. On line {line} `.{converted}(...)` makes a new tensor, the "
            "result of an operation. Convert before a gradient is asked for."
        )
    else:
        says = (
            f"is no leaf any more. Line {line} gives the name to a new tensor, the result of an "
            "operation. To keep the leaf, change it in place inside of `torch.no_grad()`."
        )
    return Lost(says, line)


def _last_value(source: str, name: str) -> tuple[ast.expr, int, bool] | None:
    """What `name` was given last, on which line, and whether in place (``w -= …``)."""
    tree = parse(source)
    found: list[tuple[int, ast.expr, bool]] = []
    wanted = name.strip()
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Assign(targets=targets, value=value) if any(
                _dotted(target) == wanted for target in targets
            ):
                found.append((node.lineno, value, False))
            case ast.AnnAssign(target=target, value=ast.expr() as value) if (
                _dotted(target) == wanted
            ):
                found.append((node.lineno, value, False))
            case ast.AugAssign(target=target, value=value) if _dotted(target) == wanted:
                found.append((node.lineno, value, True))
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(
                names
            ) == len(values):
                found += [
                    (node.lineno, value, False)
                    for target, value in zip(names, values, strict=True)
                    if _dotted(target) == wanted
                ]
    if not found:
        return None
    line, value, augmented = max(found, key=lambda hit: hit[0])
    return value, line, augmented


def _dotted(node: ast.expr) -> str:
    """``model.weight``; empty for what is no such name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _conversion(value: ast.expr) -> str:
    """The method that converts at the end of the expression, or an empty string."""
    match value:
        case ast.Call(func=ast.Attribute(attr=attr, value=inner)) if attr in _CONVERSIONS:
            return _conversion(inner) if attr == "requires_grad_" else attr
    return ""


def _asked_within(value: ast.expr) -> bool:
    """Whether a gradient is asked for in the expression, and something is done to it then."""
    return any(_asks(node) for node in ast.walk(value) if node is not value)


def _asks(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="requires_grad_" | "Parameter")):
            return True
        case ast.Call(func=ast.Name(id="Parameter")):
            return True
        case ast.Call(keywords=keywords):
            return any(
                k.arg == "requires_grad"
                and isinstance(k.value, ast.Constant)
                and k.value.value is True
                for k in keywords
            )
    return False
