"""Which system calls sandboxed code may not make, by seccomp.

A list of what is refused, not of what is allowed: numerical libraries use new calls every year.
What Landlock and the namespaces hold back is held back there; here is the rest.
"""

from __future__ import annotations

import errno
import fcntl
import socket
from collections.abc import Iterator

import pyseccomp

__all__ = ["restrict_calls"]

_FORBIDDEN = (
    # other processes
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise process_mrelease",
    "migrate_pages move_pages",
    # name spaces, mounts, roots
    "unshare setns mount umount umount2 pivot_root chroot move_mount open_tree open_tree_attr",
    "fsopen fsmount fsconfig fspick mount_setattr",
    # the kernel itself
    "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register kexec_load",
    "kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct quotactl",
    "quotactl_fd syslog iopl ioperm modify_ldt lookup_dcookie nfsservctl vhangup",
    "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname",
    # keys, handles, watching what others do with files
    "add_key request_key keyctl open_by_handle_at name_to_handle_at fanotify_init fanotify_mark",
    "inotify_init inotify_init1 inotify_add_watch",
    # memory and messages that no limit counts, or that stay behind
    "memfd_create memfd_secret remap_file_pages shmget shmat shmctl semget semop semtimedop semctl",
    "msgget msgsnd msgrcv msgctl mq_open mq_unlink",
    # personalities switch off address randomisation; priorities belong to the host
    "personality sched_setscheduler sched_setparam sched_setattr ioprio_set",
    # devices and special files
    "mknod mknodat",
)

_OWNERSHIP = (
    "chown lchown fchown fchownat setxattr lsetxattr fsetxattr setxattrat removexattr",
    "lremovexattr fremovexattr removexattrat file_setattr",
)
"""Landlock covers none of these: at `partial` they could change a file of the user's."""

_ATTRIBUTES = ("chmod fchmod fchmodat fchmodat2 utime utimes futimesat utimensat",)
"""Likewise; but `shutil.copy` ends with them, so they are said to be done, and nothing is."""

_SIGNALS = ("kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal",)
"""What reaches other processes of the user's where Landlock cannot keep signals in."""

_NAMESPACE_FLAGS = 0x7E020000
_INT = 0xFFFFFFFF
"""The kernel reads an int: the upper half of the register must not hide its value."""

_OWN_IOCTLS = (
    0x5412,  # TIOCSTI: types into a terminal
    0x541C,  # TIOCLINUX: pastes into a console
    0x8901,  # FIOSETOWN, SIOCSPGRP: signals to whomever
    0x8902,
    0x40086602,  # FS_IOC_SETFLAGS, also its 32-bit form: attributes of a file that is only read
    0x40046602,
    0x401C5820,  # FS_IOC_FSSETXATTR
    0x40087602,  # FS_IOC_SETVERSION
)
_FCNTLS = (fcntl.F_SETOWN, 15, fcntl.F_SETSIG, fcntl.F_SETLEASE, fcntl.F_NOTIFY)
"""Signals to others, and leases on files of theirs; 15 is F_SETOWN_EX."""


def restrict_calls(*, own_root: bool, scoped_signals: bool) -> None:
    """Refuse the system calls that no lesson needs, for good.

    Args:
        own_root: whether the root directory was built for this process alone (level `full`).
        scoped_signals: whether something else keeps signals inside.
    """
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    _refuse(rules, _FORBIDDEN)
    _refuse_by_argument(rules)
    if not own_root:
        _refuse(rules, _OWNERSHIP)
        for name in _words(_ATTRIBUTES):
            _add(rules, pyseccomp.ERRNO(0), name)
        _refuse_foreign_sockets(rules)
        if not scoped_signals:
            _refuse(rules, _SIGNALS)
    rules.load()


def _refuse_by_argument(rules: pyseccomp.SyscallFilter) -> None:
    # New namespaces would give capabilities back. clone3 hides its flags behind a pointer, so it
    # is said not to exist: the C library then uses clone.
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # The kernel shares processors out by session first: each one of a fork bomb's would weigh as
    # much as the keeper's, and as the user's own.
    _add(rules, pyseccomp.ERRNO(0), "setsid")
    for bit in range(64):
        if _NAMESPACE_FLAGS >> bit & 1:
            flag = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit)
            _add(rules, _PERMISSION, "clone", flag)
    # Unix sockets carry tensors between loader workers; every other family reaches out.
    for name in ("socket", "socketpair"):
        _add(rules, _PERMISSION, name, pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
    # To every process at once: that would be the checkpoints.
    _add(rules, _PERMISSION, "kill", _is(0, _INT))
    for number in _OWN_IOCTLS:
        _add(rules, _PERMISSION, "ioctl", _is(1, number))
    for number in _FCNTLS:
        _add(rules, _PERMISSION, "fcntl", _is(1, number))
    # Limits and processors of this process are its own affair; by number they could be another's.
    for name in ("prlimit64", "sched_setaffinity"):
        _add(rules, _PERMISSION, name, pyseccomp.Arg(0, pyseccomp.NE, 0))
    for position in (0, 1):  # a process, and this one
        _add(rules, _PERMISSION, "setpriority", pyseccomp.Arg(position, pyseccomp.NE, 0))


def _refuse_foreign_sockets(rules: pyseccomp.SyscallFilter) -> None:
    """No connection by name, and no datagrams, for these carry a name with each message.

    Landlock keeps abstract sockets apart, but no pathname ones (a desktop's bus, a container
    engine's): from there anything could be started outside.
    """
    _add(rules, _PERMISSION, "connect")
    for name in ("socket", "socketpair"):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
            _add(rules, _PERMISSION, name, pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xF, kind))


def _is(position: int, value: int) -> pyseccomp.Arg:
    return pyseccomp.Arg(position, pyseccomp.MASKED_EQ, _INT, value)


_PERMISSION = pyseccomp.ERRNO(errno.EPERM)

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
    "quotactl_fd": 443,
    "memfd_secret": 447,
    "process_mrelease": 448,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}
"""Calls younger than some libseccomp that is in use; their numbers are the same everywhere."""


def _words(lines: tuple[str, ...]) -> Iterator[str]:
    return iter(" ".join(lines).split())


def _refuse(rules: pyseccomp.SyscallFilter, lines: tuple[str, ...]) -> None:
    for name in _words(lines):
        _add(rules, _PERMISSION, name)


def _add(rules: pyseccomp.SyscallFilter, action: int, name: str, *arguments: pyseccomp.Arg) -> None:
    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number == -1:
        number = _NUMBERS.get(name, -1)
    if number < 0:
        return  # this architecture has no such call
    rules.add_rule(action, number, *arguments)
