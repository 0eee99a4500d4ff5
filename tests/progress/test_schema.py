from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tutor.errors import StoreError
from tutor.judging.verdict import Verdict
from tutor.progress.schema import MIGRATIONS, migrate
from tutor.progress.store import Place, Store

if TYPE_CHECKING:
    from pathlib import Path

HERE = Place("c", "l", "e")
NEXT = (*MIGRATIONS, ("ALTER TABLE attempts ADD COLUMN seconds REAL NOT NULL DEFAULT 0",))
BROKEN = (*MIGRATIONS, ("CREATE TABLE half (x)", "CREATE nonsense"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the present version with one attempt in it."""
    file = tmp_path / "progress.db"
    with Store(file) as store:
        store.record(HERE, "x", Verdict(status="pass", score=1, max_score=1))
    return file


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def test_migrating_keeps_what_is_there(path: Path) -> None:
    """A later step runs once on an older database and loses nothing."""
    with closing(_open(path)) as connection:
        migrate(connection, NEXT)
        migrate(connection, NEXT)
        assert connection.execute("SELECT answer, seconds FROM attempts").fetchall() == [("x", 0.0)]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(NEXT),)


def test_every_older_version_reaches_the_newest(tmp_path: Path) -> None:
    """From each version that ever was, the steps that are left lead to the same schema."""
    schemas = set()
    for version in range(len(NEXT) + 1):
        with closing(_open(tmp_path / f"{version}.db")) as connection:
            migrate(connection, NEXT[:version])
            migrate(connection, NEXT)
            rows = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
            schemas.add(str(rows))
    assert len(schemas) == 1


def test_failed_step_changes_nothing(path: Path) -> None:
    """A step that fails half-way leaves the version and the tables as they were."""
    with closing(_open(path)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, BROKEN)
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'half'").fetchall()
        assert tables == []
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    with Store(path) as store:
        assert store.exercise(HERE).passed


def test_newer_database_is_refused(path: Path) -> None:
    """A file of a newer version is left alone, and the message says to update."""
    with closing(_open(path)) as connection:
        migrate(connection, NEXT)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version.*Update the tutor") as raised:
        Store(path)
    assert str(path) in str(raised.value)
    assert path.read_bytes() == before


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """Somebody else's database is not taken over."""
    file = tmp_path / "notes.db"
    with closing(_open(file)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store(file)
    assert file.read_bytes() == before


def test_a_database_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """Passes from before versions were noted are there, and count as passes of no known version."""
    file = tmp_path / "progress.db"
    with closing(_open(file)) as connection:
        migrate(connection, MIGRATIONS[:1])
        connection.execute(
            "INSERT INTO attempts"
            " (course, lesson, exercise, at, answer, status, score, max_score, verdict)"
            " VALUES ('c', 'l', 'e', '2026-01-01T00:00:00.000+00:00', 'x', 'pass', 1, 1, '{}')"
        )
    with Store(file) as store:
        assert store.exercise(HERE).passed
        assert store.passed_versions("c") == {("l", "e"): frozenset({""})}
