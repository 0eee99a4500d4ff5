"""The second half of `full`, and all of `partial`: no capabilities, Landlock, seccomp.

Applied by the active process before it runs anything, and inherited by all that it forks.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from pathlib import Path

import landlockpy
import pyseccomp
from landlockpy import AccessFS, Scope

from tutor.engine.worker import kernel
from tutor.engine.worker.sandbox.readable import DEVICES

__all__ = ["lock_down", "restrict_calls", "restrict_files"]

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
)
_OF_PROC = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory")

_FORBIDDEN = (
    # other processes
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise",
    # name spaces, mounts, roots
    "unshare setns mount umount umount2 pivot_root chroot move_mount open_tree fsopen fsmount",
    "fsconfig fspick mount_setattr",
    # the kernel itself
    "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register kexec_load",
    "kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct quotactl",
    "syslog iopl ioperm modify_ldt lookup_dcookie nfsservctl vhangup",
    "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname",
    # keys, handles, watching files
    "add_key request_key keyctl open_by_handle_at name_to_handle_at fanotify_init",
    # memory that no limit counts
    "memfd_create memfd_secret shmget shmat msgget semget remap_file_pages",
    # personalities switch off address randomisation; priorities belong to the host
    "personality sched_setscheduler sched_setattr ioprio_set",
    # devices and special files; raw limits are lowered before, never raised
    "mknod mknodat",
)

_FOREIGN_FILES = "chmod fchmodat fchmodat2 chown lchown fchown fchownat setxattr lsetxattr"
"""Landlock covers none of these: at `partial` they could change a file of the user's."""

_NAMESPACE_FLAGS = 0x7E020000


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
    restrict_files(readable, writable, own_root=own_root)
    restrict_calls(own_root=own_root)


def restrict_files(readable: Sequence[Path], writable: Sequence[Path], *, own_root: bool) -> None:
    """Allow reading, writing and signalling what is listed, by Landlock."""
    with landlockpy.Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
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


def _allow(rules: landlockpy.Ruleset, path: Path, access: AccessFS) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        access &= AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.EXECUTE | AccessFS.TRUNCATE
    rules.allow_path(str(path), access)


def restrict_calls(*, own_root: bool) -> None:
    """Refuse the system calls that no lesson needs, by seccomp, as "not permitted"."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    names = " ".join(_FORBIDDEN if own_root else (*_FORBIDDEN, _FOREIGN_FILES)).split()
    for name in names:
        _add(rules, refuse, name)
    # New namespaces would give capabilities back. clone3 hides its flags behind a pointer, so it
    # is said not to exist: the C library then uses clone.
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    for bit in range(64):
        if _NAMESPACE_FLAGS >> bit & 1:
            flag = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit)
            _add(rules, refuse, "clone", flag)
    # Unix sockets carry tensors between loader workers; every other family reaches out.
    _add(rules, refuse, "socket", pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
    # To every process at once: that would be the checkpoints.
    _add(rules, refuse, "kill", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 0xFFFFFFFF, 0xFFFFFFFF))
    # Pushing characters into a terminal's input.
    _add(rules, refuse, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, 0x5412))
    rules.load()


_NUMBERS = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "clone3": 435,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "memfd_secret": 447,
    "fchmodat2": 452,
}
"""Calls younger than some libseccomp that is in use; their numbers are the same everywhere."""


def _add(rules: pyseccomp.SyscallFilter, action: int, name: str, *arguments: pyseccomp.Arg) -> None:
    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number == -1:
        number = _NUMBERS.get(name, -1)
    if number < 0:
        return  # this architecture has no such call
    rules.add_rule(action, number, *arguments)
