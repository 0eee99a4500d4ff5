"""The database's schema, as the ordered steps that lead to it.

A step is never changed once it was released: a new one is added at the end. The database notes in
``user_version`` how many steps it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import sqlite3

__all__ = ["APPLICATION_ID", "MIGRATIONS", "ForeignDatabaseError", "NewerDatabaseError", "migrate"]

# "TTut": says in the file's header that it is ours, so that another program's database given by
# mistake is left alone.
APPLICATION_ID = 0x54547574

Migration: TypeAlias = Sequence[str]

MIGRATIONS: tuple[Migration, ...] = (
    (
        """
        CREATE TABLE attempts (
            id        INTEGER PRIMARY KEY,
            course    TEXT NOT NULL,
            lesson    TEXT NOT NULL,
            exercise  TEXT NOT NULL,
            at        TEXT NOT NULL,
            answer    TEXT NOT NULL,
            status    TEXT NOT NULL CHECK (status IN ('pass', 'fail', 'error')),
            score     REAL NOT NULL,
            max_score REAL NOT NULL,
            verdict   TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX attempts_by_place ON attempts (course, lesson, exercise)",
        """
        CREATE INDEX passes_by_place ON attempts (course, lesson, exercise)
        WHERE status = 'pass'
        """,
        """
        CREATE TABLE drafts (
            course   TEXT NOT NULL,
            lesson   TEXT NOT NULL,
            exercise TEXT NOT NULL,
            at       TEXT NOT NULL,
            text     TEXT NOT NULL,
            PRIMARY KEY (course, lesson, exercise)
        ) STRICT
        """,
        """
        CREATE TABLE help_shown (
            course   TEXT NOT NULL,
            lesson   TEXT NOT NULL,
            exercise TEXT NOT NULL,
            hints    INTEGER NOT NULL DEFAULT 0,
            solution INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (course, lesson, exercise)
        ) STRICT
        """,
        # The order of visits is the order of the ids: a clock can be set back.
        """
        CREATE TABLE positions (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            course   TEXT NOT NULL UNIQUE,
            lesson   TEXT NOT NULL,
            exercise TEXT NOT NULL
        ) STRICT
        """,
    ),
    # Which version of the exercise an answer was judged by; empty where nobody noted it.
    ("ALTER TABLE attempts ADD COLUMN version TEXT NOT NULL DEFAULT ''",),
)


class NewerDatabaseError(Exception):
    """The database was written by a newer version of the tutor."""


class ForeignDatabaseError(Exception):
    """The file is a database of some other program."""


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the database to the newest schema, in one transaction.

    The connection must be in autocommit mode. The write lock is taken before the version is
    read, so that of two programs that start at once one migrates and the other finds it done.

    Raises:
        NewerDatabaseError: it has seen more steps than there are.
        ForeignDatabaseError: it belongs to another program.
        sqlite3.Error: a step failed; the database is as it was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, newest=len(migrations))
        for step in migrations[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, newest: int) -> int:
    """How many steps the database has seen; 0 for an empty one."""
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if owner != APPLICATION_ID and (tables or owner or version):
        raise ForeignDatabaseError
    if version > newest:
        raise NewerDatabaseError
    return int(version)
