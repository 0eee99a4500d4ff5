"""The engine, the session beside the exercise and the judging, for the screens. Knows no widget."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, TypeAlias

from tutor.errors import EngineError, EngineStartError, TutorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.course.model import Exercise, Lesson
    from tutor.engine.client import Engine
    from tutor.engine.results import CellResult, Stream
    from tutor.engine.session import Session
    from tutor.judging.judge import Judging
    from tutor.judging.verdict import Verdict

__all__ = ["Classroom", "EngineState"]

EngineState: TypeAlias = Literal["off", "starting", "ready", "failed"]

_SANDBOX = {
    "full": "full",
    "partial": "partial — no namespaces",
    "none": "none — limits only",
}


class Classroom:
    """Everything that runs code, started in the background.

    Attributes:
        state: how far the engine is.
        reason: why the engine failed.
        cells: how many cells ran in the session since it began.
    """

    def __init__(self, sandbox: str | None, on_change: Callable[[], None]) -> None:
        self.state: EngineState = "off"
        self.reason = ""
        self.cells = 0
        self._cell: object | None = None
        self._asked = sandbox
        self._on_change = on_change
        self._engine: Engine | None = None
        self._judging: Judging | None = None
        self._session: Session | None = None
        self._setup = ""
        self._at: tuple[Lesson, Exercise] | None = None
        self._opened = asyncio.Event()

    @property
    def line(self) -> str:
        """The engine in one line, for the status bar."""
        match self.state:
            case "off" | "starting":
                return "starting PyTorch…"
            case "failed":
                return "PyTorch did not start"
            case "ready":
                engine = self._engine
                level = engine.sandbox if engine is not None else "none"
                return f"PyTorch ready · sandbox: {_SANDBOX.get(level, level)}"

    async def open(self) -> None:
        """Start the engine; returns when torch is imported, or when it is known that it is not."""
        from tutor.engine.client import Engine  # noqa: PLC0415 - not before the first frame
        from tutor.judging.judge import Judging  # noqa: PLC0415 - likewise

        self._set("starting")
        try:
            self._engine = await Engine.start(sandbox=self._asked)
            await self._engine.ready()
        except TutorError as error:
            self._set("failed", str(error))
        else:
            self._judging = Judging(self._engine)
            self._expect()
            self._set("ready")

    async def reopen(self) -> None:
        """Start the engine again after it failed."""
        await self.close()
        await self.open()

    async def close(self) -> None:
        """End every process."""
        judging, self._judging = self._judging, None
        engine, self._engine, self._session = self._engine, None, None
        self._opened.clear()
        self.cells = 0
        if judging is not None:
            await judging.rest()
        if engine is not None:
            await engine.close()

    async def enter(self, lesson: Lesson, exercise: Exercise) -> None:
        """From now on the session is for this exercise: a fresh world with its setup."""
        self._setup = "\n".join(filter(None, (lesson.setup, exercise.setup)))
        self._at = (lesson, exercise)
        self._expect()
        await self._drop_session()

    def _expect(self) -> None:
        """Have the judging prepare for what the learner is at."""
        if self._judging is not None and self._at is not None:
            self._judging.expect(*self._at)

    async def run(
        self, code: str, on_output: Callable[[Stream, str], None], *, filename: str = ""
    ) -> CellResult:
        """Run code in the session.

        Raises:
            EngineError: there is no engine, the setup failed, or the session was lost.
        """
        cell = self._cell = object()
        self._on_change()
        session = None
        try:
            session = await self._ready_session()
            self.cells += 1
            return await session.run(code, filename=filename, on_output=on_output)
        except EngineError:
            if session is self._session:
                await self._drop_session()
            raise
        finally:
            if self._cell is cell:  # otherwise the learner has left, and this one does not count
                self._cell = None
                self._on_change()

    @property
    def running(self) -> bool:
        """Whether a cell runs in the session."""
        return self._cell is not None

    @property
    def checkpoint(self) -> int:
        """The state that the session is at, counted from its setup: 0 where nothing ran in it."""
        return 0 if self._session is None else self._session.checkpoint

    async def interrupt(self) -> None:
        """Stop the cell that runs, if one does."""
        if self._session is not None:
            await self._session.interrupt()

    async def restart(self) -> int:
        """A fresh session, or a fresh engine where that fails; gives how many cells are undone."""
        lost = self.cells
        await self._drop_session()
        try:
            await self._ready_session()
        except EngineError:
            await self.reopen()
        return lost

    async def undo(self) -> str:
        """Take back what ran last in the session; gives what to say about it.

        Raises:
            EngineError: the state before it is not kept any more, or code is running.
        """
        from tutor.engine.endings import undone_words  # noqa: PLC0415 - not before the first frame

        undone, note = (0, "") if self._session is None else await self._session.undo()
        self.cells = max(0, self.cells - undone)
        return f"{undone_words(undone)} {note}".rstrip()

    async def judge(self, lesson: Lesson, exercise: Exercise, answer: str) -> Verdict:
        """Judge an answer; every fault of the tutor's is an ``error`` verdict."""
        from tutor.course.model import Read  # noqa: PLC0415 - not before the first frame
        from tutor.judging.verdict import Verdict  # noqa: PLC0415 - likewise

        points = float(exercise.points)
        if isinstance(exercise, Read):  # needs no engine, so that one can read without it
            return Verdict(status="pass", score=points, max_score=points)
        await self._opened.wait()
        if self._judging is None:
            return Verdict(status="error", score=0, max_score=points, message=self.reason)
        try:
            return await self._judging.judge(lesson, exercise, answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the learner's screen must stay
            reason = str(error) if isinstance(error, TutorError) else repr(error)
            return Verdict(status="error", score=0, max_score=points, message=reason)

    async def _ready_session(self) -> Session:
        await self._opened.wait()
        if self._engine is None or self.state != "ready":
            raise EngineStartError(f"PyTorch did not start: {self.reason}")
        if self._session is None:
            self._session = await self._engine.session(setup=self._setup)
        return self._session

    async def _drop_session(self) -> None:
        session, self._session, self._cell, self.cells = self._session, None, None, 0
        if session is not None:
            await session.close()

    def _set(self, state: EngineState, reason: str = "") -> None:
        self.state, self.reason = state, reason
        if state in {"ready", "failed"}:
            self._opened.set()
        self._on_change()
