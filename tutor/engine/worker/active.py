"""The active process of the engine that forks: what can be asked of it beyond answering.

It looks at its own state in throw-away forks, and freezes checkpoints of itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
from collections.abc import Callable
from typing import NoReturn

import torch

from checks.chance import seed_all
from tutor.engine.protocol import (
    Cancel,
    Checkpoint,
    Observations,
    Observe,
    ToActive,
    Wake,
    send_frame,
)
from tutor.engine.worker import throwaway
from tutor.engine.worker.answering import Answering, use_plain_streams
from tutor.engine.worker.channel import receive_with_descriptor
from tutor.engine.worker.forks import fork_exactly, other_threads
from tutor.engine.worker.frozen import Unkept, open_for_writing

__all__ = ["serve"]

_SPARE_AFTER = 0.05
"""Seconds without a request after which a new process is a spare one and has time to get ready."""


def serve(channel: socket.socket) -> NoReturn:
    """Answer messages until the channel closes; never returns."""
    use_plain_streams()
    # A fork inherits the zygote's generators: without this, chance would be the same in all.
    seed_all(int.from_bytes(os.urandom(6)))
    Active(channel).loop()
    os._exit(0)


def _touch_memory() -> None:
    """Do what a first cell does, so that the pages that it writes to are this process's own.

    Each page that a fork writes to for the first time is copied then, and each library page that
    it reads is looked up: ten milliseconds for the first tensor that is printed.
    """
    code = compile("torch.ones(2, 3).sum()\n", "<nothing>", "single")
    tensor = eval(compile("torch.ones(2, 3) + 1", "<nothing>", "eval"), {"torch": torch})  # noqa: S307 - our own text
    del code
    repr(tensor)


class Active(Answering):
    """The interpreter and the channel to the keeper."""

    def __init__(self, channel: socket.socket) -> None:
        super().__init__()
        self._channel = channel
        self._frozen: list[int] = []

    def loop(self) -> None:
        """Take messages one by one until the keeper closes the channel."""
        if not select.select([self._channel], [], [], _SPARE_AFTER)[0]:
            _touch_memory()
        while True:
            received = receive_with_descriptor(self._channel, ToActive)
            if received is None:
                return
            message, descriptor = received
            if isinstance(message, Checkpoint):
                self._checkpoint(descriptor)
            else:
                send_frame(self._channel, self.answer_to(message))

    def look(self, message: Observe, work: Callable[[], Observations]) -> Observations:
        """Observe in a throw-away fork, unless this world is spent anyway."""
        if not message.fork:
            return super().look(message, work)
        return throwaway.run(work, message.seconds, close=self._channel.fileno())

    # --- checkpoints

    def _reap_dropped(self) -> None:
        """Wait for checkpoints that have ended: the kernel counts them until their parent does."""
        alive: list[int] = []
        for pid in self._frozen:
            # No child of this process: it was forked by the one that this process was frozen from.
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    alive.append(pid)
        self._frozen = alive

    def _checkpoint(self, descriptor: int | None) -> None:
        """Fork a child that freezes on its own channel until `Wake` makes it the active process."""
        if descriptor is None:
            return
        self._reap_dropped()
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]  # a fork could not use it
            with socket.socket(fileno=descriptor) as channel:
                channel.send(bytes([Unkept.CUDA]))
            return
        unkept = Unkept.THREADS if other_threads() else Unkept(0)
        gc.freeze()  # what exists now is not touched by the collector: its pages stay shared
        try:
            pid = fork_exactly()
        except OSError:
            os.close(descriptor)  # the keeper reads the closed channel as "no checkpoint"
            return
        if pid:
            # Here as well as in the child, which may not have been scheduled yet when this
            # process's group is killed.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            os.close(descriptor)
            self._frozen.append(pid)
            return
        os.setpgid(0, 0)
        self._channel.close()
        self._channel = socket.socket(fileno=descriptor)
        self.pid = os.getpid()
        if open_for_writing():
            unkept |= Unkept.FILES
        self._channel.send(bytes([unkept]))
        while True:
            received = receive_with_descriptor(self._channel, ToActive)
            if received is None or isinstance(received[0], Cancel):
                os._exit(0)
            if isinstance(received[0], Wake):
                return
