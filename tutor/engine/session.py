"""A session: a namespace that a person works in, cell by cell."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from tutor.engine.protocol import Limits, Rewind, Rewound, Run
from tutor.engine.results import CellResult
from tutor.engine.wire import OnOutput, Worker
from tutor.errors import EngineError

__all__ = ["Session"]

_SETUP_SECONDS = 60.0

_LINGER = 0.2
"""Seconds that a replaced worker is left alone: ending it slows down every fork meanwhile."""


class Session:
    """Runs cells one after another in a world of its own; comes back after a crash.

    Open one with `Engine.session`.

    Attributes:
        checkpoint: the number of the state that the session is in; 0 after its setup.
    """

    def __init__(
        self,
        take_worker: Callable[[Limits | None], Awaitable[Worker]],
        *,
        setup: str,
        limits: Limits | None,
    ) -> None:
        self._take_worker = take_worker
        self._setup = setup
        self._limits = limits
        self._worker: Worker | None = None
        self.checkpoint = 0
        self._running = False
        self._pristine = False
        self._set_up_in: Worker | None = None  # the worker whose setup is through
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """Whether a cell is under way."""
        return self._running

    async def run(
        self,
        code: str,
        *,
        filename: str = "",
        seconds: float | None = None,
        on_output: OnOutput | None = None,
    ) -> CellResult:
        """Run a cell and give how it ended; its output is streamed to `on_output` meanwhile.

        Args:
            code: Python source; the value of a last expression is displayed.
            filename: how tracebacks name the code; empty for ``<cell N>``.
            seconds: wall-clock limit; None for none.
            on_output: called from the event loop with a stream's name and safe text.

        Raises:
            EngineError: a cell is under way already, or the worker was lost.
        """
        if self._worker is None or self._worker.lost:
            raise EngineError("The session is closed.")
        if self._running:
            raise EngineError("A cell is running already.")
        self._running, self._pristine = True, False
        try:
            message = Run(code=code, filename=filename, seconds=seconds)
            result = await self._worker.run(message, on_output)
        finally:
            self._running = False
        self.checkpoint = result.checkpoint
        return result

    async def interrupt(self) -> None:
        """Interrupt the cell that is under way; without one, nothing happens."""
        if self._running and self._worker is not None:
            await self._worker.interrupt()

    async def rewind(self, checkpoint: int) -> str:
        """Go back to the state after the cell whose result carried this checkpoint; 0 is setup.

        Gives what is worth knowing about how it went, if anything: a spawned engine runs the cells
        up to there again.

        Raises:
            EngineError: there is no such checkpoint any more, or code is running.
        """
        if self._worker is None:
            raise EngineError("The session is closed.")
        if self._running:
            raise EngineError("Code is running: stop it first.")
        self._running = True  # where cells are run again, interrupt() stops them
        try:
            reply: Rewound = await self._worker.request(Rewind(checkpoint=checkpoint))
        finally:
            self._running = False
        self.checkpoint = reply.checkpoint
        if reply.reason:
            raise EngineError(reply.reason)
        return reply.note

    async def undo(self, cells: int = 1) -> tuple[int, str]:
        """Go back by some cells, at most to the setup.

        Gives how many were undone, and what is worth knowing about how it went.

        Raises:
            EngineError: that state is not kept any more, or code is running.
        """
        wanted = max(self.checkpoint - cells, 0)
        undone = self.checkpoint - wanted
        return undone, (await self.rewind(wanted) if undone else "")

    async def restart(self, setup: str | None = None) -> None:
        """A fresh world, with the setup (the same unless given) run in it.

        Raises:
            EngineError: no worker can be had, or the setup fails.
        """
        if setup is not None:
            self._setup = setup
        worker = await self._take_worker(self._limits)
        old, self._worker = self._worker, worker
        self._running, self._pristine, self.checkpoint = False, True, 0
        if old is not None:
            leaving = asyncio.create_task(_end_soon(old))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        await self._set_up(worker)
        self._set_up_in = worker

    async def renew(self) -> None:
        """Take a worker that is better prepared, if nothing has run here since the setup.

        Nobody can tell but by the time that the first cells take. Where it cannot be done, the
        session stays as it is.
        """
        old = self._worker
        if old is None or not self._is_untouched(old):
            return
        try:
            worker = await self._take_worker(self._limits)
        except EngineError:
            return
        try:
            await self._set_up(worker)
            if self._is_untouched(old):  # still: setting up takes its time
                self._worker, worker = worker, old
                self._set_up_in = self._worker
        except EngineError:
            pass  # the setup worked before: whatever it is, the old worker has it
        finally:
            await worker.close()

    def _is_untouched(self, worker: Worker) -> bool:
        # In the middle of its setup it must not be taken away, either.
        set_up = self._set_up_in is worker
        return self._worker is worker and set_up and self._pristine and not self._running

    async def _set_up(self, worker: Worker) -> None:
        # Run even when empty: the state after it is checkpoint 0.
        result = await worker.run(
            Run(code=self._setup, filename="<setup>", seconds=_SETUP_SECONDS, quiet=True)
        )
        if result.status != "ok":
            reason = result.error.traceback if result.error is not None else result.note
            raise EngineError(f"The setup failed:\n{reason}")

    async def close(self) -> None:
        """End the session's processes."""
        worker, self._worker = self._worker, None
        self._running = False
        for leaving in list(self._leaving):
            leaving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await leaving
        if worker is not None:
            await worker.close()


async def _end_soon(worker: Worker) -> None:
    """End a worker that another one has replaced, when that one's first cells are done."""
    try:
        await asyncio.sleep(_LINGER)
    finally:
        await worker.close()
