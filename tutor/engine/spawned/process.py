"""One spawned worker process: its pipes, read in threads, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec

from tutor.engine.endings import exit_words
from tutor.engine.launch import start_spawned
from tutor.engine.protocol import (
    HEADER_SIZE,
    Begin,
    Failed,
    FromSpawned,
    Limits,
    Ready,
    Warm,
    decode,
    frame_length,
    pack,
)
from tutor.engine.results import Stream
from tutor.errors import EngineStartError, ProtocolError

__all__ = ["Process"]

_READ = 1 << 16

_BURST = 16
"""Pieces of output taken at once per request; then they are gathered for `_GATHER` seconds."""

_GATHER = 0.004

_SETTLE = 5.0
"""Seconds that output may take to arrive once the reply is there."""

_PARTING = 1.0
"""Seconds that the pipes may take to end once the process has: what it started may hold them."""

_EARLY = 4_000
"""Bytes of output kept from before the worker belongs to anybody."""


class Process:
    """A fresh interpreter with torch, in a process group of its own.

    Threads rather than the event loop read the pipes: they work alike on every platform.

    Attributes:
        gone: its exit code, once it has ended and all that it wrote was read.
        on_output: called in the event loop with what it prints.
        on_warm: called once it has imported what the first optimizer needs.
    """

    def __init__(self, hash_seed: int) -> None:
        """Start it.

        Raises:
            OSError: the interpreter cannot be started.
        """
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[Ready] = self._loop.create_future()
        self.gone: asyncio.Future[int] = self._loop.create_future()
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._allowance = _Allowance(_EARLY)
        self._mark = secrets.token_bytes(16)
        self._due = 0
        self._marks: dict[Stream, int] = {"stdout": 0, "stderr": 0}
        self._marked = asyncio.Event()
        self._early = b""
        self.on_output: Callable[[Stream, bytes], None] = self._keep_early
        self.on_warm: Callable[[], None] = lambda: None
        self._popen, replies = start_spawned(hash_seed)
        self._readers = (
            _thread(self._read_replies, open(replies, "rb")),  # noqa: PTH123, SIM115 - a descriptor, for the thread
            _thread(self._read_output, "stdout", self._popen.stdout),
            _thread(self._read_output, "stderr", self._popen.stderr),
        )
        _thread(self._wait)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    async def ready(self) -> Ready:
        """Wait until it has torch.

        Raises:
            EngineStartError: it cannot import it, or has ended.
        """
        return await asyncio.shield(self._ready)

    @property
    def is_ready(self) -> bool:
        """Whether it has torch, and lives."""
        return self._ready.done() and not self.gone.done()

    # --- requests

    async def begin(self, limits: Limits, scratch: Path) -> None:
        """Tell it whose it is."""
        await self.send(Begin(limits=limits, scratch=str(scratch), mark=self._mark))

    def listen(self, room: int) -> None:
        """Take `room` bytes of output from now on; the rest is counted and dropped."""
        self._allowance.reset(room)

    async def request(self, message: msgspec.Struct) -> Any:
        """Ask; give the reply, or None if it ended instead."""
        while not self._inbox.empty():
            if self._inbox.get_nowait() is None:  # what else is there is a forged reply to nothing
                return None
        self._due += 1
        await self.send(message)
        return await self._inbox.get()

    async def send(self, message: msgspec.Struct) -> None:
        """Send a message; one that is gone does not take it."""
        with contextlib.suppress(OSError, ValueError):
            await asyncio.to_thread(self._write, pack(message))

    def _write(self, frame: bytes) -> None:
        if self._popen.stdin is not None:
            view = memoryview(frame)
            while view:
                view = view[self._popen.stdin.write(view) :]

    async def settle(self) -> int:
        """Wait for what the last request printed; give the number of bytes that were dropped."""
        with contextlib.suppress(TimeoutError):  # a mark can be lost: that is only output
            await asyncio.wait_for(self._all_marked(), _SETTLE)
        for stream in self._marks:
            self._marks[stream] = self._due
        return self._allowance.dropped

    async def _all_marked(self) -> None:
        while min(self._marks.values()) < self._due:
            self._marked.clear()
            await self._marked.wait()

    # --- ending it

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the cell that it runs."""
        with contextlib.suppress(OSError):
            if sys.platform == "win32":  # not tested there
                self._popen.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                self._popen.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it and, where there are process groups, what it started."""
        if self._popen.returncode is None:
            self._kill_group()
            with contextlib.suppress(OSError):
                self._popen.kill()

    def _kill_group(self) -> None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self._popen.pid, signal.SIGKILL)

    # --- in threads

    def _wait(self) -> None:
        code = self._popen.wait()
        self._kill_group()  # what it left behind; the group's number is taken while one is there
        for reader in self._readers:
            reader.join(_PARTING)
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError):
                self._popen.stdin.close()
        self._post(self._on_gone, code)

    def _read_replies(self, pipe: IO[bytes]) -> None:
        with pipe, contextlib.suppress(ProtocolError):
            while len(header := pipe.read(HEADER_SIZE)) == HEADER_SIZE:
                body = pipe.read(frame_length(header))
                self._post(self._on_message, decode(body, FromSpawned))
        self.kill()  # closed, or bytes that no honest process sends

    def _read_output(self, stream: Stream, pipe: IO[bytes]) -> None:
        pending = b""
        with pipe:
            while data := os.read(pipe.fileno(), _READ):
                *finished, pending = (pending + data).split(self._mark)
                for part in finished:
                    self._take(stream, part)
                    self._post(self._on_mark, stream)
                whole = len(pending) - _begun(pending, self._mark)
                self._take(stream, pending[:whole])
                pending = pending[whole:]
                if self._allowance.is_flood():
                    time.sleep(_GATHER)  # many short lines become few large pieces
        self._take(stream, pending)

    def _take(self, stream: Stream, data: bytes) -> None:
        kept = data[: self._allowance.take(len(data))]
        if kept:
            self._post(self._deliver, stream, kept)

    def _post(self, react: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the event loop is closed
            self._loop.call_soon_threadsafe(react, *args)

    # --- in the event loop

    def _deliver(self, stream: Stream, data: bytes) -> None:
        self.on_output(stream, data)

    def _keep_early(self, _: Stream, data: bytes) -> None:
        self._early += data

    def _on_mark(self, stream: Stream) -> None:
        self._marks[stream] += 1
        self._marked.set()

    def _on_message(self, message: Any) -> None:
        match message:
            case Ready():
                if not self._ready.done():
                    self._ready.set_result(message)
            case Warm():
                self.on_warm()
            case Failed():
                self._fail(f"torch cannot be imported: {message.reason}")
            case _:
                self._inbox.put_nowait(message)

    def _on_gone(self, code: int) -> None:
        words = self._early.decode(errors="replace").strip().splitlines()[-1:]
        self._fail(
            f"The engine's process {exit_words(code)} before torch was imported."
            + "".join(f" ({line[:500]})" for line in words)
        )
        self.gone.set_result(code)
        self._inbox.put_nowait(None)

    def _fail(self, reason: str) -> None:
        if not self._ready.done():
            self._ready.set_exception(EngineStartError(reason))
            self._ready.exception()  # not awaited by anyone is no news


class _Allowance:
    """How much output is still taken; two threads share it."""

    def __init__(self, room: int) -> None:
        self._lock = threading.Lock()
        self._room = room
        self._pieces = 0
        self.dropped = 0

    def reset(self, room: int) -> None:
        with self._lock:
            self._room, self._pieces, self.dropped = room, 0, 0

    def take(self, count: int) -> int:
        with self._lock:
            kept = min(count, self._room)
            self._room -= kept
            self.dropped += count - kept
            return kept

    def is_flood(self) -> bool:
        with self._lock:
            self._pieces += 1
            return self._pieces > _BURST


def _begun(data: bytes, mark: bytes) -> int:
    """How many bytes at the end of the data may be the beginning of a mark."""
    for count in range(min(len(mark) - 1, len(data)), 0, -1):
        if mark.startswith(data[-count:]):
            return count
    return 0


def _thread(work: Callable[..., None], *args: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, name=work.__name__, daemon=True)
    thread.start()
    return thread
