"""The second half of `full`, and all of `partial`: no capabilities, Landlock, seccomp.

Applied by the active process before it runs anything, and inherited by all that it forks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import landlockpy
from landlockpy import AccessFS, Scope

from tutor.engine.worker import kernel
from tutor.engine.worker.sandbox.calls import restrict_calls
from tutor.engine.worker.sandbox.readable import DEVICES

__all__ = ["lock_down", "restrict_files"]

MIN_LANDLOCK = 3
"""Truncation is covered from this ABI on (Linux 6.2); without it a foreign file can be emptied."""

_READ = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
_DEVICE = AccessFS.READ_FILE | AccessFS.WRITE_FILE
_WRITE = (
    AccessFS.READ_FILE
    | AccessFS.READ_DIR
    | AccessFS.WRITE_FILE
    | AccessFS.TRUNCATE
    | AccessFS.MAKE_REG
    | AccessFS.MAKE_DIR
    | AccessFS.MAKE_SYM
    | AccessFS.MAKE_FIFO
    | AccessFS.MAKE_SOCK
    | AccessFS.REMOVE_FILE
    | AccessFS.REMOVE_DIR
    | AccessFS.REFER
    | AccessFS.RESOLVE_UNIX
)
_OF_PROC = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory")


def lock_down(readable: Sequence[Path], writable: Sequence[Path], *, own_root: bool) -> None:
    """Give up capabilities and privileges, then restrict files and system calls, for good.

    Args:
        readable: what may be read and executed.
        writable: directories that may be written.
        own_root: whether the root directory was built for this process alone (level `full`).

    Raises:
        OSError: the kernel refuses; nothing may run then.
    """
    kernel.drop_capabilities()
    kernel.no_new_privileges()
    scoped = restrict_files(readable, writable, own_root=own_root)
    restrict_calls(own_root=own_root, scoped_signals=Scope.SIGNAL in scoped)


def restrict_files(readable: Sequence[Path], writable: Sequence[Path], *, own_root: bool) -> Scope:
    """Allow reading and writing what is listed, by Landlock; give what else it keeps inside.

    Raises:
        OSError: the kernel's Landlock is too old to be relied on alone.
    """
    with landlockpy.Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
        if not own_root and rules.abi_version < MIN_LANDLOCK:
            raise OSError(f"the kernel's Landlock has ABI {rules.abi_version}, not {MIN_LANDLOCK}")
        for path in (Path("/"),) if own_root else readable:
            _allow(rules, path, _READ)
        for path in writable:
            _allow(rules, path, _WRITE)
        for device in DEVICES:
            _allow(rules, Path(device), _DEVICE)
        if not own_root:
            for name in (*_OF_PROC, "/proc/self"):
                _allow(rules, Path(name), _READ)
        rules.restrict()
        return rules.scoped


def _allow(rules: landlockpy.Ruleset, path: Path, access: AccessFS) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        access &= AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.EXECUTE | AccessFS.TRUNCATE
    rules.allow_path(str(path), access)
