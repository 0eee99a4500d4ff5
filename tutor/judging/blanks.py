"""Blanks of a starter that an answer still has."""

from __future__ import annotations

import io
import tokenize

from checks.finding import Finding

__all__ = ["BLANK", "blank_finding", "blank_message", "first_blank"]

BLANK = "____"
"""What stands in a starter for something to fill in."""


def first_blank(answer: str) -> int | None:
    """The line (from 1) of the first blank in a program, comments and strings aside."""
    if BLANK not in answer:
        return None
    try:
        for token in tokenize.generate_tokens(io.StringIO(answer).readline):
            if token.type == tokenize.NAME and token.string == BLANK:
                return token.start[0]
    except (tokenize.TokenError, SyntaxError):  # what comes before is read all the same
        pass
    return None


def blank_message(line: int | None) -> str:
    """What is said of a blank in that line."""
    where = f" at line {line}" if line else ""
    return f"There is still a blank ({BLANK}) to fill in{where}."


def blank_finding(line: int) -> Finding:
    """The finding about a blank in that line."""
    return Finding(
        check="run",
        target="answer",
        status="fail",
        code="blank",
        message=blank_message(line),
        line=line,
    )
