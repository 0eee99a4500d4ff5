"""The zygote: imports torch once, then only forks.

Started by exec with a clean environment. It holds no lesson and no answer, and relays nothing:
whatever passed through its memory would be inherited by the next learner's fork.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from typing import NoReturn

from tutor.engine.protocol import MAX_CONTROL, Failed, Fork, Forked, Ready, Warm, decode, encode
from tutor.engine.worker import kernel

__all__ = ["main"]

_WARM = ("torch._dynamo", "torch.optim", "torch.utils.data")
"""What the first optimizer and the first loader import, slowly."""


def main(descriptor: int) -> NoReturn:
    """Serve forks over the control socket until the front end closes it."""
    control = socket.socket(fileno=descriptor)
    _import_torch(control)
    _warm_in_a_child(control)
    _serve(control)


def _import_torch(control: socket.socket) -> None:
    started = time.monotonic()
    try:
        kernel.become_subreaper()
        torch = importlib.import_module("torch")
        importlib.import_module("tutor.engine.worker.keeper")
        torch.set_num_threads(1)
    except Exception as error:  # noqa: BLE001 - the front end explains it
        control.send(encode(Failed(number=0, reason=f"{type(error).__name__}: {error}"[:4000])))
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a keeper
    _freeze()
    control.send(encode(Ready(torch=str(torch.__version__), seconds=time.monotonic() - started)))


def _freeze() -> None:
    """Keep the collector off the pages that every fork shares."""
    gc.collect()
    gc.freeze()


def _warm_in_a_child(control: socket.socket) -> None:
    """Fork the zygote's successor, which imports more while this one goes on serving.

    The two share the control socket. Once the successor is warm, this process stops reading it and
    only waits: the keepers that it forked are its children and end when it ends.
    """
    reading, writing = os.pipe()
    predecessor = os.getpid()
    if os.fork() == 0:
        kernel.die_with_parent(predecessor)
        kernel.become_subreaper()
        os.close(reading)
        started = time.monotonic()
        for name in _WARM:
            importlib.import_module(name)
        _freeze()
        os.write(writing, b"w")
        os.close(writing)
        control.send(encode(Warm(seconds=time.monotonic() - started)))
        return
    os.close(writing)
    while True:
        ready, _, _ = select.select([control.fileno(), reading], [], [])
        if reading in ready:
            if os.read(reading, 1):
                _wait_for_the_end(control)
            os.close(reading)
            return  # the successor died before it was warm: go on without one
        if not _serve_one(control):
            os._exit(0)


def _wait_for_the_end(control: socket.socket) -> NoReturn:
    """Wait until the front end hangs up, without ever reading what is meant for the successor."""
    poll = select.poll()
    poll.register(control, 0)
    while True:
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
            os._exit(0)


def _serve(control: socket.socket) -> NoReturn:
    while _serve_one(control):
        pass
    os._exit(0)


def _serve_one(control: socket.socket) -> bool:
    """Serve one request; False once the front end is gone."""
    try:
        packet = control.recv(MAX_CONTROL)
    except OSError:
        return False
    if not packet:
        return False
    request: Fork = decode(packet, Fork)
    ours, theirs = socket.socketpair()
    zygote = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        control.send(encode(Failed(number=request.number, reason=str(error))))
        return True
    if pid == 0:
        _become_keeper(request, control, ours, theirs, zygote)
    theirs.close()
    socket.send_fds(control, [encode(Forked(number=request.number, pid=pid))], [ours.fileno()])
    ours.close()
    return True


def _become_keeper(
    request: Fork,
    control: socket.socket,
    ours: socket.socket,
    theirs: socket.socket,
    zygote: int,
) -> NoReturn:
    try:
        # Imported here, after torch: whoever starts the zygote hears of a failure.
        from tutor.engine.worker import keeper  # noqa: PLC0415

        os.setsid()
        kernel.die_with_parent(zygote)
        control.close()
        ours.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keeper.keep(theirs, request.limits, request.scratch)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
