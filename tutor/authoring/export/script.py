"""A lesson as a Python script in cells, which editors and Jupytext understand."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tutor.authoring.export.pieces import CODE, Piece, pieces
from tutor.course.model import Lesson

__all__ = ["as_script"]


def as_script(lesson: Lesson, *, answers: bool) -> str:
    """The script. It compiles, whatever a starter is; with answers, it also runs.

    Args:
        lesson: any.
        answers: whether solutions stand in it, in place of the starters.
    """
    kept = [
        piece
        for piece in pieces(lesson, answers=answers)
        if not (answers and piece.role == "starter")
    ]
    futures: dict[str, None] = {}  # a set that keeps its order
    cells = [_cell(piece, futures) for piece in kept]
    # Python wants these before anything else, and they are for the whole file.
    return "\n\n".join([*(["\n".join(futures)] if futures else []), *cells]) + "\n"


def _cell(piece: Piece, futures: dict[str, None]) -> str:
    if piece.role in CODE:
        return f"# %%\n{_code(piece.text, futures)}"
    heading = f"**{piece.title}**\n\n" if piece.title else ""
    return f"# %% [markdown]\n{_commented((heading + piece.text).strip().splitlines())}"


def _code(code: str, futures: dict[str, None]) -> str:
    code = code.strip("\n")
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError):
        lines = ["This is no Python yet. Complete it, and take the signs away:", *code.split("\n")]
        return _commented(lines)
    lines = code.split("\n")
    for statement in statements:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            futures[ast.unparse(statement)] = None
            last = statement.end_lineno or statement.lineno
            for number in range(statement.lineno, last + 1):
                lines[number - 1] = f"# {lines[number - 1]}"
    return "\n".join(lines)


def _commented(lines: Iterable[str]) -> str:
    return "\n".join(f"# {line}".rstrip() for line in lines)
