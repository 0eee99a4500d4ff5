"""Standard output and error of everything in a family, as pipes that the keeper reads."""

from __future__ import annotations

import os
import socket
import time

from tutor.engine.protocol import Output, send_frame
from tutor.engine.results import Stream

__all__ = ["Outlet", "Outlets"]

_READ = 1 << 16

_BURST = 16
"""Pieces of output forwarded at once per request; then they are gathered for `_GATHER` seconds."""

_GATHER = 0.004


class Outlet:
    """A pipe that stands for stdout or stderr of everything in the family."""

    def __init__(self, stream: Stream) -> None:
        self.stream: Stream = stream
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)


class Outlets:
    """Both pipes, and how much of a request's output may still be forwarded.

    Attributes:
        stdout: what is printed.
        stderr: what is printed there.
    """

    def __init__(self, front: socket.socket, limit: int) -> None:
        """Forward to `front`, for each request at most `limit` bytes."""
        self._front = front
        self._limit = limit
        self._forwarded = self._dropped = self._pieces = 0
        self.stdout, self.stderr = Outlet("stdout"), Outlet("stderr")

    def begin(self) -> None:
        """Count anew, for another request."""
        self._forwarded = self._dropped = self._pieces = 0

    def forward(self, outlet: Outlet) -> None:
        """Forward a piece; of a flood of short lines, few large ones."""
        self._pieces += 1
        if self._pieces > _BURST:
            time.sleep(_GATHER)
        self._forward_some(outlet)

    def drain(self) -> None:
        """Forward what is in the pipes now; bounded, for another process may go on writing."""
        for outlet in (self.stdout, self.stderr):
            for _ in range(64):
                if not self._forward_some(outlet):
                    break
        if self._dropped:
            send_frame(self._front, Output(stream="stderr", data=b"", dropped=self._dropped))
            self._dropped = 0

    def _forward_some(self, outlet: Outlet) -> bool:
        try:
            data = os.read(outlet.reading, _READ)
        except BlockingIOError:
            return False
        room = self._limit - self._forwarded
        kept = data[: max(room, 0)]
        self._forwarded += len(kept)
        self._dropped += len(data) - len(kept)
        if kept:
            send_frame(self._front, Output(stream=outlet.stream, data=kept))
        return bool(data)
