"""Python highlighted by Pygments, in the colours of the app's theme."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Spans", "line_spans", "styles"]

Spans = tuple[tuple[int, int, str], ...]
"""Of one line: from column, to column, kind of token."""

_TOO_LONG = 50_000

_KINDS = {
    "Token.Comment": "comment",
    "Token.Keyword": "keyword",
    "Token.Operator.Word": "keyword",
    "Token.Literal.String": "string",
    "Token.Literal.Number": "number",
    "Token.Name.Builtin": "builtin",
    "Token.Name.Exception": "builtin",
    "Token.Name.Function": "name",
    "Token.Name.Class": "name",
    "Token.Name.Decorator": "name",
}

_LOOKS = {  # kind: the theme's colour, bold, italic
    "comment": ("text-muted", False, True),
    "keyword": ("text-primary", True, False),
    "string": ("text-success", False, False),
    "number": ("text-warning", False, False),
    "builtin": ("text-accent", False, False),
    "name": ("foreground", True, False),
}


@lru_cache(maxsize=64)
def line_spans(source: str) -> tuple[Spans, ...]:
    """The tokens worth a colour, line by line; nothing for a very long source."""
    from pygments.lexers.python import PythonLexer  # noqa: PLC0415 - not before the first frame

    if len(source) > _TOO_LONG:
        return ()
    lines: list[list[tuple[int, int, str]]] = [[] for _ in range(source.count("\n") + 1)]
    row = column = 0
    for _, token, text in PythonLexer().get_tokens_unprocessed(source):
        kind = _kind(str(token))
        for number, part in enumerate(text.split("\n")):
            if number:
                row, column = row + 1, 0
            if kind and part and row < len(lines):
                lines[row].append((column, column + len(part), kind))
            column += len(part)
    return tuple(tuple(line) for line in lines)


@lru_cache(maxsize=256)
def _kind(token: str) -> str:
    while token:
        if kind := _KINDS.get(token):
            return kind
        token = token.rpartition(".")[0]
    return ""


def styles(variables: Mapping[str, str]) -> dict[str, Style]:
    """A style for each kind of token, from the variables of the current theme."""
    made = {}
    for kind, (variable, bold, italic) in _LOOKS.items():
        try:
            color = Color.parse(variables.get(variable, "")).rich_color
        except ColorParseError:  # such as "auto 60%": relative to the background
            color = None
        made[kind] = Style(color=color, bold=bold, italic=italic, dim=color is None)
    return made
