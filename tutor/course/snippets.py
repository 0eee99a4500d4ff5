"""Python inside a lesson file: does it parse, and where in the file does it not."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from typing import Literal, NamedTuple

from tutor.course.nodes import Scalar
from tutor.course.source import At, Report, Source

__all__ = ["LONGEST_CODE", "QUOTES", "Snippet", "check_snippets", "is_folded", "place"]

LONGEST_CODE = 20_000
"""Characters of one piece of code: far beyond any lesson. Python can take time by the square."""

_MOST_CODE = 50_000
"""Characters of all code of a lesson."""

QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\u00b4"
"""What text programs make of a quotation mark."""


class Snippet(NamedTuple):
    """A piece of Python in a lesson file.

    Attributes:
        label: what it is called in a problem.
        mode: ``exec`` for statements, ``eval`` for an expression, ``body`` for what stands in a
            function and so may return.
    """

    scalar: Scalar
    label: str
    mode: Literal["exec", "eval", "body"]


def check_snippets(snippets: Iterable[Snippet], source: Source, report: Report) -> None:
    """Report every snippet that Python cannot compile, at its own line in the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        left = _MOST_CODE
        for snippet in {id(snippet.scalar): snippet for snippet in snippets}.values():
            left -= len(snippet.scalar.text)
            if left < 0:
                message = f"the lesson holds more than {_MOST_CODE:,} characters of code"
                report.add(snippet.scalar.at, message, "too-large")
                return
            _check(snippet, source, report)


def is_folded(scalar: Scalar, source: Source) -> bool:
    """Whether YAML joined lines of the text: written with ``>``, or over several lines."""
    written = source.text[slice(*scalar.span)]
    return scalar.style == ">" or (scalar.style != "|" and "\n" in written.rstrip())


def _check(snippet: Snippet, source: Source, report: Report) -> None:
    scalar, label, mode = snippet
    what = "a Python expression" if mode == "eval" else "Python"
    text = scalar.text.strip() if mode == "eval" else scalar.text
    if mode != "eval" and is_folded(scalar, source):
        how = "> joins" if scalar.style == ">" else "YAML joins"
        message = f"{label}: {how} the lines of this code into one: begin it with | instead"
        report.add(scalar.at, message, "folded-code")
        return
    if len(text) > LONGEST_CODE:
        message = f"{label}: the code is longer than {LONGEST_CODE:,} characters"
        report.add(scalar.at, message, "too-large")
        return
    if mode == "eval" and not text:
        return
    try:
        if mode == "body":
            ast.parse(text, "<lesson>")
        else:
            compile(text, "<lesson>", mode, dont_inherit=True)
    except SyntaxError as error:
        at = place(source, scalar, error.lineno or 1, error.offset or 1)
        reason = _reason(error, scalar, source)
        report.add(at, f"{label}: this is not {what}: {reason}", "python-syntax")
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        reason = str(error) or "nested too deep"
        report.add(scalar.at, f"{label}: this is not {what}: {reason}", "python-syntax")


def _reason(error: SyntaxError, scalar: Scalar, source: Source) -> str:
    message = str(error.msg)
    if scalar.plain and "was never closed" in message:
        after = source.text[scalar.span[1] : scalar.span[1] + 80].lstrip()[:1]
        if after == ",":
            return "inside { } and [ ], YAML ends the text at its comma: put it in quotes"
    found = next((quote for quote in QUOTES if f"'{quote}'" in message), None)
    if found is None or "invalid character" not in message:
        return message
    return f"{found} is a typographic quotation mark; Python's are ' and \""


def place(source: Source, scalar: Scalar, line: int, column: int) -> At:
    """Where line `line`, column `column` (from 1) of a scalar's text stand in the file.

    The scalar's beginning where that cannot be told: in text with escapes or joined lines.
    """
    if scalar.style == "|":
        return _place_in_block(source, scalar, line, column)
    written = source.text[slice(*scalar.span)]
    quote = len(scalar.style) if scalar.style in {"'", '"'} else 0
    # With escapes, folding or several lines, columns no longer agree: the beginning will do.
    same = written[quote : len(written) - quote] == scalar.text
    if scalar.style == ">" or line > 1 or not same:
        return scalar.at
    return At(scalar.at.line, scalar.at.column + quote + max(column, 1) - 1)


def _place_in_block(source: Source, scalar: Scalar, line: int, column: int) -> At:
    lines = scalar.text.split("\n")
    number = min(line, len(lines))
    if number > 1 and not lines[number - 1]:
        # Past the end of the text, as with a bracket that is not closed: the last line with text.
        filled = [i for i, text in enumerate(lines[:number], start=1) if text.strip()]
        number = filled[-1] if filled else 1
        column = len(lines[number - 1]) + 1
    written = source.line(scalar.at.line + number)
    if not written.endswith(lines[number - 1]):
        return scalar.at  # an anchor stands in a line before the block's |
    indent = len(written) - len(lines[number - 1])
    return At(scalar.at.line + number, min(indent + max(column, 1), len(written) + 1))
