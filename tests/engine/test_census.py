"""Ending what a keeper is above of, for real processes."""

from __future__ import annotations

import subprocess
import sys

CHAIN = """
import os, time
from tutor.engine.worker import census
from tutor.engine.worker.kernel import become_subreaper

def hop():
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if os.fork():
            os._exit(0)
        os.setsid()
    os._exit(0)

become_subreaper()
for _ in range(15):
    if os.fork() == 0:
        hop()
    time.sleep(0.03)
    print(census.end_all(os.getpid()), census.descendants(os.getpid()))
"""

ZOMBIE = """
import os, time
from tutor.engine.worker import census

kept = os.fork()
if kept == 0:
    if os.fork() == 0:
        os._exit(0)
    time.sleep(10)
time.sleep(0.1)
start = time.monotonic()
ended = census.end_all(os.getpid(), {kept})
os.kill(kept, 9)
print(ended, time.monotonic() - start < 5)
"""


def printed(code: str) -> list[str]:
    """What a process of its own prints, with whose children nothing else has to do."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_process_that_forks_the_next_and_exits_does_not_escape() -> None:
    """Nothing of such a chain runs on, whenever it is ended; a single look at /proc missed it."""
    assert printed(CHAIN) == ["True []"] * 15


def test_what_is_kept_may_have_a_child_that_ended() -> None:
    """Nobody but its parent can remove it, so it is not waited for."""
    assert printed(ZOMBIE) == ["True True"]
