"""The keeper: trusted, runs no learner's code, and owns the processes that do.

It forwards requests to the active process and output and replies to the front end, ends what runs
too long, and brings back the last checkpoint when the active process dies.
"""

from __future__ import annotations

import functools
import os
import select
import selectors
import signal
import socket
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from tutor.engine.endings import BACKSTOP, GRACE, REPLIES, exit_words, lost_reply
from tutor.engine.protocol import (
    Done,
    Finished,
    FromActive,
    Interrupt,
    Limits,
    Observe,
    Output,
    Request,
    Rewind,
    Rewound,
    Run,
    ToKeeper,
    send_frame,
)
from tutor.engine.results import CellResult, CellStatus
from tutor.engine.worker import census
from tutor.engine.worker.channel import FrameBuffer
from tutor.engine.worker.family import Family, Process
from tutor.engine.worker.outlets import Outlets
from tutor.engine.worker.sandbox.level import Confinement
from tutor.engine.worker.telling import Restored, made_safe, not_as_it_was, what_happened
from tutor.errors import ProtocolError

__all__ = ["keep"]

WATCH = 0.25
"""Seconds between two looks at how much the family uses."""

IDLE_WATCH = 1.0
"""Likewise between cells: what a cell left running, or code that only said it was done."""

GLANCE = 0.03
"""Seconds between two glances at how many processes were forked: a bomb that has grown for as
long as `WATCH` outweighs its keeper."""

_READ = 1 << 16

_ASTRAY = "Code went on after it had said that it was done"


def keep(front: socket.socket, limits: Limits, confinement: Confinement) -> NoReturn:
    """Keep one worker until the front end closes its socket; never returns."""
    try:
        Keeper(front, limits, confinement).loop()
    except BaseException:  # noqa: BLE001 - nothing may come back into the zygote's loop
        traceback.print_exc()  # to the engine's log, where there is one
    finally:
        os._exit(0)


