"""The snippets: what each tries, and how it must end, from the comment at its top.

One `key: value` a line:

    tries                     what the code is after (required)
    ends                      how the cell may end, e.g. `ok` or `error/crashed`; `ok` if not said
    ends at full, … partial   likewise, at one level
    seconds                   the time limit that it runs under; 20 if not said
    pause                     seconds to wait afterwards, for what goes on in the background
    limits                    fields of `Limits`, e.g. `memory=268435456 processes=16`
    breaks itself             why the session answers only after a rewind, where it does
    loses names               why names of earlier cells are not kept, where they are not
    not contained at partial  why `partial` does not hold it back; the code must then succeed
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from tutor.engine.protocol import Limits

__all__ = ["FOLDER", "Snippet", "snippets"]

FOLDER = Path(__file__).parent / "snippets"
_LINE = re.compile(r"# ([a-z ]+): (.+)")
_KEYS = {
    "tries", "ends", "ends at full", "ends at partial", "seconds", "pause", "limits",
    "breaks itself", "loses names", "not contained at partial",
}  # fmt: skip
_ENDINGS = {"ok", "error", "crashed", "timeout"}


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """One file of hostile code."""

    name: str
    code: str
    tries: str
    ends: dict[str, frozenset[str]]
    seconds: float
    pause: float
    limits: Limits
    breaks_itself: str
    loses_names: str
    not_contained: dict[str, str]


def snippets() -> list[Snippet]:
    """Every snippet, by name.

    Raises:
        ValueError: a file's comment does not say what it must.
    """
    return [_read(path) for path in sorted(FOLDER.glob("*.py"))]


def _read(path: Path) -> Snippet:
    code = path.read_text(encoding="utf-8")
    said: dict[str, str] = {}
    for line in code.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            break
        said[match[1]] = match[2]
    if "tries" not in said or not said.keys() <= _KEYS:
        raise ValueError(f"{path.name}: the comment has {sorted(said)}, not {sorted(_KEYS)}")
    everywhere = said.get("ends", "ok")
    ends = {
        level: frozenset(said.get(f"ends at {level}", everywhere).split("/"))
        for level in ("full", "partial")
    }
    if not frozenset().union(*ends.values()) <= _ENDINGS:
        raise ValueError(f"{path.name}: a cell ends in one of {sorted(_ENDINGS)}")
    fields = (field.split("=") for field in said.get("limits", "").split())
    reason = said.get("not contained at partial", "")
    return Snippet(
        name=path.stem,
        code=code,
        tries=said["tries"],
        ends=ends,
        seconds=float(said.get("seconds", "20")),
        pause=float(said.get("pause", "0")),
        limits=Limits(**{**_LIMITS, **{name: int(value) for name, value in fields}}),
        breaks_itself=said.get("breaks itself", ""),
        loses_names=said.get("loses names", ""),
        not_contained={"full": "", "partial": reason},
    )


_LIMITS = {
    "memory": 1 << 30,
    "file_size": 64 << 20,
    "open_files": 256,
    "processes": 48,
    "output": 256 << 10,
    "checkpoints": 3,
}
"""Smaller than a learner's, so that a bomb is cheap."""
