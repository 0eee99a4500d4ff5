"""One request to one process: until when, and how it was made to end."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tutor.engine.endings import BACKSTOP, GRACE
from tutor.engine.protocol import Observe, Request, Run
from tutor.engine.results import CellStatus
from tutor.engine.spawned.process import Process

__all__ = ["Attempt"]


class Attempt:
    """A request under way.

    Attributes:
        status: how it was told to end, if it was.
        killed: whether the process was ended for it.
        seconds: how long it took, once it has ended.
        dropped: bytes of output that were left out.
    """

    def __init__(self, process: Process, request: Request, room: int) -> None:
        """Ask `process`, and take `room` bytes of what is printed meanwhile."""
        self._process = process
        self._request = request
        self._room = room
        self._timer: asyncio.TimerHandle | None = None
        self.status: CellStatus | None = None
        self.killed = False
        self.seconds = 0.0
        self.dropped = 0

    async def reply(self) -> Any:
        """The reply; None where the process ended instead."""
        started = time.monotonic()
        limit = self._request.seconds
        if limit is not None:
            # Nothing but the time that it takes says that a look at a world never ends.
            slack = 0.0 if isinstance(self._request, Run | Observe) else BACKSTOP
            self._arm(limit + slack)
        self._process.listen(self._room)
        try:
            reply = await self._process.request(self._request)
        finally:
            self.seconds = time.monotonic() - started
            if self._timer is not None:
                self._timer.cancel()
        self.dropped = await self._process.settle() if reply is not None else 0
        return reply

    def interrupt(self, status: CellStatus) -> None:
        """Interrupt the code now; end its process if it goes on."""
        if self.status is None:
            self.status = status
            self._arm(GRACE)
            self._process.interrupt()

    def _arm(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._on_time)

    def _on_time(self) -> None:
        if isinstance(self._request, Run) and self.status is None:
            self.interrupt("timeout")
        else:
            self.status = self.status or "timeout"
            self.killed = True
            self._process.kill()
