"""The progress store: every attempt, draft, hint and position, in one SQLite file.

What a method has done when it returns survives the death of the program at any moment: each
change is one transaction, and a committed one is with the operating system. In WAL mode that
holds with ``synchronous = NORMAL``, which waits for no disk, so a draft can be saved at every pause
in typing. Only a power cut can lose the last moments before it; it cannot damage the file.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import msgspec

from tutor.errors import StoreError
from tutor.judging.verdict import Verdict, VerdictStatus
from tutor.paths import data_dir
from tutor.progress.connect import connect
from tutor.progress.explain import explain
from tutor.progress.schema import ForeignDatabaseError, NewerDatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Attempt", "ExerciseProgress", "Place", "Store", "progress_file"]

_Value: TypeAlias = str | bytes | int | float


def progress_file() -> Path:
    """The user's own progress; it may not exist yet."""
    return data_dir() / "progress.db"


class Place(msgspec.Struct, frozen=True):
    """One exercise, by the ids that progress is kept by."""

    course: str
    lesson: str
    exercise: str


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One judged answer.

    Attributes:
        at: when it was judged, in UTC.
    """

    at: datetime
    answer: str
    verdict: Verdict


class ExerciseProgress(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one exercise.

    Attributes:
        attempts: how many count: an ``error`` verdict is kept, but is not the learner's.
        best_score: 0 before the first attempt that counts.
        hints_shown: how many hints have been seen.
    """

    passed: bool = False
    attempts: int = 0
    best_score: float = 0.0
    hints_shown: int = 0
    solution_shown: bool = False


