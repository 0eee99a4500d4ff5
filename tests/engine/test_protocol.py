"""The wire takes any bytes and gives messages or ProtocolError, nothing else."""

from __future__ import annotations

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.engine import protocol
from tutor.engine.worker.channel import FrameBuffer
from tutor.errors import ProtocolError


def test_a_message_survives_the_wire() -> None:
    """What is packed is what is read."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        message = protocol.Run(code="1 + 1", seconds=2.5, seed=7)
        protocol.send_frame(ours, message)
        assert protocol.read_frame(theirs, protocol.ToKeeper) == message


def test_the_end_of_the_stream_is_none() -> None:
    """A closed channel reads as None, not as an error."""
    ours, theirs = socket.socketpair()
    ours.close()
    with theirs:
        assert protocol.read_frame(theirs, protocol.ToKeeper) is None


def test_an_absurd_length_is_refused_before_anything_is_read() -> None:
    """Four gigabytes are announced and never allocated."""
    buffer = FrameBuffer(protocol.FromActive)
    with pytest.raises(ProtocolError, match="announced"):
        buffer.feed(struct.pack(">I", 2**32 - 1))


def test_a_cut_frame_is_an_error() -> None:
    """A stream that ends inside a frame says so."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(protocol.pack(protocol.Run(code="x"))[:-2])
        ours.close()
        with pytest.raises(ProtocolError, match="inside a frame"):
            protocol.read_frame(theirs, protocol.ToKeeper)


def test_a_message_that_is_too_long_is_not_sent() -> None:
    """The sender keeps the limit too."""
    with pytest.raises(ProtocolError, match="over the limit"):
        protocol.pack(protocol.Output(stream="stdout", data=bytes(protocol.MAX_FRAME)))


@given(st.binary(max_size=400))
def test_any_bytes_decode_or_raise_protocol_error(data: bytes) -> None:
    """No byte string makes the decoder fail in another way."""
    for union in (protocol.FromActive, protocol.FromKeeper, protocol.ToKeeper):
        try:
            protocol.decode(data, union)
        except ProtocolError:
            continue


@given(st.lists(st.binary(max_size=60), max_size=8), st.data())
def test_frames_are_found_however_they_are_cut(codes: list[bytes], data: st.DataObject) -> None:
    """Messages come out whole and in order, wherever the stream was cut into pieces."""
    messages = [protocol.Output(stream="stdout", data=code) for code in codes]
    stream = b"".join(protocol.pack(message) for message in messages)
    buffer = FrameBuffer(protocol.FromKeeper)
    found: list[object] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += buffer.feed(stream[:size])
        stream = stream[size:]
    assert found == messages
