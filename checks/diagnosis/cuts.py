"""Where in an answer's text the recorded graph may have been cut. Without torch."""

from __future__ import annotations

import ast

from checks.names import parse

__all__ = ["backward_calls", "clears_gradients", "find_cut"]

_METHODS = ("item", "detach", "detach_", "numpy", "tolist")
_CONTEXTS = ("no_grad", "inference_mode", "set_grad_enabled")
_COPIES = ("tensor", "as_tensor", "from_numpy")
_STEPS = ("argmax", "argmin", "round", "floor", "ceil", "sign", "long", "int", "bool")


def find_cut(source: str) -> tuple[int, str] | None:  # noqa: C901  # one case per kind
    """The line and the spelling of the likeliest cut, or None."""
    tree = parse(source)
    found: list[tuple[int, int, str]] = []
    for node in [] if tree is None else ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "data":
            found.append((1, node.lineno, "`.data`"))
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        if isinstance(function, ast.Name):
            name = function.id
        if name in _METHODS and isinstance(function, ast.Attribute):
            found.append((0, node.lineno, f"`.{name}()`"))
        elif name in _CONTEXTS:
            found.append((1, node.lineno, f"`{name}()`"))
        elif name == "float":
            found.append((1, node.lineno, "`float(...)`"))
        elif name in _COPIES and node.args and not _is_literal(node.args[0]):
            found.append((1, node.lineno, f"`{name}(...)` around a tensor"))
        elif name in _STEPS and isinstance(function, ast.Attribute):
            found.append((2, node.lineno, f"`.{name}()`"))
    if not found:
        return None
    _, line, text = min(found)
    return line, text


def backward_calls(source: str) -> int:
    """How often `backward()` is called; a call in a loop counts twice."""
    tree = parse(source)
    if tree is None:
        return 0
    loops = (ast.For, ast.While, ast.FunctionDef, ast.ListComp, ast.GeneratorExp)
    inside = {
        id(call)
        for loop in ast.walk(tree)
        if isinstance(loop, loops)
        for call in ast.walk(loop)
        if _is_backward(call)
    }
    calls = [node for node in ast.walk(tree) if _is_backward(node)]
    return sum(2 if id(call) in inside else 1 for call in calls)


def clears_gradients(source: str) -> bool:
    """Whether the text clears a gradient anywhere."""
    tree = parse(source)
    for node in [] if tree is None else ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("zero_grad", "zero_"):
            return True
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Attribute) and t.attr == "grad" for t in node.targets
        ):
            return True
    return False


def _is_backward(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    return isinstance(function, ast.Attribute) and function.attr in ("backward", "grad")


def _is_literal(node: ast.expr) -> bool:
    return all(
        not isinstance(child, ast.Name | ast.Attribute | ast.Call) for child in ast.walk(node)
    )
