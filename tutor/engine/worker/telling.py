"""What the keeper says of an accident, and what it passes on of an error."""

from __future__ import annotations

from tutor.engine.endings import cause_of_death
from tutor.engine.results import CellError, CellStatus
from tutor.engine.text import bounded, neutralise
from tutor.engine.worker.cells import MAX_MESSAGE, MAX_TRACEBACK

__all__ = ["made_safe", "what_happened"]

_LONGER = 8
"""An honest text was cut before its escapes were written out."""


def made_safe(error: CellError) -> CellError:
    """An error as an honest process sends it; this one may be forged."""
    return CellError(
        type=bounded(neutralise(error.type), _LONGER * 200),
        message=bounded(neutralise(error.message), _LONGER * MAX_MESSAGE),
        traceback=bounded(neutralise(error.traceback), _LONGER * MAX_TRACEBACK),
        line=error.line,
    )


def what_happened(
    how: str,
    status: CellStatus | None,
    restored: tuple[int, int],
    *,
    killed: bool,
    cell: str = "this cell",
) -> str:
    """What the learner is told.

    Args:
        how: what became of the process, where it was not the tutor that ended it.
        status: how the cell was to end, where it was told to.
        restored: the checkpoint that came back (-1 for none), and the newest one that there was.
        killed: whether the tutor ended the process.
        cell: the cell that it happened in.
    """
    number, newest = restored
    first = cause_of_death(how, status, killed=killed)
    if number < 0:
        return f"{first} A fresh session took its place; nothing that was defined is left."
    if number < newest:
        return (
            f"{first} The newest states could not be kept. The session is as it was "
            f"{newest - number} cells earlier; what was defined since is lost."
        )
    return f"{first} The session is as it was before {cell}; everything defined earlier is kept."
