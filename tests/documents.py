"""Reading the code that stands in a page of documentation."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["DOCS", "blocks"]

DOCS = Path(__file__).resolve().parents[1] / "docs"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The page's blocks of that language, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [body for kind, body in _BLOCK.findall(text) if kind == language]
