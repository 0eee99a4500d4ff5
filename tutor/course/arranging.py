"""The lines of an ``order`` exercise: what moves as one, the shuffled start, reading an order.

A line is what Python takes for one: what brackets, a backslash or a string of several lines hold
together stays together. Blank lines and comments that stand alone are left out. Each line keeps its
own indentation, so that it belongs to the block that the author gave it.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import tokenize
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tutor.course.model import Code, Exercise, Order
from tutor.course.wording import quoted

__all__ = ["Reading", "all_lines", "lines_of", "program_of", "read_order", "shuffled", "starter_of"]

_SHUFFLES: Final = 200
"""Shuffles that are tried for one in which no line follows the line that it should."""

_NO_CODE: Final = frozenset(
    {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a text is as an arrangement of an exercise's lines.

    Attributes:
        lines: those that stand in it, in their order.
        aside: the others.
        problem: why it is no arrangement, in words for the learner; empty where it is one.
        line: where in the text, from 1; None where no place can be named.
    """

    lines: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    problem: str = ""
    line: int | None = None


def lines_of(code: str) -> tuple[str, ...]:
    """The lines of a program, as an ``order`` exercise moves them; one may hold several."""
    rows = code.split("\n")
    found: list[str] = []
    first: int | None = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.NEWLINE and first is not None:
                found.append(_joined(rows[first : token.end[0]]))
                first = None
            elif token.type not in _NO_CODE and first is None:
                first = token.start[0] - 1
    except (tokenize.TokenError, SyntaxError):  # no Python, which loading says
        return tuple(row.rstrip() for row in rows if not _is_idle(row))
    return tuple(found)


def _joined(rows: Iterable[str]) -> str:
    return "\n".join(row.rstrip() for row in rows)


def _is_idle(row: str) -> bool:
    text = row.strip()
    return not text or text.startswith("#")


def all_lines(exercise: Order) -> tuple[str, ...]:
    """The solution's lines in their order, then those that do not belong."""
    extra = tuple(_joined(line.strip("\n").split("\n")) for line in exercise.extra)
    return lines_of(exercise.solution) + extra


def program_of(lines: Iterable[str]) -> str:
    """The program that lines make."""
    return "".join(f"{line}\n" for line in lines)


def shuffled(exercise: Order) -> tuple[str, ...]:
    """All lines, as the learner finds them: always the same order, and none that is known to work.

    As few lines as possible follow the one that they should.
    """
    lines = all_lines(exercise)
    right = {lines_of(text) for text in (exercise.solution, *exercise.accepts)}
    best, least = lines[::-1], len(lines)
    for number in range(_SHUFFLES):
        places = sorted(range(len(lines)), key=lambda place: _rank(exercise.id, number, place))
        order = tuple(lines[place] for place in places)
        kept = sum(after - before == 1 for before, after in itertools.pairwise(places))
        if order not in right and kept < least:
            best, least = order, kept
        if least == 0:
            break
    return best


def starter_of(exercise: Exercise) -> str:
    """The answer that stands there at first."""
    match exercise:
        case Code():
            return exercise.starter
        case Order():
            return program_of(shuffled(exercise))
        case _:
            return ""


def _rank(name: str, number: int, place: int) -> bytes:
    """Chance that is the same on every machine and in every version of Python."""
    return hashlib.sha256(f"{name}/{number}/{place}".encode()).digest()


# --- reading an order


def read_order(exercise: Order, text: str) -> Reading:
    """Find the exercise's lines in a text."""
    known = all_lines(exercise)
    left = Counter(known)
    rows = [(n, row.rstrip()) for n, row in enumerate(text.split("\n"), 1) if not _is_idle(row)]
    found: list[str] = []
    while rows:
        here = [line for line in left if _begins(rows, line)]
        line = max((line for line in here if left[line]), key=len, default=None)
        if line is None:
            number, row = rows[0]
            return Reading(problem=_foreign(row, known, used=bool(here)), line=number)
        left[line] -= 1
        found.append(line)
        del rows[: len(_rows(line))]
    aside = tuple((left - Counter()).elements())
    if aside and not exercise.extra:
        return Reading(problem=_missing(aside))
    if not found:
        return Reading(problem="There is no line in it: put the lines in order.")
    return Reading(lines=tuple(found), aside=aside)


def _rows(line: str) -> list[str]:
    return [row for row in line.split("\n") if not _is_idle(row)]


def _begins(rows: Sequence[tuple[int, str]], line: str) -> bool:
    wanted = _rows(line)
    return [row for _, row in rows[: len(wanted)]] == wanted


def _foreign(row: str, known: Sequence[str], *, used: bool) -> str:
    """Why a row is none of the lines that are left."""
    shown = quoted(row)
    if used:
        return f"{shown} stands here once more than the exercise has it: use each line once."
    alike = next((line for line in known if line.split("\n")[0].strip() == row.strip()), None)
    if alike is not None and "\n" not in alike:
        spaces = len(alike) - len(alike.lstrip())
        return f"{shown} is indented otherwise here: each line keeps its own {spaces} spaces."
    return f"{shown} is not one of this exercise's lines: only their order is asked for."


def _missing(aside: Sequence[str]) -> str:
    names = " and ".join(quoted(line) for line in aside[:3])
    more = f" and {len(aside) - 3} more" if len(aside) > 3 else ""
    return f"Every line belongs, and {names}{more} {'is' if len(aside) == 1 else 'are'} missing."
