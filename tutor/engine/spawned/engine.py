"""The engine that spawns: every worker is a fresh interpreter; a few are kept ready."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from pathlib import Path

import msgspec

from tutor.engine.client import Engine, Kind, limits_of, no_sandbox_because
from tutor.engine.protocol import Limits, Role
from tutor.engine.spawned.attendant import Attendant
from tutor.engine.spawned.process import Process
from tutor.engine.wire import Worker
from tutor.errors import EngineError, EngineStartError

__all__ = ["SpawnEngine"]

_END_PATIENCE = 10.0


class SpawnEngine(Engine):
    """Fresh processes, and a few kept ready.

    A process has no role before it is taken, so whoever needs one first gets it.
    """

    kind: Kind = "spawn"

    def __init__(self, scratch: Path) -> None:
        """Start the first process.

        Raises:
            OSError: the interpreter cannot be started.
        """
        super().__init__(scratch)
        self._hash_seed = secrets.randbelow(2**32)
        self._processes: set[Process] = set()
        self._spares: list[Process] = []
        self._stocked: dict[Role, int] = {}
        self._filling: asyncio.Task[None] | None = None
        self._spares.append(self._spawn())
        self._first = asyncio.create_task(self._watch_first(self._spares[0]))

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that there are."""
        return tuple(process.pid for process in self._processes)

    # --- workers

    async def take(self, role: Role) -> Worker:
        """A worker, on a process that is ready where there is one."""
        return await self.worker(role, limits_of(role))

    def stock(self, role: Role, count: int) -> None:
        """Have `count` processes kept ready for a role from now on."""
        self._stocked[role] = count
        self._fill()

    async def _make(self, number: int, role: Role, limits: Limits, scratch: Path) -> Worker:
        del number, role
        return Worker(Attendant(self._take_process, limits, scratch))

    # --- processes

    async def _watch_first(self, process: Process) -> None:
        try:
            ready = await process.ready()
        except EngineStartError as error:
            self._ready.set_exception(error)
            self._ready.exception()  # not awaited by anyone is no news
        else:
            self._ready.set_result(msgspec.structs.replace(ready, note=no_sandbox_because()))

    def _spawn(self) -> Process:
        process = Process(self._hash_seed)
        process.on_warm = self.warm.set
        process.gone.add_done_callback(lambda _: self._processes.discard(process))
        self._processes.add(process)
        return process

    async def _take_process(self) -> Process:
        """A process with torch.

        Raises:
            EngineError: none is to be had.
        """
        if self._closed:
            raise EngineError("The engine is closed.")
        self._spares.sort(key=lambda process: not process.is_ready)
        while self._spares:
            process = self._spares.pop(0)
            if not process.gone.done():
                return await self._when_ready(process)
        try:
            process = self._spawn()
        except OSError as error:
            raise EngineError(f"No process can be started: {error}") from error
        return await self._when_ready(process)

    async def _when_ready(self, process: Process) -> Process:
        try:
            await process.ready()
        except asyncio.CancelledError:
            self._spares.append(process)
            raise
        self._fill()
        return process

    def _fill(self) -> None:
        if not self._closed and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._make_spares())

    async def _make_spares(self) -> None:
        """One after another: importing torch keeps a processor busy."""
        with contextlib.suppress(EngineStartError, OSError):  # whoever needs one tries again
            while not self._closed and len(self._spares) < sum(self._stocked.values()):
                process = self._spawn()
                self._spares.append(process)
                await process.ready()

    # --- the end

    async def _end_spares(self) -> None:
        for task in (self._first, self._filling):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        self._ready.cancel()

    async def _end(self) -> None:
        processes = list(self._processes)
        for process in processes:
            process.kill()
        if processes:
            await asyncio.wait([process.gone for process in processes], timeout=_END_PATIENCE)
