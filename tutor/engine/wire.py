"""A worker as the front end sees it: a link to its keeper, one request at a time."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import socket
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from tutor.engine.protocol import (
    HEADER_SIZE,
    Finished,
    FromKeeper,
    Interrupt,
    Output,
    Run,
    decode,
    frame_length,
    pack,
)
from tutor.engine.results import CellResult, Stream
from tutor.engine.text import neutralise
from tutor.errors import WorkerLostError

__all__ = ["Link", "OnOutput", "SocketLink", "Worker"]

OnOutput = Callable[[Stream, str], None]


class Link(Protocol):
    """The way to a keeper and back."""

    async def open(self) -> None:
        """Make it usable.

        Raises:
            EngineError: it cannot be.
        """

    async def send(self, message: msgspec.Struct) -> None:
        """Send one of `ToKeeper`.

        Raises:
            WorkerLostError: the keeper is gone.
        """

    async def receive(self) -> Any:
        """The next one of `FromKeeper`.

        Raises:
            WorkerLostError: the keeper is gone.
            ProtocolError: the keeper sent what no keeper sends.
        """

    async def close(self) -> None:
        """Hang up; the keeper then ends its whole family."""


class SocketLink:
    """A keeper that is a process, at the other end of a socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect the socket to the event loop."""
        self._reader, self._writer = await asyncio.open_connection(sock=self._channel)

    async def send(self, message: msgspec.Struct) -> None:
        """Send one frame."""
        assert self._writer is not None  # noqa: S101 - for the type checker: it is open
        try:
            self._writer.write(pack(message))
            await self._writer.drain()
        except (OSError, RuntimeError) as error:
            raise WorkerLostError("The worker's connection is closed.") from error

    async def receive(self) -> Any:
        """Receive one frame."""
        try:
            length = frame_length(await self._reader.readexactly(HEADER_SIZE))
            body = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise WorkerLostError("The worker went away.") from error
        return decode(body, FromKeeper)

    async def close(self) -> None:
        """Close the socket, whether it was opened or not."""
        if self._writer is None:
            self._channel.close()
            return
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


class Worker:
    """One keeper and its family.

    Attributes:
        on_close: called once, when the worker is gone.
        lost: whether the connection has ended.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = asyncio.Lock()
        self.lost = False
        self.on_close: Callable[[], None] = lambda: None

    async def open(self) -> None:
        """Make the connection usable.

        Raises:
            EngineError: it cannot be.
        """
        await self._link.open()

    async def request(self, message: msgspec.Struct, on_output: OnOutput | None = None) -> Any:
        """Send a request and give its reply; output on the way goes to `on_output`.

        Raises:
            WorkerLostError: the connection ended first.
            ProtocolError: the keeper sent what no keeper sends.
        """
        async with self._lock:
            await self._send(message)
            decoders = {"stdout": _Decoder(), "stderr": _Decoder()}
            try:
                while True:
                    reply = await self._receive()
                    if not isinstance(reply, Output):
                        break
                    _pass_on(reply, decoders[reply.stream], on_output)
            except asyncio.CancelledError:
                # The reply that is still to come belongs to nobody: give the worker up.
                await self.close()
                raise
            for stream, decoder in decoders.items():
                rest = decoder.end()
                if rest and on_output is not None:
                    on_output(stream, rest)  # type: ignore[arg-type]  # the two keys are the two streams
            return reply

    async def run(self, message: Run, on_output: OnOutput | None = None) -> CellResult:
        """Run a cell and give how it ended."""
        reply = await self.request(message, on_output)
        if not isinstance(reply, Finished):
            await self.close()
            raise WorkerLostError(f"A cell was answered with {type(reply).__name__}.")
        return reply.result

    async def interrupt(self) -> None:
        """Interrupt the request that is under way, if one is."""
        with contextlib.suppress(WorkerLostError):
            await self._send(Interrupt())

    async def _send(self, message: msgspec.Struct) -> None:
        try:
            await self._link.send(message)
        except WorkerLostError:
            await self.close()
            raise

    async def _receive(self) -> Any:
        try:
            return await self._link.receive()
        except WorkerLostError:
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up; the keeper then ends its whole family."""
        if self.lost:
            return
        self.lost = True
        await self._link.close()
        self.on_close()


class _Decoder:
    """Bytes that come in pieces → text that is safe to show."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""

    def feed(self, data: bytes) -> str:
        text = self._held + self._decode(data)
        # "\r" at the end may be the first half of "\r\n".
        self._held = "\r" if text.endswith("\r") else ""
        return neutralise(text.removesuffix("\r") if self._held else text)

    def end(self) -> str:
        return neutralise(self._held + self._decode(b"", final=True))


def _pass_on(output: Output, decoder: _Decoder, on_output: OnOutput | None) -> None:
    if on_output is None:
        return
    text = decoder.feed(output.data)
    if text:
        on_output(output.stream, text)
    if output.dropped:
        on_output(output.stream, f"\n… {output.dropped:,} more bytes of output were left out …\n")
