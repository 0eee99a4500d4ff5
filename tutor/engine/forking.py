"""The engine that forks: one zygote that has torch, and the workers forked from it. Linux only."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import subprocess
from collections import defaultdict, deque
from pathlib import Path

from tutor.engine.client import Engine, Kind, limits_of
from tutor.engine.launch import last_words, start_zygote
from tutor.engine.protocol import (
    MAX_CONTROL,
    Failed,
    Fork,
    Forked,
    FromZygote,
    Limits,
    Ready,
    Role,
    Warm,
    decode,
    encode,
)
from tutor.engine.wire import SocketLink, Worker
from tutor.errors import EngineError, EngineStartError, UsageError

__all__ = ["ForkEngine"]


class ForkEngine(Engine):
    """One zygote and the workers forked from it."""

    kind: Kind = "fork"

    def __init__(self, sandbox: str, scratch: Path, *, warm: bool = True) -> None:
        """Start the zygote.

        Raises:
            OSError: the interpreter cannot be started.
        """
        super().__init__(scratch)
        self.warming = warm
        self._process, self._control = start_zygote(sandbox, str(scratch), warm=warm)
        self._control.setblocking(False)  # noqa: FBT003 - the standard library's signature
        self._waiting: dict[int, asyncio.Future[Worker]] = {}
        self._spares: dict[Role, deque[asyncio.Task[Worker]]] = defaultdict(deque)
        self._change: asyncio.Task[None] | None = None
        asyncio.get_running_loop().add_reader(self._control, self._on_packet)

    # --- workers

    async def take(self, role: Role) -> Worker:
        """A pristine worker: a spare one where there is one, or a new one."""
        spares = self._spares[role]
        while spares:
            worker = await spares.popleft()
            if not worker.lost:
                return worker
        return await self.worker(role, limits_of(role))

    def stock(self, role: Role, count: int) -> None:
        """Have `count` spare workers of a role made in the background."""
        while not self._closed and len(self._spares[role]) < count:
            task = asyncio.create_task(self.worker(role, limits_of(role)))
            task.add_done_callback(_retrieve)
            self._spares[role].append(task)

    async def _make(self, number: int, role: Role, limits: Limits, scratch: Path) -> Worker:
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        request = Fork(number=number, role=role, limits=limits, scratch=str(scratch))
        try:
            await asyncio.get_running_loop().sock_sendall(self._control, encode(request))
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                await future.result().close()  # it came in the same moment
            raise
        except OSError as error:
            raise EngineError(f"The zygote does not answer: {error}") from error
        finally:
            self._waiting.pop(number, None)

    # --- the zygote

    def _on_packet(self) -> None:
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._control, MAX_CONTROL, 1)
        except BlockingIOError:
            return
        except OSError:
            packet, descriptors = b"", []
        if not packet:
            self._on_zygote_lost()
            return
        message = decode(packet, FromZygote)
        match message:
            case Ready():
                if not self._ready.done():
                    self._ready.set_result(message)
            case Warm():
                self._change = asyncio.create_task(self._change_to_warm())
            case Forked():
                channel = socket.socket(fileno=descriptors[0])
                future = self._waiting.get(message.number)
                if future is None or future.done():
                    channel.close()  # the asker was cancelled; the keeper ends by itself
                else:
                    future.set_result(Worker(SocketLink(channel)))
            case Failed():
                self._on_failed(message)

    async def _change_to_warm(self) -> None:
        """Give up the spare workers that are not warm; so do sessions that nobody has used."""
        try:
            await self._end_spares()
            await self.renew_sessions()
        finally:
            self.warm.set()

    def _on_failed(self, message: Failed) -> None:
        if message.number == 0 and not self._ready.done():
            self._ready.set_exception(
                UsageError(f"That sandbox level is not to be had here. {message.reason}")
                if message.sandbox
                else EngineStartError(f"torch cannot be imported: {message.reason}")
            )
        future = self._waiting.get(message.number)
        if future is not None and not future.done():
            future.set_exception(EngineError(f"No worker can be forked: {message.reason}"))

    def _on_zygote_lost(self) -> None:
        asyncio.get_running_loop().remove_reader(self._control)
        code = self._process.poll()
        reason = "The engine's process ended" + ("" if code is None else f" with code {code}")
        words = last_words(str(self._scratch))
        reason += f" ({words})" if words else ""
        if not self._ready.done():
            self._ready.set_exception(EngineStartError(f"{reason} before torch was imported."))
            self._ready.exception()  # not awaited by anyone is no news
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(EngineError(f"{reason}."))

    # --- the end

    async def _end_spares(self) -> None:
        spares = list(itertools.chain.from_iterable(self._spares.values()))
        self._spares.clear()
        for spare in spares:
            spare.cancel()
            with contextlib.suppress(asyncio.CancelledError, EngineError, UsageError):
                worker = await spare
                await worker.close()

    async def _end(self) -> None:
        if self._change is not None:
            self._change.cancel()
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        if not self._ready.done():
            self._process.kill()  # still importing: nothing was forked
            self._ready.cancel()
        await asyncio.to_thread(self._reap)

    def _reap(self) -> None:
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _retrieve(task: asyncio.Task[Worker]) -> None:
    """Look at a background task's exception; whoever needs the worker forks another."""
    if not task.cancelled():
        task.exception()
