"""Which names a piece of Python defines at its top, and which it needs from elsewhere."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from tutor.course.snippets import LONGEST_CODE

__all__ = ["Names", "Need", "names_in", "place_of_name"]

_BUILTIN = frozenset(dir(builtins))
# What may define names that nobody can read from the text.
_SECRETIVE = frozenset({"exec", "globals", "locals", "vars"})
_STAR = re.compile(r"\bimport\s*\*")
_BLANK = "____"


class Need(NamedTuple):
    """A name that the code uses and does not define.

    Attributes:
        line: where the scope begins that uses it, from 1.
    """

    name: str
    line: int


class Names(msgspec.Struct, frozen=True):
    """The names of one piece of code.

    Attributes:
        defined: what its top level defines, functions' ``global`` names included.
        needed: what it uses without defining it, in order; no builtins.
        secretive: whether it may define names that its text does not show (``exec``, ``import *``).
    """

    defined: frozenset[str] = frozenset()
    needed: tuple[Need, ...] = ()
    secretive: bool = False


def names_in(text: str, *, expression: bool = False) -> Names | None:
    """The names of a piece of code; None where it is no Python."""
    if len(text) > LONGEST_CODE:
        return None
    text, mode = (text.strip(), "eval") if expression else (text, "exec")
    try:
        top = symtable.symtable(text, "<lesson>", mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    defined = {symbol.get_name() for symbol in top.get_symbols() if _is_given(symbol)}
    used: dict[str, int] = {}
    for table in _tables(top):
        for symbol in table.get_symbols():
            name = symbol.get_name()
            outer = table is top or symbol.is_global()
            if outer and symbol.is_referenced():
                used.setdefault(name, table.get_lineno())
            if outer and symbol.is_declared_global() and symbol.is_assigned():
                defined.add(name)
    needed = [Need(name, line) for name, line in used.items() if name not in defined]
    return Names(
        defined=frozenset(defined),
        needed=tuple(need for need in needed if _counts(need.name)),
        secretive=not _SECRETIVE.isdisjoint(used) or _STAR.search(text) is not None,
    )


def place_of_name(text: str, need: Need) -> tuple[int, int]:
    """The line and the column, both from 1, where a needed name stands first."""
    lines = text.split("\n")
    found = [
        (node.lineno, node.col_offset)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and node.id == need.name and node.lineno >= need.line
    ]
    line, offset = min(found, default=(1, 0))
    # Python counts bytes, an editor characters.
    return line, len(lines[line - 1].encode()[:offset].decode(errors="replace")) + 1


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    ahead = [table]
    while ahead:
        one = ahead.pop()
        yield one
        ahead += reversed(one.get_children())


def _is_given(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _counts(name: str) -> bool:
    dunder = name.startswith("__") and name.endswith("__")
    return name not in _BUILTIN and name != _BLANK and not dunder
