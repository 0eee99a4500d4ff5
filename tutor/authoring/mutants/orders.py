"""Wrong answers to an ``order`` exercise: the solution with one thing arranged otherwise."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tutor.authoring.mutants.make import DROPPED, Mutant, same_program
from tutor.course.arranging import lines_of, program_of
from tutor.course.model import Order

__all__ = ["order_mutants"]


class _Change(NamedTuple):
    """One arrangement, and how it is called."""

    id: str
    kind: str
    place: int
    lines: tuple[str, ...]


def order_mutants(exercise: Order) -> tuple[Mutant, ...]:
    """Every such arrangement that is a program, and neither the solution nor accepted.

    Neighbours change places. Where lines can be set aside, one of them is, and each extra line
    stands in place of the line that is most like it.
    """
    lines = lines_of(exercise.solution)
    known = [lines, *(lines_of(text) for text in exercise.accepts)]
    right = [program_of(one) for one in known]
    mutants: list[Mutant] = []
    names: set[str] = set()
    for change in _changes(lines, exercise.extra):
        source = program_of(change.lines)
        if change.id in names or not same_program(source, source):  # what is no program fails
            continue
        if any(same_program(source, one) for one in right):
            continue
        names.add(change.id)
        mutants.append(_named(lines, change, source))
    return tuple(mutants)


def _changes(lines: tuple[str, ...], extra: Sequence[str]) -> Iterator[_Change]:
    for at in range(len(lines) - 1):
        one, two = lines[at : at + 2]
        order = (*lines[:at], two, one, *lines[at + 2 :])
        yield _Change(f"{_short(one)} ↔ {_short(two)}", "swapped-lines", at, order)
    if not extra:
        return
    for at, line in enumerate(lines):
        rest = (*lines[:at], *lines[at + 1 :])
        yield _Change(f"{_short(line)} → {DROPPED}", "line-set-aside", at, rest)
    for line in extra:
        at = max(range(len(lines)), key=lambda place: _likeness(lines[place], line), default=0)
        order = (*lines[:at], line.rstrip(), *lines[at + 1 :])
        yield _Change(f"{_short(lines[at])} → {_short(line)}", "extra-line", at, order)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _short(line: str) -> str:
    return " ".join(line.split())


def _named(lines: Sequence[str], change: _Change, source: str) -> Mutant:
    before = program_of(lines).splitlines()
    diff = difflib.unified_diff(before, source.splitlines(), "solution", "order", lineterm="")
    above = sum(line.count("\n") + 1 for line in lines[: change.place])
    return Mutant(
        id=change.id, kind=change.kind, line=above + 1, source=source, diff="\n".join(diff)
    )
