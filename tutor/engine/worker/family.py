"""The processes that a keeper owns: one active process, and frozen checkpoints of it."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
import time
import traceback
from typing import NamedTuple, NoReturn

import msgspec

from tutor.engine.protocol import Checkpoint, Limits, Wake, pack
from tutor.engine.worker import active as active_process
from tutor.engine.worker import census
from tutor.engine.worker.channel import send_with_descriptor
from tutor.engine.worker.frozen import Frozen, Unkept
from tutor.engine.worker.kernel import (
    become_subreaper,
    die_with_parent,
    plain_fork,
)
from tutor.engine.worker.limits import apply_limits, take_precedence
from tutor.engine.worker.sandbox import scratch
from tutor.engine.worker.sandbox.level import Confinement, enter_as_active
from tutor.errors import EngineError

__all__ = ["Family", "Process"]

_ATTEMPTS = 3
"""How often a process is forked before it is given up: the machine may be short of something."""

_PAUSE = 0.1
"""Seconds between two attempts."""

_SEND_PATIENCE = 10.0
"""Seconds that the active process has to take a message before it is given up for lost."""

_CLOCK_STEP = 0.02
"""Seconds by which a file's time can lag behind the clock."""


class Process(NamedTuple):
    """A live process: its pid, our end of its channel, and a descriptor that says when it died."""

    pid: int
    channel: socket.socket
    pidfd: int


