"""Edits of Python source by positions of its syntax tree, so that all else stays as written."""

from __future__ import annotations

import ast
from typing import NamedTuple

__all__ = ["Edit", "Text"]


class Edit(NamedTuple):
    """One change of a source.

    Attributes:
        start: where it begins, in characters.
        end: where it ends.
        instead: what stands there afterwards.
        kind: what sort of change it is, as a slug.
    """

    start: int
    end: int
    instead: str
    kind: str


class Text:
    """A source and its tree, and where each node stands in it."""

    def __init__(self, source: str) -> None:
        """Parse `source`.

        Raises:
            SyntaxError: it is no Python.
        """
        self.source = source
        self.tree = ast.parse(source)
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def place(self, line: int, column: int) -> int:
        """The place in characters of a line (from 1) and a column in UTF-8 bytes."""
        if line > len(self._lines):
            return len(self.source)
        before = self._lines[line - 1].encode()[:column]
        return self._starts[line - 1] + len(before.decode(errors="ignore"))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Where a node begins."""
        return self.place(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Where a node ends."""
        return self.place(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """A node as it is written."""
        return self.source[self.start(node) : self.end(node)]

    def whole_lines(self, node: ast.stmt) -> tuple[int, int] | None:
        """Where the lines of a statement begin and end; None where it shares them."""
        first, last = node.lineno, node.end_lineno or node.lineno
        start, end = self._starts[first - 1], self._starts[min(last, len(self._lines))]
        before = self.source[start : self.start(node)]
        after = self.source[self.end(node) : end].strip()
        if before.strip() or (after and not after.startswith("#")):
            return None
        return start, end

    def replace(self, node: ast.expr | ast.stmt, instead: str, kind: str) -> Edit:
        """The edit that writes something else in a node's place."""
        return Edit(self.start(node), self.end(node), instead, kind)

    def between(
        self, left: ast.expr, right: ast.expr, old: str, new: str, kind: str
    ) -> Edit | None:
        """The edit of an operator between two operands; None where it is not to be found."""
        start, end = self.end(left), self.start(right)
        gap = self.source[start:end]
        if "#" in gap:
            return None
        found = gap.find(old)
        if found < 0:
            return None
        return Edit(start + found, start + found + len(old), new, kind)

    def edited(self, edit: Edit) -> str:
        """The source after an edit."""
        return self.source[: edit.start] + edit.instead + self.source[edit.end :]
