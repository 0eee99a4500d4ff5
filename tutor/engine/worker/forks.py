"""Forking so that the child is in the state of its parent, not nearly so."""

from __future__ import annotations

import _thread
import os
import random

from tutor.engine.worker.kernel import plain_fork

__all__ = ["fork_exactly", "other_threads"]

_count = _thread._count  # noqa: SLF001 - /proc/self is out of a checkpoint's reach


def other_threads() -> int:
    """How many threads Python has started that still run; a fork has none of them."""
    return _count()


def fork_exactly() -> int:
    """Fork; the child goes on just as this process would, `random` included. Like `os.fork`.

    Raises:
        OSError: no process can be made.
    """
    if not other_threads():
        return plain_fork()
    state = random.getstate()  # Python gives a child another one
    pid = os.fork()
    if pid == 0:
        random.setstate(state)
    return pid