class Keeper:
    """One worker's state machine: what was asked, until when, and who is working on it."""

    def __init__(self, front: socket.socket, limits: Limits, confinement: Confinement) -> None:
        self._front = front
        self._limits = limits
        self._selector = selectors.DefaultSelector()
        self._outlets = Outlets(front, limits.output)
        self._family = Family(
            limits, confinement, self._outlets.stdout.writing, self._outlets.stderr.writing
        )
        self._from_front = FrameBuffer(ToKeeper)
        self._from_active = FrameBuffer(FromActive)
        self._request: Any = None
        self._started = 0.0
        self._deadline: float | None = None
        self._ending: CellStatus | None = None
        self._killed = False
        self._next_look = 0.0
        self._forks = census.Forks()
        self._excess = ""
        self._open = True

    def loop(self) -> None:
        """Serve until the front end is gone, then take the whole family along."""
        self._selector.register(self._front, selectors.EVENT_READ, self._on_front)
        for outlet in (self._outlets.stdout, self._outlets.stderr):
            react = functools.partial(self._outlets.forward, outlet)
            self._selector.register(outlet.reading, selectors.EVENT_READ, react)
        self._watch(self._family.start())
        try:
            while self._open:
                self._step()
        finally:
            self._family.end()

    def _step(self) -> None:
        for key, _ in self._selector.select(self._patience()):
            key.data()
            if not self._open:
                return
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._on_deadline()
        elif time.monotonic() >= self._next_look or (
            self._request is not None and self._forks.many()
        ):
            self._look()

    def _patience(self) -> float:
        """Seconds until something is to be done even if nothing happens."""
        now = time.monotonic()
        until = min(self._next_look, self._deadline or self._next_look)
        if self._request is not None:
            until = min(until, now + GLANCE)
        return max(0.0, until - now)

    def _look(self) -> None:
        """End what takes more than its share, where the kernel alone would let it."""
        self._next_look = time.monotonic() + (IDLE_WATCH if self._request is None else WATCH)
        self._excess = self._excess or self._family.excess()
        if self._request is None and self._family.astray:
            self._excess = _ASTRAY
        if self._excess:
            self._kill()

    # --- the front end

    def _on_front(self) -> None:
        try:
            data = self._front.recv(_READ)
        except ConnectionResetError:  # it hung up without reading all that it was sent
            data = b""
        if not data:
            self._open = False
            return
        for message in self._from_front.feed(data):
            self._on_message(message)

    def _on_message(self, message: ToKeeper) -> None:
        match message:
            case Interrupt():
                self._interrupt("interrupted")
            case Rewind():
                self._rewind(message.checkpoint)
            case _:
                self._begin(message)

    def _begin(self, request: Request) -> None:
        # The active process takes no request before it has forked its checkpoint. So this costs
        # nothing; and no code runs while a checkpoint could still be kept from reporting itself.
        self._family.settle()
        if self._forks.many():
            # What an earlier cell left running must not be this one's end.
            self._excess = self._excess or self._family.excess()
        if self._excess or select.select([self._family.active.pidfd], [], [], 0)[0]:
            self._on_death()  # it ended between cells
            self._family.settle()
        if self._family.astray:
            newest = self._family.last
            number = self._replace()
            self._family.bury_replaced()
            self._tell(_ASTRAY, Restored(number, newest, self._family.unkept))
        self._discard()
        self._request = request
        self._started = time.monotonic()
        self._ending, self._killed = None, False
        self._outlets.begin()
        self._next_look, self._excess = self._started + WATCH, ""
        seconds = request.seconds
        if seconds is None:
            self._deadline = None
        else:
            slack = BACKSTOP if _ends_by_itself(request) else 0.0
            self._deadline = self._started + seconds + slack
        if not self._family.send(request):
            self._kill()

    def _discard(self) -> None:
        """Drop what came from the active process unasked: it would pass for the next reply."""
        channel = self._family.active.channel
        while select.select([channel], [], [], 0)[0]:
            try:
                data = channel.recv(_READ)
            except OSError:
                return
            if not data:
                return
        self._from_active = FrameBuffer(FromActive)

    # --- ending what runs

    def _interrupt(self, status: CellStatus) -> None:
        if self._request is None or self._ending is not None:
            return
        self._ending = status
        self._deadline = time.monotonic() + GRACE
        self._family.signal(signal.SIGINT)

    def _on_deadline(self) -> None:
        if isinstance(self._request, Run) and self._ending is None:
            self._interrupt("timeout")
        else:
            self._ending = self._ending or "timeout"
            self._kill()

    def _kill(self) -> None:
        self._deadline = None
        self._killed = True
        self._family.kill_active()

    # --- the active process

    def _watch(self, active: Process) -> None:
        self._from_active = FrameBuffer(FromActive)
        for source, react in ((active.channel, self._on_active), (active.pidfd, self._on_death)):
            self._selector.register(
                source, selectors.EVENT_READ, functools.partial(self._if_current, active, react)
            )

    def _if_current(self, process: Process, react: Callable[[], None]) -> None:
        """React to an event, unless an earlier one of the same round replaced the process."""
        if process is self._family.active:
            react()

    def _unwatch(self, active: Process) -> None:
        self._selector.unregister(active.channel)
        self._selector.unregister(active.pidfd)

    def _on_active(self) -> None:
        try:
            data = self._family.active.channel.recv(_READ * 4)
            messages = self._from_active.feed(data) if data else None
        except (ProtocolError, OSError):
            messages = None
        if messages is None:  # closed, or bytes that no honest process sends
            self._family.kill_active()
            self._on_death()
            return
        for message in messages:
            self._on_reply(message)

    def _on_reply(self, message: FromActive) -> None:
        request, self._request = self._request, None
        self._deadline = None
        if request is None:
            return  # a forged reply to nothing
        self._outlets.drain()
        if isinstance(request, Run):
            keep = request.keep and self._limits.checkpoints > 0
            number = self._family.last + keep
            self._finish(message if isinstance(message, Done) else Done(), number)
            if keep:
                self._family.checkpoint(number)
        elif isinstance(message, REPLIES[type(request)]):
            send_frame(self._front, message)
        else:
            send_frame(self._front, lost_reply(request, "Its reply was of another kind."))

    def _finish(self, done: Done, number: int) -> None:
        status: CellStatus = "ok"
        note = ""
        if done.error is not None:
            status = "error"
            if self._ending is not None and done.interrupted:
                status = self._ending
        if self._ending == "timeout" and status == "timeout":
            note = "The time limit was reached, so the code was stopped. Names keep what they had."
        self._send_finished(
            CellResult(
                status=status,
                error=None if done.error is None else made_safe(done.error),
                note=note,
                checkpoint=max(number, 0),
                seconds=time.monotonic() - self._started,
            )
        )

    def _send_finished(self, result: CellResult) -> None:
        send_frame(self._front, Finished(result=result))

    def _on_death(self) -> None:
        self._outlets.drain()
        dead = self._family.active
        self._unwatch(dead)
        how = f"The process {exit_words(os.waitstatus_to_exitcode(self._family.bury()))}"
        excess, self._excess = self._excess, ""
        if excess:
            how = f"{excess}, so the process was ended"
        newest = self._family.last
        number, active = self._family.restore()
        restored = Restored(number, newest, self._family.unkept)
        self._watch(active)
        request, self._request = self._request, None
        self._deadline = None
        if request is None:
            if excess:
                self._tell(how, restored)
            return
        if isinstance(request, Run):
            self._send_finished(
                CellResult(
                    status=self._ending or "crashed",
                    note=what_happened(how, self._ending, restored, killed=self._killed),
                    checkpoint=max(number, 0),
                    seconds=time.monotonic() - self._started,
                )
            )
        else:
            send_frame(self._front, lost_reply(request, f"{how}.", late=self._killed))

    def _replace(self, wanted: int | None = None) -> int:
        """Put a checkpoint in the active process's place; give its number."""
        self._unwatch(self._family.active)
        number, active = self._family.replace(wanted)
        self._watch(active)
        return number

    def _tell(self, what: str, restored: Restored) -> None:
        """Say what happened between cells; it is shown with the next cell's output."""
        note = what_happened(what, None, restored, killed=False, cell="that cell")
        send_frame(self._front, Output(stream="stderr", data=f"{note}\n".encode()))

    def _rewind(self, wanted: int) -> None:
        if self._request is not None:
            reply = Rewound(checkpoint=self._family.last, reason="Code is running: stop it first.")
        elif not self._family.has(wanted):
            kept = ", ".join(map(str, self._family.numbers())) or "none"
            reply = Rewound(
                checkpoint=self._family.last,
                reason=f"There is no checkpoint {wanted}. Kept are: {kept}.",
            )
        else:
            if wanted == self._family.last:
                self._family.settle()  # every earlier one was there before the last cell began
            number = self._replace(wanted)
            reply = Rewound(
                checkpoint=number,
                reason="" if number == wanted else f"That checkpoint is lost; this is {number}.",
                note=not_as_it_was(self._family.unkept),
            )
        send_frame(self._front, reply)
        self._family.bury_replaced()


def _ends_by_itself(request: Request) -> bool:
    """Whether the active process sees to the time limit; then it is only not to hang."""
    if isinstance(request, Observe):
        return request.fork
    return not isinstance(request, Run)
