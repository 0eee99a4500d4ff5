"""The few kernel calls that Python's standard library has no name for (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct

__all__ = ["become_subreaper", "die_with_parent", "receive_credentials"]

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CREDENTIALS = struct.Struct("iII")

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(parent: int) -> None:
    """Be killed when the parent dies; exit at once if it is no longer `parent`."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def become_subreaper() -> None:
    """Orphans below this process become its children, so that it can wait for them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def receive_credentials(channel: socket.socket) -> int | None:
    """Receive one packet and say which process sent it, by the kernel's word; None at the end."""
    data, ancillary, _, _ = channel.recvmsg(16, socket.CMSG_SPACE(_CREDENTIALS.size))
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS and data:
            pid, _, _ = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])
            return int(pid)
    return None
