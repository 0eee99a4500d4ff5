"""Opening the app at a lesson."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tutor.app.run import run
from tutor.errors import NotFoundError


def test_a_lesson_that_does_not_exist_is_said_before_the_app_opens() -> None:
    """A misspelt id is a usage error with the nearest name, not a screen."""
    with pytest.raises(NotFoundError, match="creating-tensors"):
        run(lesson="creating-tensor")


def test_an_exercise_that_does_not_exist_is_said_before_the_app_opens() -> None:
    """Likewise for the exercise."""
    with pytest.raises(NotFoundError, match="did you mean 'nest-lists'"):
        run(lesson="creating-tensors", exercise="nest-list")


_UNDER_MAKE = """
import signal, subprocess, sys
app = subprocess.Popen([sys.executable, *sys.argv[1:]])
signal.signal(signal.SIGHUP, signal.SIG_IGN)
print("pid", app.pid, flush=True)
app.wait()
"""
"""What starts the app, and keeps to itself that the terminal is gone, as make does."""


def _start(tmp_path: Path, *under: str) -> pexpect.spawn[str]:
    """The app in a real terminal."""
    environment = {"TUTOR_DATA_DIR": str(tmp_path), "TERM": "xterm-256color", "PATH": "/usr/bin"}
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable, [*under, "-m", "tutor", "learn", "creating-tensors", "nest-lists"],
        encoding="utf-8", dimensions=(24, 80), timeout=60,
        cwd=Path(__file__).parents[2],
        env=environment,
    )  # fmt: skip
    return child


def test_killed_at_any_moment_the_app_resumes(tmp_path: Path) -> None:
    """In a real terminal: what was shown as saved is there after a kill, in the same exercise."""
    app = _start(tmp_path)
    app.expect("Brackets make dimensions")
    app.expect("PyTorch ready")
    app.send("# mine")
    app.expect("·  saved")
    app.kill(9)
    app.close(force=True)
    again = _start(tmp_path)
    again.expect("minet = torch")
    again.send("\x11")  # ctrl+q
    again.expect(pexpect.EOF)
    again.close()
    assert again.exitstatus == 0


@pytest.mark.parametrize("_", range(3))
def test_it_ends_with_its_terminal(tmp_path: Path, _: int) -> None:
    """The kernel sends both signals at once; nothing is started again by the second."""
    app = _start(tmp_path)
    app.expect("PyTorch ready")
    app.kill(signal.SIGHUP)
    app.kill(signal.SIGCONT)
    app.expect(pexpect.EOF)
    app.close()
    assert app.exitstatus == 128 + signal.SIGHUP


def test_it_ends_with_its_terminal_though_nobody_tells_it(tmp_path: Path) -> None:
    """What started it got the signal, and goes on: the app sees it from its input."""
    parent = _start(tmp_path, "-c", _UNDER_MAKE)
    parent.expect(r"pid (\d+)")
    assert parent.match is not None
    app = int(parent.match[1])
    parent.expect("PyTorch ready")
    os.close(parent.child_fd)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{app}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    ended = not Path(f"/proc/{app}").exists()
    if not ended:
        os.killpg(parent.pid, signal.SIGKILL)
    assert ended
