"""Opening the progress database: in WAL mode where the file system can, and up to date."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from tutor.progress.schema import migrate

__all__ = ["connect"]

# How long to wait for another program that is writing.
_BUSY_SECONDS = 5.0


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made or migrated where that is needed.

    Raises:
        NewerDatabaseError: a newer version of the tutor wrote it.
        ForeignDatabaseError: it belongs to another program.
        sqlite3.Error: it cannot be used.
    """
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.text_factory = _text
        # Before WAL, which is a change: a file that is not ours, or newer, is refused untouched.
        migrate(connection)
        wal = _use_wal(connection)
        # Without WAL (a network drive has no shared memory) only FULL keeps a power cut from
        # damaging the file.
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if wal else 'FULL'}")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> bool:
    """Switch to WAL; False where the file system cannot.

    Of two programs that switch a new file at once, SQLite tells one that it is locked without
    waiting for the other.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return bool(mode == "wal")


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogatepass")
