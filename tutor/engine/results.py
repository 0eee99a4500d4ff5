"""What running a cell gives back. Plain data, without torch."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

__all__ = ["CellError", "CellResult", "CellStatus", "Stream"]

Stream: TypeAlias = Literal["stdout", "stderr"]

CellStatus: TypeAlias = Literal["ok", "error", "interrupted", "timeout", "crashed"]


class CellError(msgspec.Struct, frozen=True, kw_only=True):
    """The exception that ended a cell.

    Attributes:
        type: the exception's class name, e.g. ``RuntimeError``.
        message: ``str(exception)``, bounded, terminal escapes neutralised.
        traceback: as printed, with the learner's frames only, ending in ``type: message``.
        line: the innermost line (from 1) of the learner's code, where there is one.
    """

    type: str
    message: str
    traceback: str
    line: int | None = None


class CellResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a cell ended. Its output was streamed while it ran.

    Attributes:
        status: ``error`` the code raised; ``interrupted`` by the user; ``timeout`` the limit was
            reached; ``crashed`` the process died.
        error: for ``error``, ``interrupted`` and ``timeout`` where the code raised.
        note: what happened to the session, in a sentence, where something did: after a crash,
            what was kept.
        checkpoint: the number of the checkpoint that holds the state after this cell; 0 is the
            state after setup.
        seconds: wall-clock time that the cell ran.
    """

    status: CellStatus
    error: CellError | None = None
    note: str = ""
    checkpoint: int = 0
    seconds: float = 0.0
