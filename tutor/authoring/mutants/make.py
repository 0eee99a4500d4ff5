"""All mutants of a solution, in a fixed order, each with a name that stays."""

from __future__ import annotations

import ast
import difflib
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from types import CodeType

import msgspec

from tutor.authoring.mutants.calls import call_edits
from tutor.authoring.mutants.edits import Edit, Text
from tutor.authoring.mutants.expressions import expression_edits
from tutor.authoring.mutants.statements import statement_edits

__all__ = ["DROPPED", "Mutant", "make_mutants", "same_program", "spread"]

DROPPED = "(dropped)"
"""What stands in a mutant's id where a line is gone."""


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """A solution with one thing changed.

    Attributes:
        id: the changed line before and after, as ``x.sum(dim=1) → x.sum(dim=0)``. It stays the
            same whatever else in the solution changes.
        kind: what sort of change it is, as a slug.
        line: where, from 1.
        source: all of it.
        diff: a unified diff from the solution.
    """

    id: str
    kind: str
    line: int
    source: str
    diff: str


def make_mutants(solution: str, known: Sequence[str] = ()) -> tuple[Mutant, ...]:
    """Every mutant of a solution that is another program, by position.

    Args:
        solution: the code; one that Python cannot read has no mutants.
        known: other right answers; a mutant that is the same program as one of them is left out.
    """
    try:
        text = Text(solution)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    seen = {_program(one) for one in (solution, *known)}
    names: Counter[str] = Counter()
    mutants: list[Mutant] = []
    for edit in _edits(text):
        source = text.edited(edit)
        program = _program(source)
        if program is None or program in seen:
            continue
        seen.add(program)
        mutants.append(_named(text, edit, source, names))
    return tuple(mutants)


def spread(mutants: Sequence[Mutant], most: int | None) -> tuple[Mutant, ...]:
    """At most so many of them, evenly spread over the solution; always the same ones."""
    if most is None or len(mutants) <= most:
        return tuple(mutants)
    return tuple(mutants[number * len(mutants) // most] for number in range(most))


def same_program(one: str, other: str) -> bool:
    """Whether Python makes the same byte code of two sources, wherever its parts stand."""
    mine, theirs = _program(one), _program(other)
    return mine is not None and mine == theirs


# --- finding them


def _edits(text: Text) -> list[Edit]:
    edits: list[Edit] = []
    for node in _walked(text.tree):
        edits += expression_edits(text, node)
        edits += call_edits(text, node)
        edits += statement_edits(text, node)
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def _walked(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that take part in what a program does: no annotations, nothing that is printed."""
    if _is_print(node):
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns"}:
            continue
        if isinstance(node, ast.JoinedStr):
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST):
                yield from _walked(inner)


def _is_print(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )


# --- naming them


def _named(text: Text, edit: Edit, source: str, names: Counter[str]) -> Mutant:
    before, after = text.source.splitlines(), source.splitlines()
    old, new = _changed(before, after)
    # `pass` stands in only where nothing else is left: what else stands there may change.
    name = f"{old} → {DROPPED if new in {'', 'pass'} else new}"
    names[name] += 1
    if names[name] > 1:
        name = f"{name} (number {names[name]})"
    diff = difflib.unified_diff(before, after, "solution", "mutant", lineterm="")
    line = text.source.count("\n", 0, edit.start) + 1
    return Mutant(id=name, kind=edit.kind, line=line, source=source, diff="\n".join(diff))


def _changed(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """What stood in the lines that differ, and what stands there now, without the spaces."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    most = min(len(before), len(after)) - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old = " ".join(before[head : len(before) - tail])
    new = " ".join(after[head : len(after) - tail])
    return " ".join(old.split()), " ".join(new.split())


# --- telling programs apart


def _program(source: str) -> object:
    """What two sources share when they are the same program; None where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `1 is 1` and its like are meant here
            code = compile(source, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return _parts(code)


def _parts(code: CodeType) -> tuple[object, ...]:
    constants = tuple(
        _parts(constant) if isinstance(constant, CodeType) else (type(constant), repr(constant))
        for constant in code.co_consts
    )
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    shape = (code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags)
    return (code.co_name, code.co_code, constants, names, shape, code.co_exceptiontable)
