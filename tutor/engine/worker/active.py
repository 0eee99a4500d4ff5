"""The active process: it executes cells, and answers questions about them in throw-away forks.

The learner's code runs in this very process, so nothing that it sends is believed.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import random
import signal
import socket
import sys
from typing import NoReturn

import numpy as np
import torch

from tutor.engine.protocol import (
    Cancel,
    Checkpoint,
    Compare,
    Compared,
    Done,
    Draw,
    Drawn,
    Observations,
    Observe,
    Recognise,
    Recognised,
    Run,
    ToActive,
    Wake,
    send_frame,
)
from tutor.engine.worker import judge, observing, throwaway
from tutor.engine.worker.cells import Interpreter
from tutor.engine.worker.channel import receive_with_descriptor

__all__ = ["serve"]


def serve(channel: socket.socket) -> NoReturn:
    """Answer messages until the channel closes; never returns."""
    _use_plain_streams()
    Active(channel).loop()
    os._exit(0)


class Active:
    """The interpreter and the channel to the keeper."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._interpreter = Interpreter()
        self._pid = os.getpid()
        self._answer = ""

    def loop(self) -> None:
        """Take messages one by one until the keeper closes the channel."""
        while True:
            received = receive_with_descriptor(self._channel, ToActive)
            if received is None:
                return
            message, descriptor = received
            if isinstance(message, Checkpoint):
                self._checkpoint(descriptor)
                continue
            reply = self._answer_to(message)
            if os.getpid() != self._pid:
                os._exit(0)  # a process that the learner's code forked came out of its cell
            send_frame(self._channel, reply)

    def _answer_to(self, message: ToActive) -> Done | Observations | Drawn | Compared | Recognised:
        if isinstance(message, Run):
            return self._run(message)
        match message:
            case Observe():
                return self._observe(message)
            case Draw():
                return judge.draw(message)
            case Compare():
                return judge.compare(message)
            case Recognise():
                return judge.recognise(message)
            case _:
                return Done()

    # --- cells

    def _run(self, message: Run) -> Done:
        if message.seed is not None:
            seed_everything(message.seed)
        if message.filename == "<answer>":
            self._answer = message.code
        error, interrupted = self._interpreter.run(
            message.code, message.filename, quiet=message.quiet
        )
        for stream in (sys.stdout, sys.stderr):
            # The learner may have replaced, closed or broken the streams.
            with contextlib.suppress(Exception):
                stream.flush()
        return Done(error=error, interrupted=interrupted)

    # --- observing

    def _observe(self, message: Observe) -> Observations:
        namespace, answer = self._interpreter.namespace, self._answer

        def work() -> Observations:
            return observing.observe(message, namespace, answer)

        if not message.fork:
            return throwaway.guarded(work)
        return throwaway.run(work, message.seconds, close=self._channel.fileno())

    # --- checkpoints

    def _checkpoint(self, descriptor: int | None) -> None:
        """Fork a child that freezes on its own channel until `Wake` makes it the active process."""
        if descriptor is None:
            return
        gc.freeze()  # what exists now is not touched by the collector: its pages stay shared
        try:
            pid = os.fork()
        except OSError:
            os.close(descriptor)  # the keeper reads the closed channel as "no checkpoint"
            return
        if pid:
            # Here as well as in the child, which may not have been scheduled yet when this
            # process's group is killed.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            os.close(descriptor)
            return
        os.setpgid(0, 0)
        self._channel.close()
        self._channel = socket.socket(fileno=descriptor)
        self._pid = os.getpid()
        self._channel.send(b"k")
        while True:
            received = receive_with_descriptor(self._channel, ToActive)
            if received is None or isinstance(received[0], Cancel):
                os._exit(0)
            if isinstance(received[0], Wake):
                return


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and torch's global generators."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the generator that learners' code uses
    torch.manual_seed(seed)


def _use_plain_streams() -> None:
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as we do
    sys.stdout, sys.stderr = _text_stream(1), _text_stream(2)
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    """Line-buffered like a terminal's; what cannot be encoded is escaped, never raised."""
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), "utf-8", errors="backslashreplace", line_buffering=True
    )
