"""A checkpoint as the keeper knows it, and what a checkpoint cannot bring back."""

from __future__ import annotations

import contextlib
import enum
import fcntl
import os
import select
import socket
import stat
import time

from tutor.engine.worker.kernel import receive_credentials

__all__ = ["Frozen", "Unkept", "open_for_writing"]

_FREEZE_PATIENCE = 5.0
"""Seconds that a checkpoint has to report itself."""

_HIGHEST = 256
"""Descriptors that are looked at."""


class Unkept(enum.IntFlag):
    """What was there when the checkpoint was taken, and is not as it was when it comes back."""

    THREADS = 1
    FILES = 2
    CUDA = 4


def open_for_writing() -> bool:
    """Whether this process has a file open that it may write to."""
    for descriptor in range(3, _HIGHEST):
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                continue
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                return True
    return False


class Frozen:
    """A checkpoint: the state after cell `number`, waiting on its own channel.

    Attributes:
        held: bytes that nothing else needs any more, at most.
        unkept: what it says that it cannot bring back; a stranger's word, for a message only.
    """

    def __init__(self, number: int, channel: socket.socket) -> None:
        self.number = number
        self.channel = channel
        self.held = 0
        self.unkept = Unkept(0)
        self._pid: int | None = None
        self._until = time.monotonic() + _FREEZE_PATIENCE
        self._given_up = False

    @property
    def pid(self) -> int | None:
        """Its process, by the kernel's word; None if it could not be forked or has died."""
        if self._pid is None and not self._given_up:
            if self.reported(wait=True):
                with contextlib.suppress(OSError):
                    self._pid = self._receive()
            self._given_up = self._pid is None  # whoever holds it back is not waited for twice
        return self._pid

    def _receive(self) -> int | None:
        pid, said = receive_credentials(self.channel)
        if said:
            self.unkept = Unkept(said[0] & 7)
        return None if Unkept.CUDA in self.unkept else pid

    def reported(self, *, wait: bool) -> bool:
        """Whether it was heard of; that may be the news that it was not forked."""
        if self._pid is not None:
            return True
        left = max(0.0, self._until - time.monotonic()) if wait else 0.0
        return bool(select.select([self.channel], [], [], left)[0])

    @property
    def overdue(self) -> bool:
        """Whether it should have been heard of by now."""
        return time.monotonic() > self._until and not self.reported(wait=False)
