"""YAML that is valid and means something else than it looks like."""

from __future__ import annotations

import re
from typing import Final

from tutor.authoring.lint.pieces import Piece
from tutor.authoring.lint.view import LessonView
from tutor.course.nodes import Scalar
from tutor.course.snippets import is_folded
from tutor.course.wording import quoted

__all__ = ["check_yaml"]

# What YAML 1.1 makes of plain text; 1.2 and this tutor are milder, but an editor need not be.
_OTHER: Final = {
    "true": r"true|yes|on",
    "false": r"false|no|off",
    "nothing": r"~|null",
    "a number": r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|0[xob][\da-f_]+"
    r"|[-+]?\.(?:inf|nan)|[-+]?\d+(?::[0-5]?\d)+",
    "a date": r"\d{4}-\d\d?-\d\d?(?:[t ].*)?",
}
_READINGS: Final = [(re.compile(what, re.IGNORECASE), name) for name, what in _OTHER.items()]

_LONGEST = 40
"""Characters of a text that could be a number or a date."""

_CODE = 4
"""So many spaces make code in Markdown."""

_FENCE = re.compile(r"\s*(?:```|~~~)")
_PARENT = re.compile(r" *(?:- +(?=[^ |>]))*")
_COMMENT = re.compile(r"[^ ] #")
_BLOCK_MARKUP = re.compile(r"(?m)^ *(?:[-*+] |\d+[.)] |```|~~~|#{1,6} |>|\|)")


def check_yaml(lesson: LessonView) -> None:
    """Flag text that YAML reads otherwise, cuts off or folds."""
    for piece in lesson.pieces:
        if piece.scalar.plain:
            _check_reading(lesson, piece)
            _check_comment(lesson, piece)
        if piece.what == "markdown" and is_folded(piece.scalar, lesson.source):
            _check_folded(lesson, piece)
        if piece.scalar.style == "|":
            _check_trailing(lesson, piece)
    _check_ids(lesson)
    _check_indentation(lesson)


def _check_reading(lesson: LessonView, piece: Piece) -> None:
    # Code that is a bare number or name is nothing that an author would write by accident.
    if piece.what not in {"code", "expression"}:
        _flag_reading(lesson, piece.scalar, piece.label)


def _flag_reading(lesson: LessonView, scalar: Scalar, label: str) -> None:
    text = scalar.text
    if len(text) > _LONGEST:
        return
    for pattern, reading in _READINGS:
        if pattern.fullmatch(text):
            message = f"{label}: other YAML tools read {quoted(text)} as {reading}"
            lesson.flag(scalar.at, "text-or-value", f'{message}: put it in quotes ("{text}")')
            return


def _check_ids(lesson: LessonView) -> None:
    named = [lesson.root, *lesson.exercises]
    for node in named:
        scalar = node.scalar("id")
        if scalar is not None and scalar.plain:
            _flag_reading(lesson, scalar, "id")


def _check_comment(lesson: LessonView, piece: Piece) -> None:
    """One space before a # is how text looks; who means a comment usually leaves more room."""
    begin, end = piece.scalar.span
    if piece.what == "code" or not piece.scalar.text:
        return
    line = lesson.source.at(end).line
    column = lesson.source.at(max(begin, end - 1)).column
    found = _COMMENT.match(lesson.source.line(line), column - 1)
    if found is not None:
        at = lesson.source.at(end + 1)
        message = f"{piece.label}: the text ends here, for ' #' begins a comment"
        lesson.flag(at, "lost-comment", f"{message}: put all of it in quotes or in a block (|)")


def _check_folded(lesson: LessonView, piece: Piece) -> None:
    written = lesson.source.text[slice(*piece.scalar.span)]
    _, _, body = written.partition("\n")
    if _BLOCK_MARKUP.search(body):
        how = "> joins" if piece.scalar.style == ">" else "YAML joins"
        message = f"{piece.label}: {how} these lines into one, and so breaks lists, tables and code"
        lesson.flag(piece.scalar.at, "folded-markdown", f"{message}: begin the text with |")


def _check_indentation(lesson: LessonView) -> None:
    """A block's first line says how far it is indented: those spaces are no part of the text."""
    steps = {
        id(piece): step
        for piece in lesson.pieces
        if piece.scalar.style == "|" and (step := _step(lesson, piece.scalar))
    }
    usual = min(steps.values(), default=0)
    for piece in lesson.pieces:
        lost = steps.get(id(piece), 0) - usual
        if lost >= _CODE and piece.what == "markdown" and not _FENCE.match(piece.scalar.text):
            message = f"{piece.label}: the {lost} spaces before the first line are no part of the "
            message += "text, since nothing stands to the left of it: put ``` around what is drawn"
            lesson.flag(lesson.place(piece.scalar, 1), "lost-indentation", message)


def _step(lesson: LessonView, scalar: Scalar) -> int:
    """How much further right a block's text stands than its key, or than its list's dash.

    0 where the block says itself how far (`|2`), or is empty.
    """
    header = lesson.source.line(scalar.at.line)
    if not scalar.text.strip() or re.match(r"\|[+-]?\d", header[scalar.at.column - 1 :]):
        return 0
    lines = scalar.text.split("\n")
    first = next(number for number, line in enumerate(lines, start=1) if line.strip())
    written = lesson.source.line(scalar.at.line + first)
    begin = _PARENT.match(header)
    return len(written) - len(written.lstrip(" ")) - (begin.end() if begin else 0)


def _check_trailing(lesson: LessonView, piece: Piece) -> None:
    if piece.what not in {"code", "markdown"} or " \n" not in piece.scalar.text:
        return
    in_code = piece.what == "code"
    for number, line in enumerate(piece.scalar.text.split("\n"), start=1):
        spaces = len(line) - len(line.rstrip(" "))
        if line.startswith(("```", "~~~")):
            spaces = 0  # of a fence's own line they mean nothing
        if spaces > (0 if in_code else 1) and line.strip():
            why = "code is compared and shown as it is" if in_code else "Markdown breaks the line"
            at = lesson.place(piece.scalar, number, len(line) - spaces + 1)
            many = "a space" if spaces == 1 else f"{spaces} spaces"
            message = f"{piece.label}: {many} at the end of the line ({why}): delete"
            lesson.flag(at, "trailing-space", f"{message} {'it' if spaces == 1 else 'them'}")
