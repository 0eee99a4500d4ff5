"""The keeper of a spawned worker: it lives in the front end, and replays where others rewind."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from tutor.engine.endings import REPLIES, cause_of_death, exit_words, lost_reply
from tutor.engine.protocol import (
    Done,
    Finished,
    Interrupt,
    Limits,
    Output,
    Request,
    Rewind,
    Rewound,
    Run,
)
from tutor.engine.results import CellResult, CellStatus, Stream
from tutor.engine.spawned.attempt import Attempt
from tutor.engine.spawned.process import Process
from tutor.engine.spawned.replay import Cell, Replayed, outcome, patience, replay
from tutor.errors import EngineError, WorkerLostError

__all__ = ["Attendant"]

_STOPPED = "The time limit was reached, so the code was stopped. Names keep what they had."

_LONG = 2.0
"""Seconds of replay from which on it is announced."""


class Attendant:
    """Serves one worker's requests with one process at a time: a `tutor.engine.wire.Link`."""

    def __init__(
        self, take: Callable[[], Awaitable[Process]], limits: Limits, scratch: Path
    ) -> None:
        """Serve with the processes that `take` gives, in the directory `scratch`."""
        self._take = take
        self._limits = limits
        self._scratch = scratch
        self._process: Process | None = None
        self._history: tuple[Cell, ...] = ()
        self._seed = secrets.randbits(62)
        self._attempt: Attempt | None = None
        self._stopped = False
        self._task: asyncio.Task[None] | None = None
        self._out: asyncio.Queue[Any] = asyncio.Queue()
        self._closed = False

    # --- the link

    async def open(self) -> None:
        """Get a process."""
        await self._begin()

    async def send(self, message: msgspec.Struct) -> None:
        """Begin to serve a request, or interrupt the one that is served."""
        if self._closed:
            raise WorkerLostError("The worker is closed.")
        if isinstance(message, Interrupt):
            self._stopped = True
            if self._attempt is not None:
                self._attempt.interrupt("interrupted")
        else:
            self._task = asyncio.create_task(self._serve(message))

    async def receive(self) -> Any:
        """The next piece of output, or the reply."""
        message = await self._out.get()
        if isinstance(message, EngineError):
            raise WorkerLostError(str(message)) from message
        return message

    async def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._end_process()
        self._out.put_nowait(WorkerLostError("The worker is closed."))

    # --- requests

    async def _serve(self, message: Any) -> None:
        self._stopped = False
        try:
            match message:
                case Run():
                    reply: Any = Finished(result=await self._run(message))
                case Rewind():
                    reply = await self._rewind(message.checkpoint)
                case _:
                    reply = await self._ask(message)
        except EngineError as error:  # no process is to be had
            reply = error
        except Exception as error:  # noqa: BLE001 - nobody may wait for ever for a reply
            reply = WorkerLostError(f"The worker's keeper failed: {error!r}")
        self._out.put_nowait(reply)

    async def _run(self, message: Run) -> CellResult:
        recovered = await self._recover()
        if recovered and self._stopped:
            checkpoint = max(len(self._history) - 1, 0)
            return CellResult(status="interrupted", note=recovered, checkpoint=checkpoint)
        if not self._history and message.seed is None:
            # What is random in a session is so by this seed, and the same when cells run again.
            message = msgspec.structs.replace(message, seed=self._seed)
        attempt, reply = await self._try(message, self._limits.output)
        if attempt.dropped:
            self._out.put_nowait(Output(stream="stderr", data=b"", dropped=attempt.dropped))
        if reply is None:
            return await self._crashed(attempt)
        done = reply if isinstance(reply, Done) else Done()
        status = _status(done, attempt.status)
        self._history += (outcome(message, done, status, attempt.seconds),)
        stopped = _STOPPED if status == "timeout" else ""
        return CellResult(
            status=status,
            error=done.error,
            note=f"{recovered} {stopped}".strip(),
            checkpoint=len(self._history) - 1,
            seconds=attempt.seconds,
        )

    async def _ask(self, request: Request) -> Any:
        wanted = len(self._history)
        await self._recover()
        if len(self._history) < wanted:  # what was to be looked at is not there any more
            return lost_reply(request, "What led to it ended its process when it ran again.")
        attempt, reply = await self._try(request, self._limits.output)
        if reply is None:
            reason = f"Its process {await self._how()}."
            if attempt.killed:
                reason = f"It did not finish within {request.seconds:g} seconds."
            return lost_reply(request, reason, late=attempt.killed)
        if not isinstance(reply, REPLIES[type(request)]):
            return lost_reply(request, "Its reply was of another kind.")
        return reply

    async def _rewind(self, wanted: int) -> Rewound:
        last = len(self._history) - 1
        if not 0 <= wanted <= last:
            kept = "none" if last < 0 else "0" if last == 0 else f"0 to {last}"
            reason = f"There is no checkpoint {wanted}. Kept are: {kept}."
            return Rewound(checkpoint=last, reason=reason)
        replayed = await self._replay(self._history[: wanted + 1])
        number = len(replayed.cells) - 1
        if not replayed.complete:
            reason = f"That state cannot be had again; this is {number}. {replayed.note}"
            return Rewound(checkpoint=number, reason=reason)
        return Rewound(checkpoint=number, note=replayed.note)

    # --- after a crash

    async def _crashed(self, attempt: Attempt) -> CellResult:
        how = f"The process {await self._how()}"
        first = cause_of_death(how, attempt.status, killed=attempt.killed)
        if self._limits.checkpoints and self._history:
            self._announce()
            replayed = await self._replay(self._history)
            kept = "" if replayed.differences else "; everything defined earlier is kept"
            note = f"{first} The session is as it was before this cell{kept}. {replayed.note}"
            if not replayed.complete:
                note = f"{first} {replayed.note}"
        else:
            self._history = ()
            note = f"{first} A fresh session took its place; nothing that was defined is left."
        return CellResult(
            status=attempt.status or "crashed",
            note=note,
            checkpoint=max(len(self._history) - 1, 0),
            seconds=attempt.seconds,
        )

    async def _recover(self) -> str:
        """Have a live process in the state that is due; say so where it had to be made again."""
        if self._process is not None and not self._process.gone.done():
            return ""
        replayed = await self._replay(self._history)
        if not self._history:
            return ""
        return f"The process had ended between two cells. {replayed.note}"

    async def _how(self) -> str:
        """How the process ended."""
        return exit_words(await self._process.gone) if self._process is not None else "is gone"

    def _announce(self) -> None:
        seconds = sum(cell.seconds for cell in self._history)
        if seconds >= _LONG:
            text = f"… the process ended; earlier cells run again, about {seconds:.0f} s …\n"
            self._out.put_nowait(Output(stream="stderr", data=text.encode()))

    async def _replay(self, cells: tuple[Cell, ...]) -> Replayed:
        self._stopped = False
        replayed = await replay(cells, self._afresh, self._again, lambda: self._stopped)
        self._history = replayed.cells
        return replayed

    async def _afresh(self) -> None:
        await self._end_process()
        # The cells write their files again; what is there would be in their way.
        await asyncio.to_thread(_empty, self._scratch)
        await self._begin()
        self._stopped = False

    async def _again(self, cell: Cell) -> Cell | None:
        run = msgspec.structs.replace(cell.run, seconds=patience(cell))
        attempt, reply = await self._try(run, room=0)
        if reply is None:
            return None
        done = reply if isinstance(reply, Done) else Done()
        return outcome(cell.run, done, _status(done, attempt.status), attempt.seconds)

    # --- the process

    async def _try(self, request: Request, room: int) -> tuple[Attempt, Any]:
        if self._process is None:
            raise WorkerLostError("The worker has no process.")
        self._attempt = Attempt(self._process, request, room)
        try:
            return self._attempt, await self._attempt.reply()
        finally:
            self._attempt = None

    async def _begin(self) -> None:
        process = self._process = await self._take()
        process.on_output = self._on_output
        await process.begin(self._limits, self._scratch)

    def _on_output(self, stream: Stream, data: bytes) -> None:
        self._out.put_nowait(Output(stream=stream, data=data))

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.gone


def _status(done: Done, told: CellStatus | None) -> CellStatus:
    if done.error is None:
        return "ok"
    return told if told is not None and done.interrupted else "error"


def _empty(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
