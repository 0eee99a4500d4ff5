"""Code as a learner meets it: in an editor of 80 columns, with nobody to answer ``input()``."""

from __future__ import annotations

import ast
import warnings

from tutor.authoring.lint.pieces import Piece
from tutor.authoring.lint.view import LessonView
from tutor.authoring.lint.width import CODE_COLUMNS, width_of
from tutor.course.snippets import LONGEST_CODE, QUOTES, Snippet, check_snippets, is_folded
from tutor.course.source import At, Report

__all__ = ["check_code"]

_SHOWN = frozenset(
    {
        *(("code", "starter"), ("code", "solution"), ("predict", "code")),
        *(("order", "solution"), ("order", "extra")),
        *(("explore", "starter"), ("explore", "solution")),
    }
)
"""The kinds and keys whose code learners see; the rest is run only."""


def check_code(lesson: LessonView) -> None:
    """Flag what is wrong with a text of code, whatever it does."""
    for piece in lesson.pieces:
        if piece.what == "code":
            _check_piece(lesson, piece)


def _check_piece(lesson: LessonView, piece: Piece) -> None:
    text = piece.scalar.text
    if is_folded(piece.scalar, lesson.source):
        message = f"{piece.label}: YAML joins the lines of this code into one: begin it with |"
        lesson.flag(piece.scalar.at, "folded-code", message)
        return
    if len(text) > LONGEST_CODE:
        return
    if piece.key == "starter":
        _check_starter(lesson, piece)
    if "input(" in text.replace(" ", ""):
        _check_input(lesson, piece)
    if not text.isascii():
        _check_quotes(lesson, piece)
    if "\t" in text:
        _check_tabs(lesson, piece)
    if (piece.kind, piece.key) in _SHOWN:
        _check_width(lesson, piece)


def _check_starter(lesson: LessonView, piece: Piece) -> None:
    """Some starters are broken on purpose, so that this is no error."""
    report = Report(lesson.source.path)
    check_snippets([Snippet(piece.scalar, piece.label, "exec")], lesson.source, report)
    for problem in report.problems:
        lesson.flag(At(problem.line, problem.column), "starter-syntax", problem.message)


def _check_input(lesson: LessonView, piece: Piece) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(piece.scalar.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="input")):
                at = lesson.place(piece.scalar, node.lineno, node.col_offset + 1)
                message = f"{piece.label}: nobody can answer input(): let the code have the value"
                lesson.flag(at, "input-call", message)


def _check_quotes(lesson: LessonView, piece: Piece) -> None:
    for number, line in enumerate(piece.scalar.text.split("\n"), start=1):
        found = next((i for i, character in enumerate(line) if character in QUOTES), None)
        if found is not None:
            at = lesson.place(piece.scalar, number, found + 1)
            message = f"{line[found]} is a typographic quotation mark, which learners cannot type"
            lesson.flag(at, "typographic-quote", f"{piece.label}: {message}")


def _check_tabs(lesson: LessonView, piece: Piece) -> None:
    for number, line in enumerate(piece.scalar.text.split("\n"), start=1):
        if "\t" in line:
            at = lesson.place(piece.scalar, number, line.index("\t") + 1)
            message = f"{piece.label}: a tab: write spaces (4 for each level), as the editor does"
            lesson.flag(at, "tab-in-code", message)
            return


def _check_width(lesson: LessonView, piece: Piece) -> None:
    if len(piece.scalar.text) <= CODE_COLUMNS:
        return
    for number, line in enumerate(piece.scalar.text.split("\n"), start=1):
        if len(line) > CODE_COLUMNS // 2 and width_of(line) > CODE_COLUMNS:
            at = lesson.place(piece.scalar, number, CODE_COLUMNS + 1)
            message = f"{piece.label}: the line is {width_of(line)} columns wide"
            lesson.flag(at, "long-code-line", f"{message}; the app shows {CODE_COLUMNS}")
