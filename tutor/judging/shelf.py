"""What is prepared ahead of the next answers to one exercise, while the learner reads and types."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from tutor.errors import EngineError
from tutor.judging.assignment import Assignment
from tutor.judging.place import PlaceError
from tutor.judging.prepared import Prepared, Preparer
from tutor.judging.yardstick import Yardstick

__all__ = ["Shelf"]

_DEPTH = 2
"""How many answers are prepared for, so that one may follow another at once."""

_CHEAP = 1.0
"""Seconds that making a yardstick may take if more than one is to be made on the chance."""

_LARGE = 16 * 1024**2
"""Bytes that it may hold, likewise."""

_PATIENCE = 3.0
"""Seconds for looking at one mistake on the chance; a slower one is looked at when it is needed."""

_SETTLE = 0.15
"""Seconds before preparing begins: whoever leafs through exercises needs none of it."""


class Shelf:
    """Prepared sets for one assignment, each for one answer.

    Preparing stands back while an answer is judged.
    """

    def __init__(self, preparer: Preparer) -> None:
        self._preparer = preparer
        self._assignment: Assignment | None = None
        self._sets: list[Prepared] = []
        self._filling: asyncio.Task[None] | None = None
        self._aside: set[asyncio.Task[None]] = set()
        self._patient = True
        self._quiet = asyncio.Event()
        self._quiet.set()

    def keep(self, assignment: Assignment | None) -> None:
        """From now on prepare for this assignment, and for no other; None for nothing."""
        if assignment != self._assignment:
            self._assignment, self._patient = assignment, True
            self._give_up()
        self._fill()

    @contextlib.asynccontextmanager
    async def taken(self, assignment: Assignment) -> AsyncIterator[Prepared]:
        """A set for one answer, which is used up with the block.

        It may still be under way; where there is none, it is begun now.
        """
        self._quiet.clear()
        prepared = self._take(assignment) or self._preparer.begin(assignment)
        try:
            yield prepared
        finally:
            self._quiet.set()
            self._do_aside(prepared.close())
            self._fill()

    def _take(self, assignment: Assignment) -> Prepared | None:
        while assignment == self._assignment and self._sets:
            prepared = self._sets.pop(0)
            if prepared.usable:
                return prepared
            self._do_aside(prepared.close())
        return None

    async def settled(self) -> None:
        """Wait until as much is prepared as is to be."""
        if self._filling is not None:
            await asyncio.wait((self._filling,))

    async def clear(self) -> None:
        """Prepare nothing any more; returns when the processes are ended."""
        self.keep(None)
        while self._aside:
            await asyncio.wait(self._aside)

    def _give_up(self) -> None:
        if self._filling is not None:
            self._filling.cancel()
            self._filling = None
        while self._sets:
            self._do_aside(self._sets.pop().close())

    def _do_aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    # --- in the background

    def _fill(self) -> None:
        forks = self._preparer.engine.kind == "fork"  # a spawned process costs more than it saves
        idle = self._filling is None or self._filling.done()
        if self._assignment is not None and forks and idle:
            self._filling = asyncio.create_task(self._make(self._assignment))

    async def _make(self, assignment: Assignment) -> None:
        await asyncio.sleep(_SETTLE)
        with contextlib.suppress(
            EngineError, PlaceError
        ):  # whoever judges meets it again, and says so
            while len(self._sets) < _DEPTH:
                await self._quiet.wait()
                prepared = self._preparer.begin(assignment)
                self._sets.append(prepared)
                yardstick = await prepared.yardstick()
                if yardstick.fault or not _cheap(yardstick):
                    return
                await self._look_ahead(prepared, yardstick)

    async def _look_ahead(self, prepared: Prepared, yardstick: Yardstick) -> None:
        """Look at the mistakes, until the set is taken or it takes too long."""
        try:
            while self._patient and prepared in self._sets and not prepared.mistakes.complete:
                await self._quiet.wait()
                async with asyncio.timeout(_PATIENCE):
                    await prepared.mistakes.look(yardstick)
        except TimeoutError:
            self._patient = False  # the next set's mistakes would take as long


def _cheap(yardstick: Yardstick) -> bool:
    return yardstick.seconds < _CHEAP and yardstick.size < _LARGE
