"""An optimizer's step before there is a gradient. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.spelled import Found

__all__ = ["early_steps"]


def early_steps(tree: ast.Module) -> Iterator[Found]:
    """``optimizer.step()`` above the first `backward()`, outside of any loop."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for body in [tree.body, *(function.body for function in functions)]:
        calls = [(_called(statement), statement.lineno) for statement in body]
        steps = [line for name, line in calls if name == "step"]
        walks = [line for name, line in calls if name == "backward"]
        if steps and walks and steps[0] < walks[0]:
            yield (
                steps[0],
                (
                    f"`step()` on line {steps[0]} comes before `backward()` on line {walks[0]}: "
                    "there is no gradient yet."
                ),
            )


def _called(statement: ast.stmt) -> str:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            return name
    return ""
