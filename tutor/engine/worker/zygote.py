"""The zygote: imports torch once, then only forks.

Started by exec with a clean environment. It holds no lesson and no answer, and relays nothing:
whatever passed through its memory would be inherited by the next learner's fork.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import time
import traceback
from typing import NoReturn

from tutor.engine.protocol import MAX_CONTROL, Failed, Fork, Forked, Ready, Warm, decode, encode
from tutor.engine.worker import census, kernel
from tutor.engine.worker.pages import gather_memory
from tutor.engine.worker.sandbox import level
from tutor.engine.worker.sandbox.readable import readable_paths
from tutor.engine.worker.sandbox.scratch import clear

__all__ = ["main"]

_NEEDED = "tutor.engine.worker.keeper"
"""What every worker needs."""

_WARM = ("torch._dynamo", "torch.utils.data")
"""What the first optimizer and the first loader import, slowly."""

_sandbox = ""


def main(descriptor: int, asked: str, scratch: str, warm: str) -> NoReturn:
    """Serve forks over the control socket until the front end closes it.

    Args:
        descriptor: the control socket.
        asked: the sandbox level that was asked for; empty for the best that there is.
        scratch: the directory of the workers' scratch directories; removed at the end.
        warm: empty where no successor is to import more.
    """
    control = socket.socket(fileno=descriptor)
    _import_torch(control, _Choice(asked))
    successor = bool(warm) and _warm_in_a_child(control, scratch)
    while _serve_one(control):
        pass
    if successor:  # its predecessor clears up
        os._exit(0)
    _end(scratch)


class _Choice:
    """The choice of a sandbox level, made in a child process while this one imports torch."""

    def __init__(self, asked: str) -> None:
        self._reading, writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._choose_and_exit(asked, writing)
        os.close(writing)

    def _choose_and_exit(self, asked: str, writing: int) -> NoReturn:
        try:
            try:
                found = level.choose(asked)
            except OSError as error:
                found = ("", str(error))
            os.write(writing, "\0".join(found).encode()[:4000])
        finally:
            os._exit(0)

    def result(self) -> tuple[str, str]:
        """The level (empty if the one that was asked for is not to be had), and why it is that."""
        with open(self._reading, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor
            found, _, note = pipe.read().partition("\0")
        os.waitpid(self._pid, 0)
        return found, note


def _import_torch(control: socket.socket, choice: _Choice) -> None:
    global _sandbox
    started = time.monotonic()
    try:
        kernel.become_subreaper()
        torch = importlib.import_module("torch")
        importlib.import_module(_NEEDED)
        torch.set_num_threads(1)
    except Exception as error:  # noqa: BLE001 - the front end explains it
        control.send(encode(Failed(number=0, reason=f"{type(error).__name__}: {error}"[:4000])))
        os._exit(1)
    _sandbox, note = choice.result()
    if not _sandbox:
        control.send(encode(Failed(number=0, reason=note, sandbox=True)))
        os._exit(1)
    if _sandbox != "none":
        importlib.import_module(level.LOCKDOWN)
        readable_paths()  # found out here, and inherited by every fork
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a keeper
    _freeze()
    control.send(
        encode(
            Ready(
                torch=str(torch.__version__),
                seconds=time.monotonic() - started,
                sandbox=_sandbox,
                note=note,
            )
        )
    )


def _import_checks() -> None:
    # Imported here, after torch: whoever starts the zygote hears of a failure.
    from tutor.engine.worker import answering  # noqa: PLC0415

    answering.import_checks()


def _freeze() -> None:
    """Keep the collector off the pages that every fork shares."""
    gc.collect()
    gc.freeze()


def _warm_in_a_child(control: socket.socket, scratch: str) -> bool:
    """Fork the zygote's successor, which imports more while this one goes on serving.

    The two share the control socket. Once the successor is warm, this process stops reading it and
    only waits: the keepers that it forked are its children and end when it ends.

    Returns:
        Whether this is the successor, and warm; otherwise it died before it was.
    """
    reading, writing = os.pipe()
    predecessor = os.getpid()
    if os.fork() == 0:
        kernel.die_with_parent(predecessor)
        kernel.become_subreaper()
        os.close(reading)
        started = time.monotonic()
        _import_checks()
        for name in _WARM:
            importlib.import_module(name)
        _freeze()
        gather_memory()
        os.write(writing, b"w")
        os.close(writing)
        control.send(encode(Warm(seconds=time.monotonic() - started)))
        return True
    os.close(writing)
    while True:
        ready, _, _ = select.select([control.fileno(), reading], [], [])
        if reading in ready:
            if os.read(reading, 1):
                _wait_for_the_end(control)
                _end(scratch)
            os.close(reading)
            return False
        if not _serve_one(control):
            _end(scratch)


def _end(scratch: str) -> NoReturn:
    """End what is still below this process, remove the scratch directories, and go."""
    census.end_all(os.getpid())
    clear(scratch)
    with contextlib.suppress(OSError):
        os.rmdir(scratch)  # noqa: PTH106 - like the rest of this module
    os._exit(0)


def _wait_for_the_end(control: socket.socket) -> None:
    """Wait until the front end hangs up, without ever reading what is meant for the successor."""
    poll = select.poll()
    poll.register(control, 0)
    while True:
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
            return


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
    if request.role != "session":
        _import_checks()
    try:
        pid, maps = level.fork_keeper(_sandbox)
    except OSError as error:
        control.send(encode(Failed(number=request.number, reason=str(error))))
        return True
    if pid == 0:
        _become_keeper(request, (control, ours), theirs, zygote, maps)
    theirs.close()
    socket.send_fds(control, [encode(Forked(number=request.number, pid=pid))], [ours.fileno()])
    ours.close()
    return True


def _become_keeper(
    request: Fork,
    foreign: tuple[socket.socket, socket.socket],
    front: socket.socket,
    zygote: int,
    maps: level.UserMaps | None,
) -> NoReturn:
    try:
        # Imported here, after torch: whoever starts the zygote hears of a failure.
        from tutor.engine.worker import keeper  # noqa: PLC0415

        os.setsid()
        kernel.die_with_parent(0 if maps else zygote)  # from a new namespace it has no number
        for other in foreign:
            other.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        confinement = level.enter_as_keeper(_sandbox, request.scratch, maps)
        keeper.keep(front, request.limits, confinement)
    except BaseException:  # noqa: BLE001 - nothing may come back into the zygote's loop
        traceback.print_exc()
    finally:
        os._exit(1)
