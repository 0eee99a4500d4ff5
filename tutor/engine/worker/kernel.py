"""The few kernel calls that neither Python nor our libraries have a name for (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct

__all__ = [
    "become_subreaper",
    "bind_mount",
    "bound_capabilities",
    "collapse",
    "die_with_parent",
    "drop_capabilities",
    "hide_memory",
    "make_private",
    "mount",
    "no_new_privileges",
    "pivot_root",
    "plain_fork",
    "receive_credentials",
    "set_read_only",
]

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CREDENTIALS = struct.Struct("iII")

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_SYS_MOUNT_SETATTR = 442  # one number on every architecture
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_SYS_CLONE = {"x86_64": 56, "aarch64": 220}
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 1, 2, 4
_LAST_CAPABILITY = 63
_MADV_COLLAPSE = 25

_libc = ctypes.CDLL(None, use_errno=True)
_locked_libc = ctypes.PyDLL(None, use_errno=True)
"""Keeps the interpreter's lock during a call, so that a child has it too."""


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(option: int, value: int, what: str) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), what)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies; exit at once if it is no longer `parent`."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, "parent-death signal")
    if os.getppid() != parent:
        os._exit(0)


def plain_fork(namespaces: int = 0) -> int:
    """Fork like `os.fork`, but without what libraries have asked Python to do in each child.

    That (new locks for every logger, a new seed for `random`) writes to 300 pages, each of which is
    then copied. It is right only where this process has one thread and the child needs none of it.

    Args:
        namespaces: flags of the namespaces that the child starts in new ones of.

    Raises:
        OSError: no process can be made, or not in such namespaces.
    """
    if namespaces:
        flags = ctypes.c_ulong(namespaces | signal.SIGCHLD)
        pid = int(_locked_libc.syscall(_SYS_CLONE[os.uname().machine], flags, 0, 0, 0, 0))
    else:
        pid = int(_locked_libc.fork())
    _check(min(pid, 0), "new namespaces" if namespaces else "fork")
    return pid


def become_subreaper() -> None:
    """Orphans below this process become its children, so that it can wait for them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1, "subreaper")


def hide_memory(*, hide: bool = True) -> None:
    """Let no process of the same user trace this one or read its memory."""
    _prctl(_PR_SET_DUMPABLE, 0 if hide else 1, "non-dumpable")


def no_new_privileges() -> None:
    """Nothing that this process executes can gain privileges again."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "no-new-privs")


def bound_capabilities() -> None:
    """Let nothing that this process executes have a capability; only a privileged one can."""
    for capability in range(_LAST_CAPABILITY + 1):
        # An error says that the kernel knows no such capability, or that it cannot be had anyway.
        _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability, for this process and whatever it executes."""
    bound_capabilities()
    _libc.prctl(_PR_CAP_AMBIENT, ctypes.c_ulong(_PR_CAP_AMBIENT_CLEAR_ALL), 0, 0, 0)
    header = struct.pack("Ii", 0x20080522, 0)
    _check(_libc.syscall(_SYS_CAPSET[os.uname().machine], header, bytes(24)), "capset")


def make_private() -> None:
    """What is mounted from now on stays in this namespace."""
    _check(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "private mounts")


def mount(kind: str, target: str, flags: int, options: str = "") -> None:
    """Mount a file system of the kernel's own, such as tmpfs or proc."""
    name = kind.encode()
    _check(
        _libc.mount(name, os.fsencode(target), name, ctypes.c_ulong(flags), options.encode()),
        f"mount {kind} at {target}",
    )


def bind_mount(source: str, target: str) -> None:
    """Show `source`, and what is mounted below it, at `target` too."""
    _check(
        _libc.mount(
            os.fsencode(source), os.fsencode(target), None, ctypes.c_ulong(_MS_BIND | _MS_REC), None
        ),
        f"bind {source}",
    )


def set_read_only(target: str, *, recursive: bool = True) -> None:
    """Make a mount (and all below it) read-only, without setuid programs and devices."""
    attributes = struct.pack(
        "QQQQ", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV, 0, 0, 0
    )
    _check(
        _libc.syscall(
            _SYS_MOUNT_SETATTR,
            _AT_FDCWD,
            os.fsencode(target),
            _AT_RECURSIVE if recursive else 0,
            attributes,
            ctypes.c_size_t(len(attributes)),
        ),
        f"read-only {target}",
    )


def pivot_root(new_root: str) -> None:
    """Make `new_root` the root directory; nothing of the old one can be reached any more."""
    os.chdir(new_root)
    _check(_libc.syscall(_SYS_PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", _MNT_DETACH), "detach the old root")
    os.chdir("/")


def collapse(address: int, length: int) -> bool:
    """Put a piece of this process's memory into huge pages; False where that cannot be."""
    result: int = _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), _MADV_COLLAPSE)
    return result == 0


def receive_credentials(channel: socket.socket) -> tuple[int | None, bytes]:
    """Receive one packet; give the process that sent it, by the kernel's word, and the packet.

    At the end of the stream the process is None.
    """
    data, ancillary, _, _ = channel.recvmsg(16, socket.CMSG_SPACE(_CREDENTIALS.size))
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS and data:
            pid, _, _ = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])
            return int(pid), data
    return None, b""