class Store:
    """Progress in one file, which is made if it is not there. Several programs may share it.

    Every method raises `StoreError`, with what to do, when the file cannot be read or written.
    Nothing is ever deleted but a draft by `drop_draft`, and a course by `forget`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _explained(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = connect(path)

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def save_draft(self, at: Place, text: str) -> None:
        """Keep the text that stands in the editor, in place of the one before."""
        self._write(
            "INSERT INTO drafts (course, lesson, exercise, at, text)"
            " VALUES (?, ?, ?, ?, CAST(? AS TEXT))"
            " ON CONFLICT DO UPDATE SET at = excluded.at, text = excluded.text",
            *_key(at), _now(), _stored(text),
        )  # fmt: skip

    def draft(self, at: Place) -> str | None:
        """The kept text, or None where there is none."""
        rows = self._read(
            "SELECT text FROM drafts WHERE course = ? AND lesson = ? AND exercise = ?", *_key(at)
        )
        return rows[0][0] if rows else None

    def drop_draft(self, at: Place) -> None:
        """Forget the kept text."""
        self._write(
            "DELETE FROM drafts WHERE course = ? AND lesson = ? AND exercise = ?", *_key(at)
        )

    def record(self, at: Place, answer: str, verdict: Verdict, *, version: str = "") -> None:
        """Keep an attempt, whatever came of it.

        Args:
            at: the exercise.
            answer: what was judged.
            verdict: what came of it.
            version: which version of the exercise it was judged by, where that is known.
        """
        self._write(
            "INSERT INTO attempts"
            " (course, lesson, exercise, at, answer, status, score, max_score, verdict, version)"
            " VALUES (?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)",
            *_key(at), _now(), _stored(answer),
            verdict.status, verdict.score, verdict.max_score, _to_json(verdict), version,
        )  # fmt: skip

    def attempts(self, at: Place) -> tuple[Attempt, ...]:
        """Every attempt at an exercise, oldest first."""
        rows = self._read(
            "SELECT at, answer, status, score, max_score, verdict FROM attempts"
            " WHERE course = ? AND lesson = ? AND exercise = ? ORDER BY id",
            *_key(at),
        )
        return tuple(
            Attempt(
                at=datetime.fromisoformat(when),
                answer=answer,
                verdict=_from_json(text, status, score, max_score),
            )
            for when, answer, status, score, max_score, text in rows
        )

    def exercise(self, at: Place) -> ExerciseProgress:
        """What is known of one exercise."""
        ((passes, attempts, best),) = self._read(
            "SELECT count(*) FILTER (WHERE status = 'pass'), count(*), coalesce(max(score), 0.0)"
            " FROM attempts"
            " WHERE course = ? AND lesson = ? AND exercise = ? AND status <> 'error'",
            *_key(at),
        )
        shown = self._read(
            "SELECT hints, solution FROM help_shown"
            " WHERE course = ? AND lesson = ? AND exercise = ?",
            *_key(at),
        )
        hints, solution = shown[0] if shown else (0, 0)
        return ExerciseProgress(
            passed=passes > 0,
            attempts=attempts,
            best_score=best,
            hints_shown=hints,
            solution_shown=bool(solution),
        )

    def show_hint(self, at: Place, count: int) -> None:
        """Note that the first `count` hints have been seen; never counts back."""
        self._write(
            "INSERT INTO help_shown (course, lesson, exercise, hints) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET hints = max(hints, excluded.hints)",
            *_key(at), count,
        )  # fmt: skip

    def show_solution(self, at: Place) -> None:
        """Note that the solution has been seen."""
        self._write(
            "INSERT INTO help_shown (course, lesson, exercise, solution) VALUES (?, ?, ?, 1)"
            " ON CONFLICT DO UPDATE SET solution = 1",
            *_key(at),
        )

    def passed(self, course: str) -> dict[str, frozenset[str]]:
        """For each lesson with a pass: the ids of its passed exercises."""
        rows = self._read(
            "SELECT DISTINCT lesson, exercise FROM attempts WHERE course = ? AND status = 'pass'",
            course,
        )
        lessons: dict[str, set[str]] = {}
        for lesson, exercise in rows:
            lessons.setdefault(lesson, set()).add(exercise)
        return {lesson: frozenset(exercises) for lesson, exercises in lessons.items()}

    def passed_versions(self, course: str) -> dict[tuple[str, str], frozenset[str]]:
        """For each passed exercise, by lesson and id: the versions of it that were passed.

        An empty text among them is a pass from before versions were noted.
        """
        rows = self._read(
            "SELECT DISTINCT lesson, exercise, version FROM attempts"
            " WHERE course = ? AND status = 'pass'",
            course,
        )
        passed: dict[tuple[str, str], set[str]] = {}
        for lesson, exercise, version in rows:
            passed.setdefault((lesson, exercise), set()).add(version)
        return {at: frozenset(seen) for at, seen in passed.items()}

    def forget(self, course: str) -> None:
        """Delete all that is known of a course: attempts, drafts, help, the position."""
        with _explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for table in ("attempts", "drafts", "help_shown", "positions"):
                    self._connection.execute(
                        f"DELETE FROM {table} WHERE course = ?",  # noqa: S608 - a name from above
                        (course,),
                    )
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def set_position(self, at: Place) -> None:
        """Note where the learner is."""
        self._write(
            "INSERT OR REPLACE INTO positions (course, lesson, exercise) VALUES (?, ?, ?)",
            *_key(at),
        )

    def position(self, course: str | None = None) -> Place | None:
        """Where the learner was last, in that course or in any."""
        rows = self._read(
            "SELECT course, lesson, exercise FROM positions"
            " WHERE ?1 IS NULL OR course = ?1 ORDER BY id DESC LIMIT 1",
            course,
        )
        return Place(*rows[0]) if rows else None

    def _write(self, sql: str, *values: _Value) -> None:
        with _explained(self.path):
            self._connection.execute(sql, values)

    def _read(self, sql: str, *values: _Value | None) -> list[tuple[Any, ...]]:
        with _explained(self.path):
            return self._connection.execute(sql, values).fetchall()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into a `StoreError` that says what to do."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.Error, OSError, NewerDatabaseError, ForeignDatabaseError) as error:
        raise StoreError(explain(error, path)) from error


def _key(at: Place) -> tuple[str, str, str]:
    return at.course, at.lesson, at.exercise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _stored(text: str) -> bytes:
    # A terminal can hand us half of a surrogate pair; an answer is kept as it is all the same.
    return text.encode("utf-8", "surrogatepass")


def _to_json(verdict: Verdict) -> str:
    # json rather than msgspec.json: it keeps infinities, huge integers and lone surrogates.
    return json.dumps(msgspec.to_builtins(verdict, enc_hook=repr))


def _from_json(text: str, status: VerdictStatus, score: float, max_score: float) -> Verdict:
    """The kept verdict; what the columns say of it where another version wrote it differently."""
    try:
        return msgspec.convert(json.loads(text), Verdict)
    except (ValueError, msgspec.ValidationError):
        return Verdict(status=status, score=score, max_score=max_score)
