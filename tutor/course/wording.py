"""The phrases that problems are made of: names in quotes, lists of names, the nearest name."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

__all__ = ["hint", "listing", "near_names", "nearest", "quoted"]

_LONGEST = 40
_LONGEST_NAME = 80  # difflib is quadratic, and nobody means a name longer than this


def quoted(text: str) -> str:
    """`text` in single quotes, on one line, short, without control characters."""
    line = " ".join(text.split())
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1] + "…"
    return "'" + "".join(c if _is_shown(c) else f"\\u{ord(c):04x}" for c in line) + "'"


def listing(names: Iterable[object]) -> str:
    """The names, with commas between them."""
    return ", ".join(str(name) for name in names)


def near_names(name: str, valid: Iterable[str], *, most: int = 3) -> list[str]:
    """Those of `valid` that `name` was probably meant to be, the nearest first."""
    if len(name) > _LONGEST_NAME:
        return []
    by_folded = {one.casefold().replace("_", "-"): one for one in valid}
    folded = name.strip().casefold().replace("_", "-")
    return [by_folded[near] for near in difflib.get_close_matches(folded, by_folded, n=most)]


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The one of `valid` that `name` was probably meant to be, or None."""
    return next(iter(near_names(name, valid, most=1)), None)


def hint(name: str, valid: Iterable[str], *, otherwise: str = "") -> str:
    """The end of a message: ``; did you mean 'x'?``, or `otherwise` where nothing is near."""
    near = " or ".join(quoted(one) for one in near_names(name, valid, most=1))
    return f"; did you mean {near}?" if near else otherwise


def _is_shown(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"
