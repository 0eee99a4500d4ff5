"""How much the app shows in a terminal of 80 columns; a test compares this with the app."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["CODE_COLUMNS", "FENCE_COLUMNS", "PROSE_COLUMNS", "TITLE_COLUMNS", "width_of"]

PROSE_COLUMNS: Final = 77
"""Of a text; its lines are wrapped, but not its words and tables."""

FENCE_COLUMNS: Final = 76
"""Of a code block in a text, which is not wrapped but cut."""

CODE_COLUMNS: Final = 74
"""Of the code in the editor: lines are numbered, and wrapped where they are longer."""

TITLE_COLUMNS: Final = 78
"""Of the line with the lesson's and the exercise's title."""


def width_of(text: str) -> int:
    """How many columns a line of text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
