"""Why the progress file cannot be used, and what to do about it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from tutor.progress.schema import ForeignDatabaseError, NewerDatabaseError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["explain"]

_ELSEWHERE = "Or keep progress elsewhere: set TUTOR_DATA_DIR to another directory."
_DAMAGED = (
    "Nothing was deleted. Put a backup in its place, or move it (and its -wal and -shm) away to"
    " begin afresh."
)

# By SQLite's primary result code: the reason, and what to do.
_KNOWN = {
    sqlite3.SQLITE_BUSY: (
        "another program keeps it locked",
        "Close other tutors that use it, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "it may only be read",
        f"Allow writing to the file and its directory. {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_PERM: ("access is denied", f"Change the file's permissions. {_ELSEWHERE}"),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        f"See that it is a file and that its directory can be written to. {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        f"Free some space, then try again. What was saved is safe. {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk cannot be read or written",
        f"See that the drive is there and has space. {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_NOTADB: ("it is not a database", _DAMAGED),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", _DAMAGED),
}


def explain(error: Exception, path: Path) -> str:
    """A message with the path, the reason and what to do."""
    reason, advice = _reason(error, path)
    return f"Progress cannot be kept in {path}: {reason}. {advice}"


def _reason(error: Exception, path: Path) -> tuple[str, str]:
    match error:
        case NewerDatabaseError():
            return (
                "a newer version of the tutor wrote it",
                "Nothing was changed. Update the tutor (pip install --upgrade tensor-tutor). "
                + _ELSEWHERE,
            )
        case ForeignDatabaseError():
            return "it belongs to another program", f"Nothing was changed. {_ELSEWHERE}"
        case OSError():
            return (
                f"the directory {path.parent} cannot be used ({error.strerror or error})",
                f"Change its permissions, or what stands in its way. {_ELSEWHERE}",
            )
        case sqlite3.Error():
            # Absent where Python's own binding, not SQLite, complained.
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            reason, advice = _KNOWN.get(
                code, ("SQLite refused", f"Nothing was deleted. {_ELSEWHERE}")
            )
            return f"{reason} ({error})", advice
    return str(error), _ELSEWHERE
