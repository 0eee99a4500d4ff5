"""The session behind the prompt: opened in the background, replaced when it is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor.engine.endings import undone_words
from tutor.errors import EngineError, EngineStartError

if TYPE_CHECKING:
    from tutor.engine.client import Engine
    from tutor.engine.results import CellResult
    from tutor.engine.session import Session
    from tutor.repl.screen import Screen

__all__ = ["SETUP", "Workspace"]

SETUP = "import torch"

_RISK = "What you run here can do what you can do."


class Workspace:
    """Runs cells, one at a time, and shows what comes of them.

    Args:
        patient: wait for PyTorch without a word, for a program that nobody watches.
    """

    def __init__(self, engine: Engine, screen: Screen, *, patient: bool) -> None:
        self._engine = engine
        self._screen = screen
        self._patient = patient
        self._opening = asyncio.create_task(engine.session(setup=SETUP))
        self._session: Session | None = None
        self._interrupted = asyncio.Event()
        self._signals: set[asyncio.Task[None]] = set()
        self.busy = False

    @property
    def sandbox(self) -> str:
        """How strictly code is confined, in a line for people."""
        level = self._engine.sandbox
        if not level:
            return "Sandbox: not known before PyTorch has started."
        # The engine says why it is not a higher one; that matters only where it is not.
        note = self._engine.sandbox_note
        text = f"Sandbox: {level}" + (f" ({note})" if note else "")
        return f"{text}. {_RISK}" if level == "none" else text

    async def run(self, code: str) -> CellResult | None:
        """Run a cell; None where there was no session to run it in.

        Raises:
            EngineStartError: the engine does not come up.
        """
        self._interrupted.clear()
        self.busy = True
        try:
            session = await self._ready_session()
            if session is None:
                self._screen.tell("KeyboardInterrupt")
                return None
            result = await session.run(code, on_output=self._screen.output)
        except EngineStartError:
            raise
        except EngineError as error:
            self._screen.tell(f"[The session was lost: {error}]")
            self._reopen()
            return None
        finally:
            self.busy = False
        self._screen.result(result)
        return result

    def interrupt(self) -> None:
        """Interrupt the cell that is under way, or the wait for PyTorch before it."""
        self._interrupted.set()
        if self.busy and self._session is not None:
            task = asyncio.create_task(self._session.interrupt())
            self._signals.add(task)
            task.add_done_callback(self._signals.discard)

    async def undo(self, cells: int) -> None:
        """Take the last cells back, and say so."""
        if self._session is None:
            self._screen.tell("[Nothing has run yet.]")
            return
        try:
            undone, note = await self._session.undo(cells)
        except EngineError as error:
            self._screen.tell(f"[{error}]")
            return
        self._screen.tell(f"[{undone_words(undone)}{' ' + note if note else ''}]")

    async def restart(self) -> None:
        """Begin afresh: every name is gone but those of the setup."""
        if self._session is not None:
            await self._session.close()
            self._reopen()

    async def close(self) -> None:
        """Stop waiting for a session that is not there yet; the engine ends the others."""
        self._opening.cancel()
        await asyncio.gather(self._opening, *self._signals, return_exceptions=True)

    def _reopen(self) -> None:
        self._session = None
        self._opening = asyncio.create_task(self._engine.session(setup=SETUP))
        self._screen.tell("[A new session: the names that you defined are gone.]")

    async def _ready_session(self) -> Session | None:
        """The session, once it is there; None where the user would not wait."""
        if not self._opening.done():
            if not self._patient:
                self._screen.tell("starting PyTorch…")
            stop = asyncio.create_task(self._interrupted.wait())
            await asyncio.wait({self._opening, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if not self._opening.done():
                return None
        first = self._session is None
        self._session = await self._opening
        if first and not self._patient:
            self._warn_of_sandbox()
        return self._session

    def _warn_of_sandbox(self) -> None:
        if self._engine.sandbox != "full":
            self._screen.tell(f"[{self.sandbox}]")
