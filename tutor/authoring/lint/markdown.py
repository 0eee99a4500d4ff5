"""Markdown that a terminal does not show as it is meant.

A text is parsed only if it holds something that could go wrong: most hold paragraphs and ticks.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from tutor.authoring.lint.pieces import Piece
from tutor.authoring.lint.view import LessonView
from tutor.authoring.lint.width import FENCE_COLUMNS, PROSE_COLUMNS, width_of
from tutor.course.wording import quoted

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["check_markdown"]

_LONGEST = 10_000
_MOST = 50_000
"""Characters of all texts that are parsed."""

_MOST_BRACKETS = 1_000
"""Of one text: what could be a link takes time by the square."""

_DEEPEST_HEADING = 3

_TICKS = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_SUSPICIOUS: Final = re.compile(
    rf"```|~~~|(?<!`)`(?!`)|<|\]\(|\]\[|!\[|^ *#{{{_DEEPEST_HEADING + 1},}} |^ *\|?[ :]*-[ :|-]*$"
    rf"|\S{{{PROSE_COLUMNS + 1}}}|^ {{2,}}[^ \n]",
    re.MULTILINE,
)
_FENCE = re.compile(r"[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*)*(`{3,}|~{3,})[ \t]*")
_NO_LINK = re.compile(r"\[[^\[\]\n]+\](?:\[[^\[\]\n]*\]|\([^()\n]*\))")
_MARKER = re.compile(r"[ >]*(?:(?:[-*+]|\d+[.)]) +)*")
_LONG_WORD = re.compile(rf"\S{{{PROSE_COLUMNS + 1},}}")
_REACHABLE = ("https://", "http://", "mailto:")


class _Text(NamedTuple):
    """One text while it is read.

    Attributes:
        lines: of the text.
    """

    lesson: LessonView
    piece: Piece
    lines: list[str]

    def flag(self, code: str, message: str, line: int, what: str = "") -> None:
        """Flag it at the first `what` from a line (counted from 0) on."""
        column = 0
        for number in range(line, len(self.lines)):
            found = self.lines[number].find(what)
            if what and found >= 0:
                line, column = number, found
                break
        at = self.lesson.place(self.piece.scalar, line + 1, column + 1)
        self.lesson.flag(at, code, f"{self.piece.label}: {message}")


def check_markdown(lesson: LessonView) -> None:
    """Flag Markdown that is not shown as it is meant."""
    left = _MOST
    for piece in lesson.pieces:
        if piece.what != "markdown":
            continue
        text = piece.scalar.text
        if len(text) > _LONGEST or text.count("[") > _MOST_BRACKETS:
            message = f"{piece.label}: the text is too long: {len(text):,} characters"
            lesson.flag(piece.scalar.at, "too-large", message)
        elif _SUSPICIOUS.search(_TICKS.sub("``", text)):
            left -= len(text)
            if left < 0:
                message = "the lesson's texts are too long: their Markdown is not looked at"
                lesson.flag(piece.scalar.at, "too-large", f"{message} from here on")
                return
            _check_text(_Text(lesson, piece, text.split("\n")))


@functools.cache
def _parser() -> MarkdownIt:
    # Imported late: most files never need it. Like the app's own (Textual's).
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    return MarkdownIt("gfm-like", {"linkify": False})


def _check_text(text: _Text) -> None:
    tokens = _parser().parse(text.piece.scalar.text)
    for number, token in enumerate(tokens):
        check = _CHECKS.get(token.type)
        if check is not None:
            check(text, token)
        elif token.type == "table_open":
            _check_table(text, token, tokens[number:])


# --- blocks


def _check_fence(text: _Text, token: Token) -> None:
    first, end = token.map or (0, 0)
    last = text.lines[end - 1].strip() if end - 1 > first else ""
    closing = _FENCE.fullmatch(last)
    if closing is None or not closing[1].startswith(token.markup):
        message = f"this code block is not closed: {quoted(token.markup)} is missing after it"
        text.flag("open-fence", message, first, token.markup)
        return
    for number, line in enumerate(token.content.split("\n"), start=first + 1):
        width = width_of(line.expandtabs(8))
        if width > FENCE_COLUMNS:
            message = f"the line is {width} columns wide, and cut off after {FENCE_COLUMNS}"
            text.flag("long-code-line", message, number, line)


def _check_html(text: _Text, token: Token) -> None:
    first = (token.map or (0, 0))[0]
    _flag_html(text, token.content.strip(), first)


def _flag_html(text: _Text, content: str, line: int) -> None:
    tag = content.split("\n", maxsplit=1)[0]
    message = f"{quoted(tag)} is read as HTML and left out: put it in backticks, or use Markdown"
    text.flag("raw-html", message, line, tag)


def _check_heading(text: _Text, token: Token) -> None:
    if int(token.tag[1:]) > _DEEPEST_HEADING:
        message = f"a heading of level {token.tag[1:]} looks like text: use {_DEEPEST_HEADING} #"
        text.flag("deep-heading", f"{message} at most", (token.map or (0, 0))[0])


def _check_table(text: _Text, opening: Token, tokens: list[Token]) -> None:
    widths: dict[int, int] = {}
    column = 0
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            column = 0
        elif token.type == "inline":
            widths[column] = max(widths.get(column, 0), width_of(_shown(token)))
            column += 1
    width = sum(widths.values()) + 3 * len(widths) + 1
    if width > PROSE_COLUMNS:
        message = f"the table is {width} columns wide; the app shows {PROSE_COLUMNS} and cuts off"
        text.flag("wide-table", f"{message} headings", (opening.map or (0, 0))[0])


def _shown(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


# --- in a line


def _check_inline(text: _Text, token: Token) -> None:
    first, end = token.map or (0, 0)
    _check_indentation(text, first, end)
    if any(child.type == "text" and "`" in child.content for child in token.children or ()):
        _flag_lone_tick(text, token)
    for child in token.children or ():
        match child.type:
            case "html_inline":
                _flag_html(text, child.content, first)
            case "image":
                message = "a terminal shows no images: say what there is to see"
                text.flag("image", message, first, "![")
            case "link_open":
                _check_link(text, str(child.attrs.get("href", "")), first)
            case "text":
                _check_words(text, child.content, first)
            case "code_inline":
                _check_long(text, child.content, first)


def _flag_lone_tick(text: _Text, token: Token) -> None:
    first, end = token.map or (0, 0)
    if "\\`" in token.content:
        return  # it is meant
    odd = [number for number in range(first, end) if text.lines[number].count("`") % 2]
    number = odd[0] if odd else first
    line = text.lines[number]
    message = (
        "this backtick has no pair: code over two lines ends where the next line begins like an "
        "item of a list (*, -, + or 1.)"
    )
    text.flag("lone-backtick", message, number, line[line.rfind("`") :])


def _check_indentation(text: _Text, first: int, end: int) -> None:
    """Of a paragraph, in a list or not: what is indented in it is drawn, and needs a fence."""
    lines = text.lines[first:end]
    begins = [_lead(line) for line in lines]
    if lines and (marker := _MARKER.match(lines[0])) and marker.end() > begins[0]:
        begins[0] = marker.end()
        drawn = begins[1:]  # what comes after the marker is where the item begins
    else:
        drawn = begins
    for number, column in enumerate(drawn, start=len(begins) - len(drawn)):
        if column >= min(begins) + 2:
            message = "the spaces before this line are lost, and it is joined with the others"
            at = text.lesson.place(text.piece.scalar, first + number + 1, column + 1)
            message = f"{text.piece.label}: {message}: put ``` around what is drawn"
            text.lesson.flag(at, "lost-indentation", message)
            return


def _lead(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _check_link(text: _Text, target: str, line: int) -> None:
    if target.startswith(_REACHABLE):
        return
    where = target or "]("
    if not target:
        message = "this link has no target"
    elif target.startswith("#"):
        message = f"the link {quoted(target)} leads nowhere: a text has no anchors in the app"
    else:
        message = f"the app cannot open {quoted(target)}: a link begins with https://"
    text.flag("broken-link", message, line, where)


def _check_words(text: _Text, content: str, line: int) -> None:
    for found in _NO_LINK.finditer(content):
        why = "nothing defines that name" if found.group().endswith("]") else "its target is none"
        message = f"{quoted(found.group())} is shown as it is written, not as a link: {why}"
        text.flag("broken-link", message, line, found.group())
    _check_long(text, content, line)


def _check_long(text: _Text, content: str, line: int) -> None:
    for found in _LONG_WORD.finditer(content):
        message = f"this word is {len(found.group())} columns wide; the app shows {PROSE_COLUMNS}"
        text.flag("long-word", message, line, found.group())


_CHECKS: Final[dict[str, Callable[[_Text, Token], None]]] = {
    "fence": _check_fence,
    "html_block": _check_html,
    "heading_open": _check_heading,
    "inline": _check_inline,
}
