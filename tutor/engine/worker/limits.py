"""Resource limits of a process that runs somebody's code."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

from tutor.engine.protocol import Limits
from tutor.engine.worker import census

__all__ = ["apply_limits", "take_precedence"]

_NICE = 10
_KEEPERS_NICE = -10
_SLACK = 256
"""Threads that the user's other programs may start meanwhile."""


def take_precedence() -> None:
    """Have this process, a keeper, run before what it has to end; only root may go that far.

    A low nice value alone is not enough: five hundred forking processes together outweigh any,
    and no limit on processes binds root where there is no user namespace.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _KEEPERS_NICE)
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def apply_limits(limits: Limits, *, own_user: bool) -> None:
    """Set the limits for this process and what it forks; none can be raised again.

    Memory is what the process has now plus the budget: torch alone reserves gigabytes of address
    space, so an absolute figure would mean something else on every machine.

    Args:
        limits: the limits.
        own_user: whether the processes of this sandbox are the only ones that the kernel counts
            for their user. Otherwise the limit on processes is what the user has now plus the
            budget plus some for the rest of the desktop: a brake, and the keeper counts.
    """
    os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    size = _address_space() + limits.memory
    values = {
        resource.RLIMIT_AS: size,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        # The frozen ones are not the learner's.
        resource.RLIMIT_NPROC: limits.processes
        + limits.checkpoints
        + (0 if own_user else _tasks_of_user() + _SLACK),
    }
    for which, value in values.items():
        _lower(which, value)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _tasks_of_user() -> int:
    user, count = os.getuid(), 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == user:
                    count += census.threads(int(entry.name))
    return count


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