class Family:
    """Starts, freezes, wakes and ends the processes of one worker.

    Attributes:
        last: the number of the newest checkpoint; -1 where there is none.
        active: the process that cells run in.
        unkept: what the last restoring could not bring back.
    """

    def __init__(self, limits: Limits, confinement: Confinement, stdout: int, stderr: int) -> None:
        self._limits = limits
        self._confinement = confinement
        self._stdout = stdout
        self._stderr = stderr
        self._checkpoints: list[Frozen] = []
        self._dropped: list[int] = []
        self.last = -1
        self._sent = 0.0
        self._overfull = ""
        self._copied = 0
        self.unkept = Unkept(0)
        self.active: Process
        self._dying: Process | None = None
        become_subreaper()
        take_precedence()

    # --- the active process

    def start(self) -> Process:
        """Fork a pristine active process from this one.

        Raises:
            EngineError: no process could be made ready, however often it was tried; the learner's
                code has nothing to do with it, since it has not run.
        """
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE)
            try:
                self.active = self._fork_active()
            except OSError as error:
                reason = str(error)
            else:
                self.last = -1
                return self.active
        raise EngineError(f"No process can be made ready for code: {reason}")

    def _fork_active(self) -> Process:
        """Fork one, and wait until it is confined.

        Raises:
            OSError: it cannot be forked or confined.
        """
        ours, theirs = socket.socketpair()
        hearing, telling = os.pipe()
        keeper = os.getpid()
        with theirs, open(hearing, "rb") as pipe:  # noqa: PTH123 - a descriptor, not a path
            try:
                pid = plain_fork()
                if pid == 0:
                    self._be_active(keeper, theirs, telling)
            finally:
                os.close(telling)
            reason = pipe.read().decode("utf-8", "replace")
        if reason:
            ours.close()
            os.waitpid(pid, 0)
            raise OSError(reason)
        return self._process(pid, ours)

    def _be_active(self, keeper: int, channel: socket.socket, telling: int) -> NoReturn:
        """Run somebody's code in this process; say on `telling` why not, if it cannot be."""
        try:
            try:
                die_with_parent(keeper)
                self._become_active(channel, telling)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the keeper must hear of it
                os.write(telling, f"{type(error).__name__}: {error}".encode()[:2000])
            else:
                os.close(telling)
                active_process.serve(channel)
        except BaseException:  # noqa: BLE001
            os.write(2, traceback.format_exc().encode())  # its last words, beside the code's own
        finally:
            os._exit(1)  # nothing may come back into the keeper's loop

    def _become_active(self, channel: socket.socket, telling: int) -> None:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, place in ((null, 0), (self._stdout, 1), (self._stderr, 2)):
            os.dup2(descriptor, place)
        # The keeper's epoll, pipes and sockets are shared objects: out of the learner's reach.
        first, second = sorted((channel.fileno(), telling))
        os.closerange(3, first)
        os.closerange(first + 1, second)
        os.closerange(second + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        apply_limits(self._limits, own_user=self._confinement.own_processes)
        enter_as_active(self._confinement)

    def _process(self, pid: int, channel: socket.socket) -> Process:
        channel.settimeout(_SEND_PATIENCE)
        return Process(pid, channel, os.pidfd_open(pid))

    def send(self, message: msgspec.Struct) -> bool:
        """Send to the active process; False if it does not take it."""
        self._sent = time.time() - _CLOCK_STEP
        try:
            self.active.channel.sendall(pack(message))
        except OSError:
            return False
        return True

    def signal(self, number: int) -> None:
        """Send a signal to the active process alone."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.active.pidfd, number)

    def kill_active(self) -> None:
        """Kill the active process and what it forked."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.active.pid, signal.SIGKILL)
        self.signal(signal.SIGKILL)

    def replace(self, number: int | None = None) -> tuple[int, Process]:
        """Kill the active process and restore a checkpoint, as `restore` does.

        Nothing of the killed one runs any more, but the kernel takes ten milliseconds to take its
        memory apart: `bury_replaced` waits for that, and is called before code runs again.
        """
        self._dying = self.active
        self.kill_active()
        return self.restore(number)

    def bury_replaced(self) -> None:
        """Wait for the process that `replace` killed, and kill what it left behind."""
        if self._dying is not None:
            self._wait_for(self._dying)
            self._dying = None
            census.end_all(os.getpid(), self._frozen(wait=True) | {self.active.pid})

    def _wait_for(self, dead: Process) -> int:
        select.select([dead.pidfd], [], [])
        status = 0
        with contextlib.suppress(ChildProcessError):
            _, status = os.waitpid(dead.pid, 0)
        dead.channel.close()
        os.close(dead.pidfd)
        return status

    def bury(self) -> int:
        """Wait for the dead active process, kill what it left behind; give its wait status."""
        status = self._wait_for(self.active)
        census.end_all(os.getpid(), self._frozen(wait=True))
        self._reap()
        if self._overfull:
            # Or the next cell would be ended for what this one left.
            scratch.remove_since(self._confinement.home, self._sent)
            self._overfull = ""
        return status

    def _reap(self) -> None:
        """Wait for the orphans that have ended: the kernel counts them until somebody does.

        Only while there is no active process, whose own ending must not be taken by this.
        """
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def _reap_dropped(self) -> None:
        """Wait for checkpoints that were dropped, as far as they are this process's children."""
        alive: list[int] = []
        for pid in self._dropped:
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    alive.append(pid)
        self._dropped = alive

    def excess(self) -> str:
        """What the family uses more of than it may, as a sentence's beginning; empty if nothing.

        What ran is ended then, at once: a fork bomb leaves no time for anything else.
        """
        reason = self._excess()
        if reason:
            census.end_all(os.getpid(), self._frozen(wait=False))
        return reason

    def _excess(self) -> str:
        frozen = self._frozen(wait=False)
        running = [pid for pid in census.descendants(os.getpid()) if pid not in frozen]
        if sum(map(census.threads, running)) > self._limits.processes:
            return f"More than {self._limits.processes} processes and threads were running"
        base = census.resident_bytes(os.getpid())
        memory = sum(max(0, census.resident_bytes(pid) - base) for pid in running)
        if memory > self._limits.memory:
            return f"More than {self._limits.memory // 1024**2} MB of memory were in use"
        if self._confinement.own_processes:
            return ""  # the scratch directory is a file system of its own, with a size
        self._overfull = self._too_much_written(running)
        return self._overfull

    def _frozen(self, *, wait: bool) -> set[int]:
        known = (frozen.pid for frozen in self._checkpoints if frozen.reported(wait=wait))
        return {pid for pid in known if pid is not None}

    def _too_much_written(self, running: list[int]) -> str:
        amount = scratch.measure(self._confinement.home)
        held = sum(map(scratch.unlinked_bytes, running))
        if amount.bytes + held > scratch.MOST_BYTES:
            return f"More than {scratch.MOST_BYTES // 1024**2} MB were written to files"
        if amount.files > scratch.MOST_FILES:
            return f"More than {scratch.MOST_FILES:,} files were made"
        return "Directories were nested too deep" if amount.too_deep else ""

    # --- checkpoints

    def numbers(self) -> tuple[int, ...]:
        """The checkpoints that there are."""
        return tuple(frozen.number for frozen in self._checkpoints)

    def has(self, number: int) -> bool:
        """Whether that checkpoint is kept."""
        return number in self.numbers()

    def checkpoint(self, number: int) -> None:
        """Have the active process fork a checkpoint; the oldest go where there are too many."""
        self._reap_dropped()
        self._note_what_the_last_one_holds()
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with theirs, contextlib.suppress(OSError):
            send_with_descriptor(
                self.active.channel, pack(Checkpoint(number=number)), theirs.fileno()
            )
        self._checkpoints.append(Frozen(number, ours))
        self.last = number
        while self._keeps_too_much():
            # The state after setup stays: it is what a restart would give.
            self._drop(self._checkpoints.pop(1 if len(self._checkpoints) > 2 else 0))

    def _keeps_too_much(self) -> bool:
        if len(self._checkpoints) > max(self._limits.checkpoints, 1):
            return True
        held = sum(frozen.held for frozen in self._checkpoints)
        return held > self._limits.kept_memory and len(self._checkpoints) > 2

    def _note_what_the_last_one_holds(self) -> None:
        """Bound what the newest checkpoint has that the active process has changed since.

        It is no more than what the active process changed, and no more than what it had.
        """
        copied = census.copied_bytes(self.active.pid)
        newest = self._checkpoints[-1] if self._checkpoints else None
        if newest is not None and newest.pid is not None:
            had = census.resident_bytes(newest.pid) - census.resident_bytes(os.getpid())
            newest.held = max(0, min(copied - self._copied, had))
        self._copied = copied

    def settle(self) -> None:
        """Wait until every checkpoint that was asked for is there, or will never be."""
        for frozen in self._checkpoints:
            _ = frozen.pid

    @property
    def astray(self) -> bool:
        """Whether the active process said that it was done and did not go back to its loop.

        Only there does it fork the checkpoint that it is asked for.
        """
        return bool(self._checkpoints) and self._checkpoints[-1].overdue

    def restore(self, number: int | None = None) -> tuple[int, Process]:
        """Wake a checkpoint (the last one that is alive), or start afresh; give its number.

        The number is -1 for a fresh process. What is not as it was is in `unkept` then.
        """
        self.unkept = Unkept(0)
        while self._checkpoints:
            frozen = self._checkpoints.pop()
            if number is not None and frozen.number > number:
                self._drop(frozen)
                continue
            process = self._wake(frozen)
            self.unkept |= frozen.unkept
            if process is not None:
                self.active = process
                self._copied = census.copied_bytes(process.pid)
                self.checkpoint(frozen.number)
                return frozen.number, process
        return -1, self.start()

    def _wake(self, frozen: Frozen) -> Process | None:
        try:
            pid = frozen.pid
            if pid is None:
                self._drop(frozen)
                return None
            frozen.channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            process = self._process(pid, frozen.channel)
            # The code of another cell may have stopped it.
            signal.pidfd_send_signal(process.pidfd, signal.SIGCONT)
            frozen.channel.sendall(pack(Wake()))
        except OSError:
            self._drop(frozen)
            return None
        return process

    def _drop(self, frozen: Frozen) -> None:
        if frozen.pid is not None:
            self._dropped.append(frozen.pid)
        frozen.channel.close()  # it exits by itself at the end of its stream

    def end(self) -> None:
        """Kill everything, and remove what was written."""
        census.end_all(os.getpid())
        if not self._confinement.own_processes:
            scratch.clear(self._confinement.home)
