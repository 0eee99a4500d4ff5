"""The listed mistakes of an exercise, run and looked at as an answer is, and compared with one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from tutor.course.model import Mistake
from tutor.engine.client import Engine
from tutor.engine.protocol import Observations, Sighted
from tutor.errors import EngineError
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench
from tutor.judging.place import Place, PlaceError
from tutor.judging.running import same_ending
from tutor.judging.traces import leaves_traces
from tutor.judging.worlds import Ran
from tutor.judging.yardstick import Yardstick

__all__ = ["Mistakes", "Seen"]

_BATCH = 16 * 1024**2
"""Bytes of observations that the judge is sent at once."""


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
            batch = self._batch(compared)
            which = await _first_alike(self._assignment, bench, answer, batch, yardstick)
            if which is not None:
                return self._assignment.mistakes[compared + which]
            compared += len(batch)
        return None

    def _batch(self, start: int) -> list[Seen]:
        """Those that are known from `start` on, as many as the judge should get at once."""
        batch: list[Seen] = []
        room = _BATCH
        for seen in self._seen[start:]:
            room -= sum(len(observed.data) for observed in seen.observed)
            if batch and room < 0:
                break
            batch.append(seen)
        return batch

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


async def _first_alike(
    assignment: Assignment, bench: Bench, answer: Seen, others: Sequence[Seen], yardstick: Yardstick
) -> int | None:
    """The place of the first of `others` that behaves like the answer."""
    if not answer.ran.ok:
        endings = (
            place for place, other in enumerate(others) if same_ending(other.ran, answer.ran)
        )
        return next(endings, None)
    places = [place for place, other in enumerate(others) if _failed_alike(answer, other)]
    which = await bench.recognise(
        assignment.checks,
        _sighted(answer),
        [_sighted(others[place]) for place in places],
        [expected.data for expected in yardstick.expected],
    )
    return None if which is None else places[which]


def _failed_alike(answer: Seen, other: Seen) -> bool:
    """Whether each check could look at both, or failed to in the same way."""
    return other.ran.ok and all(
        mine.failure == theirs.failure
        for mine, theirs in zip(answer.observed, other.observed, strict=True)
    )


def _sighted(seen: Seen) -> Sighted:
    observed = tuple(b"" if one.failure else one.data for one in seen.observed)
    return Sighted(source=seen.text, observed=observed)
