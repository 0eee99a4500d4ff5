"""Where an answer's text calls `backward()`, and where it clears gradients. Without torch."""

from __future__ import annotations

import ast

from checks.names import parse

__all__ = ["backward_calls", "cleared_after", "clears_gradients", "only_returns_gradients"]

_LOOPS = (ast.For, ast.While, ast.FunctionDef, ast.ListComp, ast.GeneratorExp)


def backward_calls(source: str) -> int:
    """How often `backward()` is called; a call in a loop or function counts twice."""
    tree = parse(source)
    if tree is None:
        return 0
    inside = {
        id(call)
        for loop in ast.walk(tree)
        if isinstance(loop, _LOOPS)
        for call in ast.walk(loop)
        if _is_backward(call)
    }
    calls = [node for node in ast.walk(tree) if _is_backward(node)]
    return sum(2 if id(call) in inside else 1 for call in calls)


def only_returns_gradients(source: str) -> bool:
    """Whether the text calls `autograd.grad(...)`, which does not fill `.grad`."""
    tree = parse(source)
    return tree is not None and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "grad"
        for node in ast.walk(tree)
    )


def clears_gradients(source: str) -> bool:
    """Whether the text clears a gradient anywhere."""
    return bool(_clearing_lines(source))


def cleared_after(source: str) -> tuple[int, int] | None:
    """The lines of the last `backward()` and of a clearing after it, where there is one."""
    tree = parse(source)
    calls = [node for node in ast.walk(tree) if _is_backward(node)] if tree is not None else []
    last = max((getattr(node, "lineno", 0) for node in calls), default=0)
    after = [line for line in _clearing_lines(source) if line > last > 0]
    return (last, min(after)) if after else None


def _clearing_lines(source: str) -> list[int]:
    tree = parse(source)
    lines: list[int] = []
    for node in [] if tree is None else ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("zero_grad", "zero_"):
            lines.append(node.lineno)
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Attribute) and t.attr == "grad" for t in node.targets
        ):
            lines.append(node.lineno)
    return lines


def _is_backward(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "backward"
    )
