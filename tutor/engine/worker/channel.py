"""Receiving frames on the worker side: with a descriptor, or piece by piece without blocking."""

from __future__ import annotations

import os
import socket
from typing import Any

from tutor.engine.protocol import HEADER_SIZE, decode, frame_length
from tutor.errors import ProtocolError

__all__ = ["FrameBuffer", "receive_with_descriptor", "send_with_descriptor"]


def send_with_descriptor(channel: socket.socket, frame: bytes, descriptor: int) -> None:
    """Send a frame whose first bytes carry a file descriptor."""
    sent = socket.send_fds(channel, [frame], [descriptor])
    channel.sendall(frame[sent:])


def receive_with_descriptor(channel: socket.socket, type_: Any) -> tuple[Any, int | None] | None:
    """Block for one frame; give its message and the descriptor that came with it, if one did.

    None at the end of the stream.

    Raises:
        ProtocolError: the frame is too long, cut short, or no message of `type_`.
    """
    try:
        header, descriptors, _, _ = socket.recv_fds(channel, HEADER_SIZE, 1)
    except ConnectionResetError:  # the other side closed without reading all that we sent
        return None
    if not header:
        return None
    for extra in descriptors[1:]:
        os.close(extra)
    while len(header) < HEADER_SIZE:
        header += _some(channel, HEADER_SIZE - len(header))
    length = frame_length(header)
    body = bytearray()
    while len(body) < length:
        body += _some(channel, length - len(body))
    return decode(bytes(body), type_), descriptors[0] if descriptors else None


def _some(channel: socket.socket, count: int) -> bytes:
    part = channel.recv(min(count, 1 << 20))
    if not part:
        raise ProtocolError("the stream ended inside a frame")
    return part


class FrameBuffer:
    """Cuts a stream into messages, for a reader that must never block."""

    def __init__(self, type_: Any) -> None:
        self._type = type_
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """Take what arrived; give the messages that are whole now.

        Raises:
            ProtocolError: as for `receive_with_descriptor`; nothing after it can be read.
        """
        self._bytes += data
        messages: list[Any] = []
        while len(self._bytes) >= HEADER_SIZE:
            end = HEADER_SIZE + frame_length(bytes(self._bytes[:HEADER_SIZE]))
            if len(self._bytes) < end:
                break
            messages.append(decode(bytes(self._bytes[HEADER_SIZE:end]), self._type))
            del self._bytes[:end]
        return messages
