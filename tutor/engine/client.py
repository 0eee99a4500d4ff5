"""The front end's side of the engine: start it, open sessions, run cells. No torch."""

from __future__ import annotations

import abc
import asyncio
import contextlib
import itertools
import os
import platform
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias
from weakref import WeakSet

from tutor.engine.protocol import Limits, Ready, Role
from tutor.engine.session import Session
from tutor.engine.wire import Worker
from tutor.errors import EngineError, EngineStartError, UsageError

__all__ = ["KINDS", "LEVELS", "Engine", "Kind"]

LEVELS = ("full", "partial", "none")
"""The sandbox levels, strongest first."""

Kind: TypeAlias = Literal["fork", "spawn"]

KINDS: tuple[Kind, ...] = ("fork", "spawn")
"""How workers come to be: forked from a process that has torch, or started afresh."""

_START_PATIENCE = 120.0
_WARM_PATIENCE = 60.0

_RESTOCK_AFTER = 0.3
"""Seconds after which a spare session that was taken is replaced: its first cells go first."""

_ON_LINUX = platform.system() == "Linux"


class Engine(abc.ABC):
    """Where workers come from; an asynchronous context manager.

    Attributes:
        kind: how workers come to be; known from the start.
        torch_version: the version of torch, once ready.
        import_seconds: how long torch took to import, once ready.
        sandbox: the level at which code runs (``full``, ``partial`` or ``none``), once ready.
        sandbox_note: why it is not a higher one, once ready.
        warm: set once what the first optimizer needs is imported as well.
        warming: whether that is still to be expected.
    """

    kind: Kind

    def __init__(self, scratch: Path) -> None:
        self._numbers = itertools.count(1)
        self._workers: set[Worker] = set()
        self._removals: set[asyncio.Task[None]] = set()
        self._sessions: WeakSet[Session] = WeakSet()
        self._ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self._scratch = scratch
        self._closed = False
        self.torch_version = ""
        self.sandbox = ""
        self.sandbox_note = ""
        self.import_seconds = 0.0
        self.warm = asyncio.Event()
        self.warming = True

    @classmethod
    async def start(
        cls, *, sandbox: str | None = None, kind: str | None = None, warm: bool = True
    ) -> Engine:
        """Start the engine and return at once; torch is imported behind it.

        Args:
            sandbox: the level that is asked for; None for the best that there is.
            kind: ``fork`` or ``spawn``; None for what TUTOR_ENGINE says, or else for ``fork`` on
                Linux and ``spawn`` elsewhere.
            warm: whether the engine that forks imports more behind what runs. Without it the
                first optimizer of each worker takes a second longer, and `warm` is never set:
                for a few answers that are judged at once and use none.

        Raises:
            UsageError: there is no such level or kind, or not here.
            EngineStartError: the interpreter cannot be started.
        """
        if sandbox is not None and sandbox not in LEVELS:
            raise UsageError(f"There is no sandbox level {sandbox!r}: use {', '.join(LEVELS)}.")
        chosen = _choose(kind)
        if chosen == "spawn" and sandbox in {"full", "partial"}:
            raise UsageError(
                f"The sandbox level {sandbox} is not to be had here. {no_sandbox_because()}"
            )
        scratch = Path(tempfile.mkdtemp(prefix="tutor-"))
        try:
            return _start(chosen, sandbox or "", scratch, warm=warm)
        except OSError as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise EngineStartError(f"The engine cannot be started: {error}") from error

    async def ready(self) -> None:
        """Wait until torch is imported.

        Raises:
            EngineStartError: it cannot be imported; the message has the reason.
            UsageError: this machine cannot give the sandbox level that was asked for.
        """
        try:
            message = await asyncio.wait_for(asyncio.shield(self._ready), _START_PATIENCE)
        except TimeoutError as error:
            raise EngineStartError(
                f"torch was not imported within {_START_PATIENCE:g} seconds."
            ) from error
        self.torch_version = message.torch
        self.import_seconds = message.seconds
        self.sandbox = message.sandbox
        self.sandbox_note = message.note

    async def late_imports(self) -> None:
        """Wait until what is imported late is there, where that is to be expected.

        On a busy machine it takes longer than code may run, and must not count as the code's time.
        """
        if self.warming:
            try:
                await asyncio.wait_for(self.warm.wait(), _WARM_PATIENCE)
            except TimeoutError:  # it died: everything works without, only slower
                self.warming = False

    # --- workers

    async def session(self, *, setup: str = "", limits: Limits | None = None) -> Session:
        """A new session with `setup` run in it.

        Raises:
            EngineStartError: torch cannot be imported.
            EngineError: there is no worker to be had, or `setup` fails.
        """
        session = Session(self._take_session_worker, setup=setup, limits=limits)
        self._sessions.add(session)
        await session.restart()
        return session

    async def renew_sessions(self) -> None:
        """Have sessions in which nothing has run yet change to workers that are better prepared."""
        for session in list(self._sessions):
            await session.renew()

    async def _take_session_worker(self, limits: Limits | None) -> Worker:
        if limits is not None:
            return await self.worker("session", limits)
        worker = await self.take("session")
        asyncio.get_running_loop().call_later(_RESTOCK_AFTER, self.stock, "session", 1)
        return worker

    @abc.abstractmethod
    async def take(self, role: Role) -> Worker:
        """A pristine worker: a spare one where there is one, or a new one.

        Raises:
            EngineStartError: torch cannot be imported.
            EngineError: there is no worker to be had.
        """

    @abc.abstractmethod
    def stock(self, role: Role, count: int) -> None:
        """Have `count` spare workers of a role made in the background, or as many as is wise."""

    async def worker(self, role: Role, limits: Limits | None = None) -> Worker:
        """Make a worker.

        Raises:
            EngineStartError: torch cannot be imported.
            EngineError: there is no worker to be had.
        """
        await self.ready()
        if self._closed:
            raise EngineError("The engine is closed.")
        number = next(self._numbers)
        scratch = self._scratch / str(number)
        scratch.mkdir()
        worker = await self._make(number, role, limits or Limits(), scratch)
        worker.on_close = lambda: self._forget(worker, scratch)
        self._workers.add(worker)
        try:
            await worker.open()
        except BaseException:
            await worker.close()
            raise
        return worker

    def _forget(self, worker: Worker, scratch: Path) -> None:
        self._workers.discard(worker)
        # Not here: what was mounted there takes the kernel ten milliseconds to take away.
        removal = asyncio.create_task(asyncio.to_thread(_remove, scratch))
        self._removals.add(removal)
        removal.add_done_callback(self._removals.discard)

    @abc.abstractmethod
    async def _make(self, number: int, role: Role, limits: Limits, scratch: Path) -> Worker:
        """A worker that is not open yet."""

    # --- the end

    async def close(self) -> None:
        """End every process that was started and remove the scratch directories."""
        if self._closed:
            return
        self._closed = True
        await self._end_spares()
        for worker in list(self._workers):
            await worker.close()
        await self._end()
        await asyncio.gather(*self._removals)
        _remove(self._scratch)

    @abc.abstractmethod
    async def _end_spares(self) -> None:
        """Give up what was made in the background."""

    @abc.abstractmethod
    async def _end(self) -> None:
        """End what is not a worker."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


SESSION_LIMITS = Limits(checkpoints=50)


def _remove(folder: Path) -> None:
    """Remove a scratch directory; what is too deep for this is cleared by the zygote."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)


