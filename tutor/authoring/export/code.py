"""A lesson's code, changed so that all of a lesson runs as one program."""

from __future__ import annotations

import ast

from tutor.course.model import Predict

__all__ = ["computing", "guarded", "indented", "leaves_traces"]

_HARMLESS = (
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.FunctionDef,
    ast.Import,
    ast.ImportFrom,
)


def leaves_traces(setup: str) -> bool:
    """Whether an exercise may find something else than the setup made, if another ran before."""
    try:
        statements = ast.parse(setup).body
    except (SyntaxError, ValueError, RecursionError):
        return True
    return any(not isinstance(statement, _HARMLESS) for statement in statements)


def computing(exercise: Predict) -> str:
    """Code that prints what is to be predicted."""
    code, of = exercise.code.rstrip(), exercise.of.strip()
    whole = of if of.replace(".", "").isidentifier() else f"({of})"
    match exercise.ask:
        case "value":
            return f"{code}\nprint({whole})\n"
        case "shape":
            return f"{code}\nprint(tuple({whole}.shape))\n"
        case "dtype":
            return f"{code}\nprint({whole}.dtype)\n"
        case "output":
            return f"{code}\n"
        case "error":
            return (
                f"try:\n{indented(code)}\nexcept Exception as error:\n"
                '    print(type(error).__name__)\nelse:\n    print("none")\n'
            )


def guarded(code: str) -> str:
    """Code of a choice's evidence, which may well raise; then it prints what it raised."""
    return (
        f"try:\n{indented(code.rstrip())}\nexcept Exception as error:\n"
        '    print(f"{type(error).__name__}: {error}")\n'
    )


def indented(code: str) -> str:
    """The code one level deeper; texts over several lines keep what is in them."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(code)):
        text = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        )
        if text and isinstance(node, ast.expr) and node.end_lineno is not None:
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    lines = enumerate(code.split("\n"), 1)
    return "\n".join(
        line if number in inside or not line else f"    {line}" for number, line in lines
    )
