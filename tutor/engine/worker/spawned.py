"""A spawned worker: a fresh interpreter that imports torch and answers the front end itself.

For platforms without a safe fork. It uses nothing that only Linux has, and there is no keeper: the
front end watches it (`tutor.engine.attendant`). Requests come in on descriptor 0, replies go out on
a pipe of their own, and descriptors 1 and 2 are the learner's output.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from tutor.engine.protocol import Begin, Failed, Limits, Ready, ToSpawned, Warm, pack
from tutor.engine.worker.channel import FrameBuffer
from tutor.errors import ProtocolError

if TYPE_CHECKING:
    from tutor.engine.worker.answering import Answering

__all__ = ["main"]

_ANSWERING = "tutor.engine.worker.answering"

_WARM = "torch._dynamo"
"""What the first optimizer imports, slowly."""

_IDLE = 2.0
"""Seconds without a message after which a spare imports it."""


def main(replies: int) -> NoReturn:
    """Import torch, then answer until the front end closes its end; never returns.

    Args:
        replies: the descriptor (on Windows the handle) of the pipe for replies.
    """
    sys.argv = [""]
    worker = _Worker(_as_descriptor(replies))
    worker.import_torch()
    worker.serve()
    os._exit(0)


class _Worker:
    """The pipes to the front end, and whoever answers."""

    def __init__(self, replies: int) -> None:
        self._replies = replies
        self._requests = os.dup(0)
        # Copies, so that marks arrive whatever the learner does to 1 and 2.
        self._outputs = (os.dup(1), os.dup(2))
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._mark = b""
        self._scratch: Path | None = None
        self._answering: Answering
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def import_torch(self) -> None:
        """Import what is needed and say so; exits where it cannot be imported."""
        started = time.monotonic()
        try:
            torch = importlib.import_module("torch")
            torch.set_num_threads(1)
            answering = importlib.import_module(_ANSWERING)
            answering.import_checks()
        except Exception as error:  # noqa: BLE001 - the front end explains it
            self._send(Failed(number=0, reason=f"{type(error).__name__}: {error}"[:4000]))
            os._exit(1)
        answering.use_plain_streams()
        self._answering = answering.Answering()
        _listen_for_break()
        seconds = time.monotonic() - started
        self._send(Ready(torch=str(torch.__version__), seconds=seconds, sandbox="none"))

    def serve(self) -> None:
        """Take messages one by one."""
        message = self._first()
        while True:
            if isinstance(message, Begin):
                self._begin(message)
            else:
                reply = self._answering.answer_to(message)
                self._write_marks()
                self._send(reply)
            message = self._inbox.get()

    def _first(self) -> Any:
        """The first message; who has long to wait for it gets ready for more meanwhile."""
        with contextlib.suppress(queue.Empty):
            return self._inbox.get(timeout=_IDLE)
        started = time.monotonic()
        with contextlib.suppress(ImportError):
            importlib.import_module(_WARM)
        self._send(Warm(seconds=time.monotonic() - started))
        return self._inbox.get()

    def _begin(self, message: Begin) -> None:
        self._mark = message.mark
        self._scratch = Path(message.scratch)
        os.chdir(self._scratch)
        _limit(message.limits)

    # --- pipes

    def _read(self) -> None:
        """Read requests in a thread of its own: the front end's end is to end a cell too."""
        buffer = FrameBuffer(ToSpawned)
        with contextlib.suppress(OSError, ProtocolError):
            while data := os.read(self._requests, 1 << 16):
                for message in buffer.feed(data):
                    self._inbox.put(message)
        if self._scratch is not None:  # a front end that was killed has not cleaned up
            shutil.rmtree(self._scratch.parent, ignore_errors=True)
        _end()

    def _write_marks(self) -> None:
        """Say on each output that what comes after it is not this request's any more."""
        for output in self._outputs:
            with contextlib.suppress(OSError):
                os.write(output, self._mark)

    def _send(self, message: msgspec.Struct) -> None:
        frame = memoryview(pack(message))
        try:
            while frame:
                frame = frame[os.write(self._replies, frame) :]
        except OSError:
            _end()  # the front end is gone, or the learner's code closed the pipe


def _end() -> NoReturn:
    """Exit at once, together with the processes that the learner's code started."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _as_descriptor(replies: int) -> int:
    if sys.platform == "win32":  # not tested there: a handle is inherited, not a descriptor
        import msvcrt  # noqa: PLC0415 - Windows has it

        return msvcrt.open_osfhandle(replies, os.O_WRONLY)
    os.set_inheritable(replies, False)  # noqa: FBT003 - the standard library's signature
    return replies


def _listen_for_break() -> None:
    """Have Ctrl+Break, which one process can send another on Windows, act like Ctrl+C."""
    if sys.platform == "win32":  # not tested there
        signal.signal(signal.SIGBREAK, lambda *_: signal.raise_signal(signal.SIGINT))


def _limit(limits: Limits) -> None:
    """Set the limits that the platform knows; memory is not among them.

    macOS does not enforce a limit on memory, and one on address space keeps CUDA from starting.
    """
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return  # Windows has none of this
    for which, value in (
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)  # noqa: PLW2901 - a limit can only be lowered
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (value, value))
