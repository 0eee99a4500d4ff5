"""Resource limits of a process that runs somebody's code."""

from __future__ import annotations

import resource
from pathlib import Path

from tutor.engine.protocol import Limits

__all__ = ["apply_limits"]


def apply_limits(limits: Limits, *, own_user: bool) -> None:
    """Set the limits for this process and what it forks; none can be raised again.

    Memory is what the process has now plus the budget: torch alone reserves gigabytes of address
    space, so an absolute figure would mean something else on every machine.

    Args:
        limits: the limits.
        own_user: whether the processes of this sandbox are the only ones that the kernel counts
            for their user. Otherwise a limit on processes would count the whole desktop's, and the
            keeper counts instead.
    """
    size = _address_space() + limits.memory
    values = {
        resource.RLIMIT_AS: size,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
    }
    if own_user:
        # The frozen ones are not the learner's.
        values[resource.RLIMIT_NPROC] = limits.processes + limits.checkpoints
    for which, value in values.items():
        _lower(which, value)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
