"""Doing something in a fork that is thrown away, so that it cannot disturb the learner's state."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable

from tutor.engine.endings import exit_words
from tutor.engine.protocol import MAX_FRAME, Observations, decode, encode
from tutor.engine.worker.answering import guarded
from tutor.engine.worker.forks import fork_exactly
from tutor.errors import ProtocolError

__all__ = ["run"]

_LENGTH = 8
_TOO_LARGE = Observations(failure="too-large", reason="What it gave is too large to be compared.")


def run(work: Callable[[], Observations], seconds: float, *, close: int) -> Observations:
    """Run `work` in a fork for at most `seconds`; give what it returned, or how it ended.

    Args:
        work: its result travels back over a pipe.
        seconds: wall-clock limit.
        close: a descriptor that the fork has no business with: the channel to the keeper.
    """
    reading, writing = os.pipe()
    try:
        pid = fork_exactly()
    except OSError as error:
        os.close(reading)
        os.close(writing)
        return Observations(failure="fault", reason=f"no process could be forked: {error}")
    if pid == 0:
        os.close(reading)
        os.close(close)
        _work_and_exit(work, writing)
    os.close(writing)
    try:
        reply, late = _read(reading, seconds)
    finally:
        os.close(reading)
        status = _end(pid, patience=0.0 if reply or late else 0.5)
    if late:
        reason = f"It did not finish within {seconds:g} seconds."
        return Observations(failure="timeout", reason=reason)
    if not reply:
        how = exit_words(os.waitstatus_to_exitcode(status))
        return Observations(failure="crashed", reason=f"Its process {how}.")
    try:
        observations: Observations = decode(reply, Observations)
    except ProtocolError:
        return Observations(failure="crashed", reason="Its process sent no readable reply.")
    return observations


def _end(pid: int, patience: float) -> int:
    """Wait for the fork for at most `patience` seconds, kill it otherwise; give its wait status.

    One that closed the pipe without a reply is most likely dying, and how it dies is worth
    knowing; but it may also have closed every descriptor and gone on.
    """
    deadline = time.monotonic() + patience
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            return os.waitpid(pid, 0)[1]
        time.sleep(0.005)


def _work_and_exit(work: Callable[[], Observations], writing: int) -> None:
    try:
        body = encode(guarded(work))
        with open(writing, "wb") as pipe:
            pipe.write(len(body).to_bytes(8, "big") + body)
    finally:
        os._exit(0)


def _read(reading: int, seconds: float) -> tuple[bytes, bool]:
    """The whole reply (empty if it was cut), and whether time ran out."""
    deadline = time.monotonic() + seconds
    received = bytearray()
    wanted: int | None = None
    while wanted is None or len(received) < wanted:
        left = deadline - time.monotonic()
        if left <= 0:
            return b"", True
        if not select.select([reading], [], [], left)[0]:
            continue
        part = os.read(reading, 1 << 20)
        if not part:
            return b"", False
        received += part
        if wanted is None and len(received) >= _LENGTH:
            wanted = _LENGTH + int.from_bytes(received[:_LENGTH], "big")
            if wanted > MAX_FRAME:
                return encode(_TOO_LARGE), False
    return bytes(received[_LENGTH:wanted]), False
