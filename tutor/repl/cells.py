"""Where one cell ends and the next begins, at a prompt and in a piped program."""

from __future__ import annotations

import ast
import codeop
import warnings

__all__ = ["CellSplitter", "is_complete"]

_BLOCKS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)
_CONTINUATIONS = {"else", "elif", "except", "finally"}


def is_complete(text: str) -> bool:
    """Whether Enter at a prompt should run `text`.

    Not while a bracket, a string or a block is open; a blank line ends a block. A text that
    cannot become right by going on is complete: running it says what is wrong.
    """
    text = text.rstrip(" \t")
    if not text.strip():
        return True
    if _is_incomplete(text):
        return False
    return text.endswith("\n") or not _ends_in_block(text)


class CellSplitter:
    """Takes a program apart, line by line as it comes.

    A blank line ends nothing, unlike at a prompt: programs have them inside functions. A block
    ends where the next statement begins.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def feed(self, line: str) -> list[str]:
        """Take one line, without its end; give the cells that are now known to be whole."""
        cells = []
        if _begins_statement(line) and self._lines and not _is_incomplete(self._text()):
            cells += self.rest()
        self._lines.append(line)
        # Indented lines are not looked at: each look reads the whole cell again.
        if _begins_statement(line) and self._is_simple_statement():
            cells += self.rest()
        return cells

    def rest(self) -> list[str]:
        """The cell that is left at the end, if there is one."""
        text, self._lines = self._text(), []
        return [text] if text.strip() else []

    def _text(self) -> str:
        return "\n".join(self._lines)

    def _is_simple_statement(self) -> bool:
        text = self._text()
        return not _is_incomplete(text) and _parses(text) and not _ends_in_block(text)


def _begins_statement(line: str) -> bool:
    """Whether a line at the outermost level may begin a new statement."""
    if not line.strip() or line[0] in " \t#":
        return False
    word = line.replace(":", " ").split(maxsplit=1)[0]
    return word not in _CONTINUATIONS


def _is_incomplete(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are shown when the cell runs
            return codeop.compile_command(text, symbol="exec") is None
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return False


def _parses(text: str) -> bool:
    return _tree(text) is not None


def _ends_in_block(text: str) -> bool:
    tree = _tree(text)
    return tree is not None and bool(tree.body) and isinstance(tree.body[-1], _BLOCKS)


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
