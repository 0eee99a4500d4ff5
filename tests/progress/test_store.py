from __future__ import annotations

import math
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from checks.finding import Finding
from tutor.errors import StoreError
from tutor.judging.verdict import RecognisedMistake, Verdict
from tutor.progress.store import Attempt, ExerciseProgress, Place, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = Place("basics", "tensors", "ones")
OTHER = Place("basics", "tensors", "zeros")
ELSEWHERE = Place("mine", "tensors", "ones")

PASS = Verdict(status="pass", score=2, max_score=2, message="Right.")
FAIL = Verdict(
    status="fail",
    score=1,
    max_score=2,
    message="Too big.",
    mistake=RecognisedMistake(id="off-by-one", says="Count again."),
    findings=(
        Finding(
            check="values",
            target="x",
            status="fail",
            code="values-differ",
            message="Too big.",
            details={"worst": math.inf, "huge": 10**30, "index": [0, 1]},
        ),
    ),
    output="half a pair: \ud83d",
)
ERROR = Verdict(status="error", score=0, max_score=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "progress.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened


def test_fresh_store_knows_nothing(store: Store) -> None:
    """A new file, made with its directory, gives empty answers."""
    assert store.attempts(HERE) == ()
    assert store.exercise(HERE) == ExerciseProgress()
    assert store.draft(HERE) is None
    assert store.passed("basics") == {}
    assert store.position() is None


def test_every_attempt_is_kept(store: Store) -> None:
    """Attempts come back in order, whole, with their time in UTC."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    for answer, verdict in [("a", FAIL), ("b\0\ud83d", PASS), ("b", ERROR)]:
        store.record(HERE, answer, verdict)
    attempts = store.attempts(HERE)
    assert [(a.answer, a.verdict) for a in attempts] == [
        ("a", FAIL),
        ("b\0\ud83d", PASS),
        ("b", ERROR),
    ]
    assert all(before <= a.at <= datetime.now(UTC) and a.at.tzinfo for a in attempts)
    assert store.attempts(OTHER) == ()


def test_error_verdicts_do_not_count(store: Store) -> None:
    """The tutor's own failure is neither an attempt nor a pass."""
    store.record(HERE, "x", ERROR)
    assert store.exercise(HERE) == ExerciseProgress()


def test_a_pass_stays_a_pass(store: Store) -> None:
    """A wrong answer after a right one takes nothing away."""
    store.record(HERE, "right", PASS)
    store.record(HERE, "wrong", FAIL)
    assert store.exercise(HERE) == ExerciseProgress(passed=True, attempts=2, best_score=2)


def test_help_shown_never_counts_back(store: Store) -> None:
    """Hints seen stay seen, and the solution too."""
    store.show_hint(HERE, 2)
    store.show_hint(HERE, 1)
    store.show_solution(HERE)
    store.show_hint(HERE, 3)
    assert store.exercise(HERE) == ExerciseProgress(hints_shown=3, solution_shown=True)
    assert store.exercise(OTHER) == ExerciseProgress()


def test_drafts(store: Store) -> None:
    """A draft is kept per exercise, replaced, and dropped only when asked."""
    store.save_draft(HERE, "one")
    store.save_draft(HERE, "two\n\ttabs, ünïcode \ud83d")
    store.save_draft(OTHER, "")
    store.record(HERE, "x", PASS)
    assert store.draft(HERE) == "two\n\ttabs, ünïcode \ud83d"
    assert store.draft(OTHER) == ""
    store.drop_draft(HERE)
    assert store.draft(HERE) is None
    assert store.draft(OTHER) == ""


def test_passed_by_lesson(store: Store) -> None:
    """Passed exercises come by lesson, each once, of the one course."""
    for place in (HERE, HERE, OTHER, Place("basics", "autograd", "leaf"), ELSEWHERE):
        store.record(place, "x", PASS)
    store.record(Place("basics", "autograd", "other"), "x", FAIL)
    assert store.passed("basics") == {
        "tensors": frozenset({"ones", "zeros"}),
        "autograd": frozenset({"leaf"}),
    }


def test_position_is_the_last_visit(store: Store) -> None:
    """The position is the last one set, in the course asked for or in any."""
    for place in (HERE, ELSEWHERE, OTHER):
        store.set_position(place)
    assert store.position() == OTHER
    assert store.position("basics") == OTHER
    assert store.position("mine") == ELSEWHERE
    assert store.position("unknown") is None
    store.set_position(ELSEWHERE)
    assert store.position() == ELSEWHERE


def test_reopening_finds_everything(path: Path) -> None:
    """What was kept is there in the next run."""
    with Store(path) as first:
        first.save_draft(HERE, "text")
        first.record(HERE, "x", PASS)
        first.set_position(HERE)
    with Store(path) as second:
        assert second.draft(HERE) == "text"
        assert second.exercise(HERE).passed
        assert second.position() == HERE


def test_two_programs_share_the_file(path: Path) -> None:
    """Two open stores see each other's changes and both may write."""
    with Store(path) as first, Store(path) as second:
        first.record(HERE, "x", PASS)
        second.record(HERE, "y", FAIL)
        first.save_draft(HERE, "mine")
        second.save_draft(HERE, "yours")
        assert [a.answer for a in first.attempts(HERE)] == ["x", "y"]
        assert first.draft(HERE) == "yours"


def test_many_programs_open_a_new_file_at_once(path: Path) -> None:
    """Processes that all find no file, and start together, all keep their attempt."""
    code = (
        "import sys; from pathlib import Path\n"
        "from tutor.judging.verdict import Verdict\n"
        "from tutor.progress.store import Place, Store\n"
        "print('ready', flush=True); sys.stdin.read()\n"
        "Store(Path(sys.argv[1])).record(Place('c', 'l', 'e'), sys.argv[2],"
        " Verdict(status='pass', score=1, max_score=1))\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(6)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
    for child in children:
        assert child.stdout is not None
        child.stdout.close()
        assert child.wait() == 0
    with Store(path) as store:
        answers = [attempt.answer for attempt in store.attempts(Place("c", "l", "e"))]
    assert sorted(answers) == [str(number) for number in range(6)]


def test_kill_loses_nothing_that_was_saved(path: Path) -> None:
    """SIGKILL in the middle of writing: all that was reported as saved is there, and whole."""
    code = (
        "import sys; from pathlib import Path\n"
        "from tutor.judging.verdict import Verdict\n"
        "from tutor.progress.store import Place, Store\n"
        "store, at = Store(Path(sys.argv[1])), Place('c', 'l', 'e')\n"
        "verdict = Verdict(status='fail', score=0, max_score=1, output='x' * 9000)\n"
        "for number in range(100_000):\n"
        "    store.save_draft(at, str(number) * 999)\n"
        "    store.record(at, str(number), verdict)\n"
        "    print(number, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    last = -1
    for line in child.stdout:
        last = int(line)
        if last == 50:
            child.send_signal(signal.SIGKILL)
        # The pipe is read to its end: the child may have got further before the signal came.
    child.stdout.close()
    child.wait()
    at = Place("c", "l", "e")
    with Store(path) as store:
        attempts = store.attempts(at)
        draft = store.draft(at)
    saved = [int(attempt.answer) for attempt in attempts]
    assert last >= 50
    assert saved in (list(range(last + 1)), list(range(last + 2)))
    assert all(len(attempt.verdict.output) == 9000 for attempt in attempts)
    assert draft in {str(number) * 999 for number in (last, last + 1, last + 2)}
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


def test_another_programs_lock_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is never given back ends in a message, not in a wait without end."""
    monkeypatch.setattr("tutor.progress.connect._BUSY_SECONDS", 0.05)
    with Store(path) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program keeps it locked"):
            store.save_draft(HERE, "x")
        other.execute("ROLLBACK")
        other.close()
        store.save_draft(HERE, "x")


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 99, b"SQLite format 3\0garbage" * 99]
)
def test_damaged_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    """A file that is no database: an error that says what to do, and not a byte changed."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreError, match="Nothing was deleted") as raised:
        Store(path)
    assert str(path) in str(raised.value)
    assert path.read_bytes() == content


def test_damage_found_later(path: Path) -> None:
    """Pages overwritten behind the header: reading gives a `StoreError`, not nonsense."""
    with Store(path) as store:
        for _ in range(200):
            store.record(HERE, "x" * 500, PASS)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged.*Nothing was deleted"), Store(path) as store:
        store.attempts(HERE)


def test_directory_in_the_way(path: Path) -> None:
    """A directory where the file should be is explained."""
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="TUTOR_DATA_DIR") as raised:
        Store(path)
    assert str(path) in str(raised.value)


def test_unwritable_directory(path: Path) -> None:
    """A file where the data directory should be is explained."""
    path.parent.write_text("in the way")
    with pytest.raises(StoreError, match="TUTOR_DATA_DIR") as raised:
        Store(path)
    assert str(path.parent) in str(raised.value)
    assert path.parent.read_text() == "in the way"


def test_read_only_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that can be read but not written is refused when it is opened, before any work."""
    Store(path).close()
    connect = sqlite3.connect
    monkeypatch.setattr(
        "tutor.progress.store.sqlite3.connect",
        # Root may write everywhere, so SQLite itself is asked to refuse.
        lambda file, **options: connect(f"file:{file}?mode=ro", uri=True, **options),
    )
    with pytest.raises(StoreError, match="it may only be read"):
        Store(path)


def test_verdict_of_another_version(path: Path, store: Store) -> None:
    """An attempt whose verdict cannot be understood any more keeps its answer and its score."""
    store.record(HERE, "x", FAIL)
    with sqlite3.connect(path) as raw:
        raw.execute("""UPDATE attempts SET verdict = '{"status": "superb"}'""")
    raw.close()
    (attempt,) = store.attempts(HERE)
    assert attempt == Attempt(
        at=attempt.at, answer="x", verdict=Verdict(status="fail", score=1, max_score=2)
    )


def test_a_pass_notes_the_version_that_was_passed(store: Store) -> None:
    """Each version that was passed is known; a fail adds none, and a pass of no version is one."""
    store.record(HERE, "x", PASS, version="v1")
    store.record(HERE, "x", PASS, version="v2")
    store.record(HERE, "x", FAIL, version="v3")
    store.record(OTHER, "x", PASS)
    store.record(ELSEWHERE, "x", PASS, version="v1")
    assert store.passed_versions("basics") == {
        ("tensors", "ones"): frozenset({"v1", "v2"}),
        ("tensors", "zeros"): frozenset({""}),
    }


def test_forgetting_a_course_leaves_the_others(store: Store) -> None:
    """Attempts, drafts, help and the position of one course go; another's stay."""
    for place in (HERE, ELSEWHERE):
        store.record(place, "x", PASS)
        store.save_draft(place, "d")
        store.show_hint(place, 1)
        store.set_position(place)
    store.forget("basics")
    assert store.attempts(HERE) == ()
    assert store.draft(HERE) is None
    assert store.exercise(HERE) == ExerciseProgress()
    assert store.position("basics") is None
    assert store.draft(ELSEWHERE) == "d"
    assert store.exercise(ELSEWHERE).passed
    assert store.position() == ELSEWHERE
