"""Resource limits of a process that runs somebody's code."""

from __future__ import annotations

import resource
from pathlib import Path

from tutor.engine.protocol import Limits

__all__ = ["apply_limits"]


def apply_limits(limits: Limits) -> None:
    """Set the limits for this process and what it forks; none can be raised again.

    Memory is what the process has now plus the budget: torch alone reserves gigabytes of address
    space, so an absolute figure would mean something else on every machine.
    """
    size = _address_space() + limits.memory
    for which, value in (
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(which, value)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
