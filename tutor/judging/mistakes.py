"""The listed mistakes of an exercise, run and looked at as an answer is, and compared with one."""

from __future__ import annotations

import asyncio

import msgspec

from tutor.course.model import Mistake
from tutor.engine.client import Engine
from tutor.engine.protocol import Observations
from tutor.errors import EngineError
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench
from tutor.judging.likeness import first_alike
from tutor.judging.place import Place, PlaceError
from tutor.judging.traces import leaves_traces
from tutor.judging.worlds import Ran
from tutor.judging.yardstick import Yardstick

__all__ = ["Mistakes", "Seen"]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one text did: how it ran and, check by check, what was observed."""

    text: str
    ran: Ran
    observed: tuple[Observations, ...] = ()


class Mistakes:
    """The listed mistakes on one yardstick's trials, each looked at once, in their order.

    They run one after another in one world that goes back to the state after the setups in
    between: a rewind costs a fraction of a new world. Where that world could keep traces of one
    for the next, each gets a world of its own.
    """

    def __init__(
        self, engine: Engine, assignment: Assignment, *, seed: int, seconds: float
    ) -> None:
        """Nothing runs before it is asked for.

        Args:
            engine: where worlds come from.
            assignment: whose mistakes.
            seed: for setup and mistake: the one that setup and answer run under.
            seconds: what each of them, and each look at it, may take.
        """
        self._assignment = assignment
        self._place = Place(engine, assignment.setups, seed=seed, seconds=seconds)
        self._seen: list[Seen] = []
        self._turn = asyncio.Lock()
        self._closed = False
        texts = (*assignment.setups, *(mistake.answer for mistake in assignment.mistakes))
        self._sharing = not any(map(leaves_traces, texts))

    @property
    def complete(self) -> bool:
        """Whether all have been looked at."""
        return len(self._seen) == len(self._assignment.mistakes)

    async def look(self, yardstick: Yardstick) -> None:
        """Look at the next one that was not looked at yet.

        Raises:
            PlaceError: a setup fails now, though it did not before.
            EngineError: the tutor failed.
        """
        place, mistakes = len(self._seen), self._assignment.mistakes
        async with self._turn:
            if place == len(mistakes) or self._seen[place:]:
                return  # somebody else looked meanwhile
            self._seen.append(await self._look(mistakes[place].answer, yardstick))
            if place + 1 == len(mistakes):
                await self._place.close()

    async def recognise(self, bench: Bench, answer: Seen, yardstick: Yardstick) -> Mistake | None:
        """The first that behaves like the answer; no more of them run than that takes.

        Raises:
            EngineError: the tutor failed.
        """
        compared = 0
        while compared < len(self._assignment.mistakes):
            if compared == len(self._seen):
                try:
                    await self.look(yardstick)
                except PlaceError:  # a setup that fails now and then: nothing can be recognised
                    return None
            known = self._seen[compared:]
            which = await first_alike(self._assignment, bench, answer, known, yardstick)
            if which is not None:
                return self._assignment.mistakes[compared + which]
            compared += len(known)
        return None

    # --- worlds

    async def _look(self, text: str, yardstick: Yardstick) -> Seen:
        if self._sharing:
            try:
                return await self._seen_at_the_place(text, yardstick, shared=True)
            except EngineError:
                if self._closed:
                    raise
                self._sharing = False  # whatever it was, a world of its own does not share it
        return await self._seen_at_the_place(text, yardstick, shared=False)

    async def _seen_at_the_place(self, text: str, yardstick: Yardstick, *, shared: bool) -> Seen:
        async with self._place.world(shared=shared) as world:
            ran = await world.run(text)
            observed: list[Observations] = []
            if ran.ok:
                looks = world.observe_all(self._assignment, yardstick.trials)
                observed = [seen async for seen in looks]
        return Seen(text=text, ran=ran, observed=tuple(observed))

    async def close(self) -> None:
        """Look at no more of them."""
        self._closed = True
        await self._place.close()
