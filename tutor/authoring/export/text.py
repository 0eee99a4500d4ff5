"""Markdown inside of Markdown: fences that hold anything, headings that fit below others."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

__all__ = ["demoted", "fenced"]

_LEVELS = 6


def fenced(code: str, language: str = "") -> str:
    """A code block; the fence is longer than any in the code."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def demoted(text: str, by: int = 2) -> str:
    """Markdown whose headings are `by` levels lower, so that it can stand below others."""
    lines = text.split("\n")
    for token in reversed(MarkdownIt().parse(text)):
        # One inside of a list or a quotation is no heading of the page's outline.
        if token.type != "heading_open" or token.level or token.map is None:
            continue
        first, last = token.map
        level = "#" * min(int(token.tag[1:]) + by, _LEVELS)
        underlined = token.markup in {"=", "-"}
        words = lines[first : last - 1] if underlined else lines[first:last]
        title = " ".join(line.strip() for line in words)
        title = title if underlined else title.lstrip("#").strip()
        lines[first:last] = [f"{level} {title}".rstrip()]
    return "\n".join(lines)
