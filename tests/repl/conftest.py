from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A terminal that answers no questions, and a data directory of the test's own."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLORTERM"}}
    return inherited | {
        "TUTOR_DATA_DIR": str(tmp_path / "data"),
        "TERM": "xterm-256color",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.fixture
def spawn(environment: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Start `tutor repl` in a pseudo-terminal of its own."""
    started = []

    def start(**changes: str) -> Any:
        child = pexpect.spawn(
            sys.executable,
            ["-m", "tutor", "repl"],
            env=environment | changes,
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(24, 80),
            timeout=60,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


@pytest.fixture
def terminal(spawn: Callable[..., Any]) -> Any:
    """A REPL that waits at its first prompt."""
    child = spawn()
    child.expect(r"\x1b\[\?2004h.*?>>>")
    return child


def descendants(pid: int) -> set[int]:
    """Every process that descends from `pid`."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(status.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def gone(pids: set[int], within: float = 20) -> bool:
    """Whether all these processes end within so many seconds."""
    deadline = time.monotonic() + within
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def leaves_nothing() -> Callable[[Any, Callable[[], None]], None]:
    """Check that what a REPL started is gone once it was made to quit."""

    def check(child: Any, leave: Callable[[], None]) -> None:
        pids = descendants(child.pid)
        assert pids, "no engine was running"
        leave()
        child.expect(pexpect.EOF)
        child.wait()
        assert gone(pids)

    return check
