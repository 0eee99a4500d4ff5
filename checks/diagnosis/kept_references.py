"""What is kept, and is no copy: states, gradients, losses with their graphs. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.clearing import clears
from checks.diagnosis.slices import names_in
from checks.diagnosis.spelled import Found, assigned, called

__all__ = ["gradients_kept", "losses_kept", "states_kept"]


def states_kept(tree: ast.Module) -> Iterator[Found]:
    """``best = model.state_dict()``, loaded again later."""
    loaded = {
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called(node) == "load_state_dict"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    steps = any(isinstance(n, ast.Call) and called(n) == "step" for n in ast.walk(tree))
    for name, values in assigned(tree).items():
        for value in values:
            inner = value
            if called(inner) in ("dict", "OrderedDict", "copy") and isinstance(inner, ast.Call):
                inner = next(iter(inner.args), inner.func)
                inner = inner.value if isinstance(inner, ast.Attribute) else inner
            if steps and name in loaded and called(inner) == "state_dict":
                yield (
                    value.lineno,
                    (
                        f"On line {value.lineno}, `{name}` is no copy: `state_dict()` gives the "
                        "very tensors of the model, and training goes on to change them."
                    ),
                )


def gradients_kept(tree: ast.Module) -> Iterator[Found]:
    """``g = w.grad``, which the next `backward()` adds to."""
    cleared_in_place = any(
        isinstance(n, ast.Call)
        and (
            (called(n) == "zero_" and ".grad" in ast.unparse(n.func))
            or (called(n) == "zero_grad" and "set_to_none=False" in ast.unparse(n))
        )
        for n in ast.walk(tree)
    )
    renewed = not cleared_in_place and clears(tree)
    for scope, line in _kept_grads(tree):
        later = any(n.lineno > line for n in _calls(tree, "backward"))
        if (later or scope) and not renewed:
            yield (
                line,
                (
                    f"On line {line}, `.grad` itself is kept, not a copy of its numbers: whatever "
                    "is written into it later changes what was kept. `.clone()` makes a copy."
                ),
            )


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == name:
            yield node


def _kept_grads(tree: ast.Module) -> Iterator[tuple[bool, int]]:
    """Where a `.grad` is given a name or put into a container, and whether in a loop."""
    loops = {
        id(inner)
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For | ast.While)
        for inner in ast.walk(loop)
    }
    for node in ast.walk(tree):
        kept: list[ast.expr] = []
        match node:
            case ast.Assign(targets=[ast.Name()], value=value):
                kept = [value]
            case ast.Call(func=ast.Attribute(attr="append"), args=[value]):
                kept = [value]
        for value in kept:
            if any(_is_grad(v) for v in _items(value)):
                yield id(node) in loops, value.lineno


def _items(value: ast.expr) -> list[ast.expr]:
    match value:
        case ast.DictComp(value=item) | ast.ListComp(elt=item):
            return [item]
        case ast.Dict(values=items) | ast.List(elts=items) | ast.Tuple(elts=items):
            return items
    return [value]


def _is_grad(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr="grad", value=value):
            return not (
                isinstance(value, ast.Attribute | ast.Name) and "autograd" in ast.unparse(value)
            )
        case ast.Attribute(attr="data", value=value):
            return _is_grad(value)
        case ast.Call(func=ast.Attribute(attr="detach", value=value)):
            return _is_grad(value)
    return False


def losses_kept(tree: ast.Module) -> Iterator[Found]:
    """``total += loss``, of a loss that is differentiated."""
    losses = {
        node.func.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "backward"
        and isinstance(node.func.value, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.AugAssign(value=value) if losses & names_in(value) and not _number(value):
                yield node.lineno, _look_at(node)
            case ast.Call(func=ast.Attribute(attr="append"), args=[value]) if losses & names_in(
                value
            ) and not _number(value):
                yield node.lineno, _look_at(node)


def _look_at(node: ast.stmt | ast.expr) -> str:
    return f"Look at line {node.lineno}: `{ast.unparse(node)[:60]}`."


def _number(value: ast.expr) -> bool:
    return any(called(n) in ("item", "float", "detach", "tolist", "numpy") for n in ast.walk(value))
