"""Counting and ending the processes below a keeper."""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import signal
import time
from collections.abc import Set as AbstractSet
from pathlib import Path

__all__ = ["Forks", "copied_bytes", "descendants", "end_all", "resident_bytes", "threads"]

_PAGE = resource.getpagesize()
_PATIENCE = 10.0
"""Seconds that killed processes have to be gone; on a busy machine, dying takes its time."""
_PAUSE = 0.001
_LOOKS = 20
"""Looks in a row that find nothing, where new processes make none of them certain."""
_FEW = 64
"""More processes than that are found faster by going through /proc once."""
_BURST = 32
"""So many new processes are worth a look at what was forked."""
_PROC = Path("/proc")


class Forks:
    """How many processes are forked, here or in what this one sees: cheap to ask, often."""

    def __init__(self) -> None:
        self._newest = _newest_pid()

    def many(self) -> bool:
        """Whether a few dozen were forked since this was last said, by whomever."""
        newest = _newest_pid()
        if 0 <= newest - self._newest < _BURST:
            return False
        self._newest = newest
        return True


def descendants(root: int) -> list[int]:
    """The processes below `root`; below process 1, all others."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - names, not paths, many times a second
        if entry.isdigit() and (parent := _living_parent(entry)) is not None:
            parents[int(entry)] = parent
    if root == 1:
        return [pid for pid in parents if pid != 1]
    found: list[int] = []
    generation = {root}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found += generation
    return found


def _living_parent(pid: int | str) -> int | None:
    """The parent of a process that has not ended; None if it has."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    # The name in parentheses may hold anything; the parent stands two fields after it.
    fields = stat[stat.rindex(b")") + 2 :].split()
    return None if fields[0] == b"Z" else int(fields[1])


def end_all(root: int, keep: AbstractSet[int] = frozenset()) -> bool:
    """Kill every process below `root` but `keep`; False if some are still there.

    They are stopped first, so that a fork bomb cannot outrun the killing. Nor can one whose every
    process forks the next and exits: a look at /proc misses it when the one that was listed is
    gone and the next was not there yet. So two looks in a row must find nothing while no process
    is forked; or many must find nothing, where other programs fork all the time. Most are found
    sooner, by the kernel's own lists of children: those are read before they can change.
    """
    deadline = time.monotonic() + _PATIENCE
    clean = quiet = 0
    newest = _newest_pid()
    while True:
        began = time.monotonic()
        found = _listed_below(root)
        doomed = len(found) < _FEW and _end_once(found - keep)
        if not doomed:
            doomed = _end_once(set(descendants(root)) - keep)
        _reap(keep)  # also those that ended by themselves: the kernel counts them until then
        before, newest = newest, _newest_pid()
        clean = 0 if doomed else clean + 1
        quiet = quiet + 1 if clean and newest == before != 0 else 0
        if quiet == 2 or clean == _LOOKS:
            return True
        now = time.monotonic()
        if now > deadline:
            return not doomed
        # Those that were killed need the processor, too, to be taken apart.
        time.sleep(max(_PAUSE, now - began) if doomed and newest == before else _PAUSE)


def _end_once(doomed: AbstractSet[int]) -> bool:
    """Kill these processes; whether there was one that had not ended."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
    return any(_living_parent(pid) is not None for pid in doomed)


def _listed_below(root: int) -> set[int]:
    """The first processes below `root` by the kernel's lists; ended ones are among them.

    Those that a thread other than the first has forked are missing.
    """
    found: set[int] = set()
    new = [root]
    while new and len(found) < _FEW:
        children = (pid for parent in new for pid in _listed_children(parent))
        new = [pid for pid in itertools.islice(children, _FEW) if pid not in found]
        found.update(new)
    return found


def _listed_children(pid: int) -> list[int]:
    try:
        descriptor = os.open(f"/proc/{pid}/task/{pid}/children", os.O_RDONLY)
    except OSError:  # gone meanwhile, or a kernel without it
        return []
    try:
        listed = os.read(descriptor, 1 << 16)
        # A space stands after each: a number that was cut would be somebody else's.
        return [int(child) for child in listed[: listed.rfind(b" ") + 1].split()]
    except (OSError, ValueError):
        return []
    finally:
        os.close(descriptor)


def _newest_pid() -> int:
    """The process that was forked last, here or in what this one sees; 0 if nobody knows."""
    try:
        return int((_PROC / "loadavg").read_text().split()[-1])
    except (OSError, ValueError, IndexError):
        return 0


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
