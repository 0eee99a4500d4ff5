"""How a process that ran somebody's code ended, in words; and what is said in its place."""

from __future__ import annotations

import signal

import msgspec

from tutor.engine.protocol import (
    Answer,
    Compare,
    Compared,
    Describe,
    Described,
    Draw,
    Drawn,
    Observations,
    Observe,
    Recognise,
    Recognised,
)
from tutor.engine.results import CellStatus

__all__ = [
    "BACKSTOP",
    "GRACE",
    "REPLIES",
    "cause_of_death",
    "exit_words",
    "lost_reply",
    "undone_words",
]

GRACE = 1.5
"""Seconds that code has to end after SIGINT before it is killed."""

BACKSTOP = 2.0
"""Seconds beyond a request's own limit after which its process is taken for hung."""


def exit_words(code: int) -> str:
    """How a process ended, as the end of a sentence: "was ended by SIGSEGV (…)".

    Args:
        code: its exit code; minus the signal's number where a signal ended it.
    """
    if code >= 0:
        return f"exited by itself with code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"was ended by signal {-code}"
    meaning = _MEANINGS.get(name)
    return f"was ended by {name}" + (f" ({meaning})" if meaning else "")


_MEANINGS = {  # by name: not every platform has them all
    "SIGSEGV": "memory that is not its own was touched",
    "SIGABRT": "a library gave up",
    "SIGKILL": "by the system, often for lack of memory, or by itself",
    "SIGBUS": "memory that is not there was touched",
    "SIGFPE": "an impossible integer operation",
    "SIGXFSZ": "a file grew beyond the limit",
    "SIGXCPU": "the processor time was used up",
}


def cause_of_death(how: str, status: CellStatus | None, *, killed: bool) -> str:
    """Why a cell's process is gone, in a sentence.

    Args:
        how: what became of the process, where it was not the tutor that ended it.
        status: how the cell was to end, where it was told to.
        killed: whether the tutor ended the process.
    """
    if status == "timeout" and killed:
        return "The time limit was reached and the code did not stop, so its process was ended."
    if status == "interrupted" and killed:
        return "The code did not stop when it was interrupted, so its process was ended."
    return f"{how}."


def undone_words(cells: int) -> str:
    """What is said after `cells` cells were taken back."""
    if not cells:
        return "Nothing has run since the session began."
    if cells == 1:
        return "The last cell is undone; everything before it is as it was."
    return f"The last {cells} cells are undone; everything before them is as it was."


REPLIES: dict[type, type] = {
    Observe: Observations,
    Draw: Drawn,
    Compare: Compared,
    Recognise: Recognised,
    Describe: Described,
}
"""What answers each request."""


def lost_reply(request: msgspec.Struct, reason: str, *, late: bool = False) -> Answer:
    """The reply to a request that no process lived to answer."""
    match request:
        case Draw():
            return Drawn(failure=reason)
        case Compare():
            return Compared(failure=reason)
        case Recognise():
            return Recognised(same=False, failure=reason)
        case Describe():
            return Described(failure=reason)
        case _:
            return Observations(failure="timeout" if late else "crashed", reason=reason)