def limits_of(role: Role) -> Limits | None:
    """The limits of a role's spare workers."""
    return SESSION_LIMITS if role == "session" else None


def no_sandbox_because() -> str:
    """Why the spawned engine has no sandbox, in a sentence."""
    if _ON_LINUX:
        return "The spawned engine has no sandbox; the one that forks has."
    return "The sandbox is made of what only Linux has; none was tested on this system."


def _choose(kind: str | None) -> Kind:
    here: Kind = "fork" if _ON_LINUX else "spawn"
    asked = kind or os.environ.get("TUTOR_ENGINE") or here
    for known in KINDS:
        if asked == known:
            if known == "fork" and here != "fork":
                raise UsageError("The engine that forks runs on Linux only: use spawn.")
            return known
    raise UsageError(f"There is no engine {asked!r}: use {' or '.join(KINDS)}.")


def _start(kind: Kind, sandbox: str, scratch: Path, *, warm: bool) -> Engine:
    if kind == "fork":
        from tutor.engine.forking import ForkEngine  # noqa: PLC0415 - only Linux can import it

        return ForkEngine(sandbox, scratch, warm=warm)
    from tutor.engine.spawned.engine import SpawnEngine  # noqa: PLC0415 - most users never need it

    return SpawnEngine(scratch)
