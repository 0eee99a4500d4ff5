"""Counting and ending the processes below a keeper."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from collections.abc import Set as AbstractSet
from pathlib import Path

__all__ = ["copied_bytes", "descendants", "end_all", "resident_bytes", "threads"]

_PAGE = resource.getpagesize()
_PATIENCE = 10.0
"""Seconds that killed processes have to be gone; on a busy machine, dying takes its time."""
_PAUSE = 0.001
_PROC = Path("/proc")


def descendants(root: int) -> list[int]:
    """The processes below `root`; below process 1, all others."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - names, not paths, many times a second
        if entry.isdigit():
            with contextlib.suppress(OSError):
                # The name in parentheses may hold anything; the parent stands two fields after it.
                stat = (_PROC / entry / "stat").read_bytes()
                fields = stat[stat.rindex(b")") + 2 :].split()
                if fields[0] != b"Z":
                    parents[int(entry)] = int(fields[1])
    if root == 1:
        return [pid for pid in parents if pid != 1]
    found: list[int] = []
    generation = {root}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found += generation
    return found


def end_all(root: int, keep: AbstractSet[int] = frozenset()) -> bool:
    """Kill every process below `root` but `keep`; False if some are still there.

    They are stopped first, so that a fork bomb cannot outrun the killing.
    """
    deadline = time.monotonic() + _PATIENCE
    while doomed := [pid for pid in descendants(root) if pid not in keep]:
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in doomed:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        _reap(keep)
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    _reap(keep)  # also those that had ended by themselves: the kernel counts them until then
    return True


def _reap(keep: AbstractSet[int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead is None or dead.si_pid in keep:
                return
            os.waitpid(dead.si_pid, os.WNOHANG)


def threads(pid: int) -> int:
    """How many threads a process has; 0 if it is gone."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
        return int(stat[stat.rindex(b")") + 2 :].split()[17])
    except (OSError, ValueError, IndexError):
        return 0


def resident_bytes(pid: int) -> int:
    """Memory of a process that is in RAM, shared pages included; 0 if it is gone."""
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def copied_bytes(pid: int) -> int:
    """Memory that a process has been given page by page since its start; 0 if it is gone.

    Each page that it writes to for the first time since a fork is one of them: so the difference
    between two moments bounds what it has changed meanwhile.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
        return int(stat[stat.rindex(b")") + 2 :].split()[7]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
