"""The front end's side of the engine: start it, open sessions, run cells. No torch."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import socket
import subprocess
import tempfile
from collections import defaultdict, deque
from pathlib import Path
from types import TracebackType
from typing import Self

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
from tutor.engine.session import Session
from tutor.engine.wire import Worker
from tutor.errors import EngineError, EngineStartError, UsageError

__all__ = ["LEVELS", "Engine"]

LEVELS = ("full", "partial", "none")
"""The sandbox levels, strongest first."""

_START_PATIENCE = 120.0


class Engine:
    """One zygote and the workers forked from it; an asynchronous context manager.

    Attributes:
        torch_version: the version of torch, once ready.
        import_seconds: how long the zygote took to import torch, once ready.
        sandbox: the level at which code runs (``full``, ``partial`` or ``none``), once ready.
        sandbox_note: why it is not a higher one, once ready.
        warm: set once what the first optimizer needs is imported as well.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, scratch: Path
    ) -> None:
        self._process = process
        self._control = control
        self._control.setblocking(False)  # noqa: FBT003 - the standard library's signature
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Worker]] = {}
        self._workers: set[Worker] = set()
        self._ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self._scratch = scratch
        self._spares: dict[Role, deque[asyncio.Task[Worker]]] = defaultdict(deque)
        self._closed = False
        self.torch_version = ""
        self.sandbox = ""
        self.sandbox_note = ""
        self.import_seconds = 0.0
        self.warm = asyncio.Event()
        asyncio.get_running_loop().add_reader(control, self._on_packet)

    @classmethod
    async def start(cls, *, sandbox: str | None = None) -> Engine:
        """Start the zygote and return at once; torch is imported behind it.

        Args:
            sandbox: the level that is asked for; None for the best that there is.

        Raises:
            UsageError: there is no such level.
            EngineStartError: the interpreter cannot be started.
        """
        if sandbox is not None and sandbox not in LEVELS:
            raise UsageError(f"There is no sandbox level {sandbox!r}: use {', '.join(LEVELS)}.")
        scratch = Path(tempfile.mkdtemp(prefix="tutor-"))
        try:
            process, control = start_zygote(sandbox or "", str(scratch))
        except OSError as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise EngineStartError(f"The engine cannot be started: {error}") from error
        return cls(process, control, scratch)

    async def ready(self) -> None:
        """Wait until torch is imported.

        Raises:
            EngineStartError: it cannot be imported; the message has the reason.
            UsageError: this machine cannot give the sandbox level that was asked for.
        """
        try:
            message = await asyncio.wait_for(asyncio.shield(self._ready), _START_PATIENCE)
        except TimeoutError as error:
            raise EngineStartError(
                f"torch was not imported within {_START_PATIENCE:g} seconds."
            ) from error
        self.torch_version = message.torch
        self.import_seconds = message.seconds
        self.sandbox = message.sandbox
        self.sandbox_note = message.note

    # --- workers

    async def session(self, *, setup: str = "", limits: Limits | None = None) -> Session:
        """A new session with `setup` run in it.

        Raises:
            EngineStartError: torch cannot be imported.
            EngineError: no worker can be forked, or `setup` fails.
        """
        session = Session(self._take_session_worker, setup=setup, limits=limits)
        await session.restart()
        return session

    async def take(self, role: Role) -> Worker:
        """A pristine worker: a spare one where there is one, or a new one.

        Raises:
            EngineStartError: torch cannot be imported.
            EngineError: the fork failed.
        """
        spares = self._spares[role]
        while spares:
            worker = await spares.popleft()
            if not worker.lost:
                return worker
        return await self.worker(role, SESSION_LIMITS if role == "session" else None)

    def stock(self, role: Role, count: int) -> None:
        """Have `count` spare workers of a role made in the background."""
        while not self._closed and len(self._spares[role]) < count:
            limits = SESSION_LIMITS if role == "session" else None
            task = asyncio.create_task(self.worker(role, limits))
            task.add_done_callback(_retrieve)
            self._spares[role].append(task)

    async def _take_session_worker(self, limits: Limits | None) -> Worker:
        if limits is not None:
            return await self.worker("session", limits)
        worker = await self.take("session")
        self.stock("session", 1)
        return worker

    async def worker(self, role: Role, limits: Limits | None = None) -> Worker:
        """Fork a worker.

        Raises:
            EngineStartError: torch cannot be imported.
            EngineError: the fork failed.
        """
        await self.ready()
        if self._closed:
            raise EngineError("The engine is closed.")
        number = next(self._numbers)
        scratch = self._scratch / str(number)
        scratch.mkdir()
        future: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        request = Fork(number=number, role=role, limits=limits or Limits(), scratch=str(scratch))
        try:
            await asyncio.get_running_loop().sock_sendall(self._control, encode(request))
            worker = await future
        except OSError as error:
            raise EngineError(f"The zygote does not answer: {error}") from error
        finally:
            self._waiting.pop(number, None)
        worker.on_close = lambda: self._forget(worker, scratch)
        self._workers.add(worker)
        await worker.open()
        return worker

    def _forget(self, worker: Worker, scratch: Path) -> None:
        self._workers.discard(worker)
        shutil.rmtree(scratch, ignore_errors=True)

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
                self.warm.set()
            case Forked():
                channel = socket.socket(fileno=descriptors[0])
                future = self._waiting.get(message.number)
                if future is None or future.done():
                    channel.close()  # the asker was cancelled; the keeper ends by itself
                else:
                    future.set_result(Worker(channel, message.pid))
            case Failed():
                self._on_failed(message)

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

    async def close(self) -> None:
        """End every process that was started and remove the scratch directories."""
        if self._closed:
            return
        self._closed = True
        for spare in itertools.chain.from_iterable(self._spares.values()):
            spare.cancel()
            with contextlib.suppress(asyncio.CancelledError, EngineError, UsageError):
                await spare
        for worker in list(self._workers):
            await worker.close()
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        if not self._ready.done():
            self._process.kill()  # still importing: nothing was forked
            self._ready.cancel()
        await asyncio.to_thread(self._reap)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _reap(self) -> None:
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


SESSION_LIMITS = Limits(checkpoints=50)


def _retrieve(task: asyncio.Task[Worker]) -> None:
    """Look at a background task's exception; whoever needs the worker forks another."""
    if not task.cancelled():
        task.exception()
