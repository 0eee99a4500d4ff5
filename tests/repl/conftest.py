from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from tests.repl.repl_processes import descendants, gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


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
