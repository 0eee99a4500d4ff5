"""A problem in a lesson or course file, with its position."""

from __future__ import annotations

from pathlib import Path

import msgspec

__all__ = ["Problem"]


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong in a file, printed as ``file:line:column: message``.

    Attributes:
        path: the file.
        line: counted from 1.
        column: counted from 1.
        message: what is wrong and, where there is one, the nearest valid name.
        code: names the rule that it breaks; stable.
    """

    path: Path
    line: int
    column: int
    message: str
    code: str = "schema"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
