"""What the keeper says of an accident, and what it passes on of an error."""

from __future__ import annotations

from typing import NamedTuple

from tutor.engine.endings import cause_of_death
from tutor.engine.results import CellError, CellStatus
from tutor.engine.text import bounded, neutralise
from tutor.engine.worker.cells import MAX_MESSAGE, MAX_TRACEBACK
from tutor.engine.worker.frozen import Unkept

__all__ = ["Restored", "made_safe", "not_as_it_was", "what_happened"]

_LONGER = 8
"""An honest text was cut before its escapes were written out."""


class Restored(NamedTuple):
    """The checkpoint that came back (-1 for none), the newest there was, and what it lacks."""

    number: int
    newest: int
    unkept: Unkept


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
    restored: Restored,
    *,
    killed: bool,
    cell: str = "this cell",
) -> str:
    """What the learner is told.

    Args:
        how: what became of the process, where it was not the tutor that ended it.
        status: how the cell was to end, where it was told to.
        restored: what came back.
        killed: whether the tutor ended the process.
        cell: the cell that it happened in.
    """
    number, newest, unkept = restored
    first = cause_of_death(how, status, killed=killed)
    exceptions = not_as_it_was(unkept)
    if number < 0:
        said = f"{first} A fresh session took its place; nothing that was defined is left."
    elif number < newest:
        lost = newest - number
        states, cells = ("state", "one cell") if lost == 1 else ("states", f"{lost} cells")
        said = (
            f"{first} The newest {states} could not be kept. The session is as it was "
            f"{cells} earlier; what was defined since is lost."
        )
    else:
        said = (
            f"{first} The session is as it was before {cell}; everything defined earlier is kept."
        )
    return f"{said} {exceptions}".rstrip()


def not_as_it_was(unkept: Unkept) -> str:
    """What a state that came back lacks, in sentences; empty if nothing."""
    return " ".join(words for flag, words in _EXCEPTIONS.items() if flag in unkept)


_EXCEPTIONS = {
    Unkept.CUDA: "States are not kept while CUDA is in use: its process cannot be copied.",
    Unkept.THREADS: "Threads that were running then are gone: start them again.",
    Unkept.FILES: "Files that were open then are where later cells left them, not as they were.",
}
