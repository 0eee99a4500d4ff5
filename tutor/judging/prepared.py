"""Everything that judging one answer needs and that does not depend on the answer."""

from __future__ import annotations

import asyncio
import contextlib
import random

from tutor.engine.client import Engine
from tutor.errors import EngineError
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench
from tutor.judging.late import late_imports
from tutor.judging.mistakes import Mistakes
from tutor.judging.place import Place
from tutor.judging.worlds import World, fresh_world
from tutor.judging.yardstick import Yardstick, make_yardstick

__all__ = ["Prepared", "Preparer"]


class Preparer:
    """What it takes to prepare: the engine, the judge, chance, and the time limit."""

    def __init__(
        self, engine: Engine, bench: Bench, chance: random.Random, *, seconds: float
    ) -> None:
        self.engine = engine
        self.bench = bench
        self.chance = chance
        self.seconds = seconds

    def begin(self, assignment: Assignment) -> Prepared:
        """Begin to prepare; returns at once."""
        return Prepared(self, assignment)


class Prepared:
    """A hidden seed, a world for the answer, the yardstick, and the mistakes: for one answer.

    Setup has run in the answer's world, under the seed, and nothing else has. What is measured
    against never enters it before the answer has run there.

    Attributes:
        assignment: what it was prepared for.
        mistakes: looked at when they are asked for.
    """

    def __init__(self, preparer: Preparer, assignment: Assignment) -> None:
        self.assignment = assignment
        engine, seconds = preparer.engine, preparer.seconds
        seed = preparer.chance.getrandbits(62)
        self.mistakes = Mistakes(engine, assignment, seed=seed, seconds=seconds)
        place = Place(engine, assignment.setups, seed=seed, seconds=seconds)
        self._world = asyncio.create_task(_set_up(engine, assignment, seed, seconds))
        self._yardstick = asyncio.create_task(
            make_yardstick(engine, preparer.bench, assignment, place)
        )
        for task in (self._world, self._yardstick):
            task.add_done_callback(_failed)  # what nobody waits for any more is no news

    async def world(self) -> World:
        """The world for the answer.

        Raises:
            EngineError: there is none.
        """
        return await asyncio.shield(self._world)

    async def yardstick(self) -> Yardstick:
        """What to measure against.

        Raises:
            EngineError: the tutor failed.
        """
        return await asyncio.shield(self._yardstick)

    async def settled(self) -> None:
        """Wait until world and yardstick are there, or will never be."""
        await asyncio.wait((self._world, self._yardstick))

    @property
    def usable(self) -> bool:
        """Whether nothing has gone wrong so far."""
        if _failed(self._world) or _failed(self._yardstick):
            return False
        return not (self._world.done() and self._world.result().lost)

    async def close(self) -> None:
        """End its processes."""
        for task in (self._world, self._yardstick):
            task.cancel()
        await asyncio.wait((self._world, self._yardstick))
        if not _failed(self._world):
            await self._world.result().close()
        with contextlib.suppress(EngineError):
            await self.mistakes.close()


def _failed(task: asyncio.Task[World] | asyncio.Task[Yardstick]) -> bool:
    """Whether it gave nothing; its exception counts as looked at then."""
    return task.done() and (task.cancelled() or task.exception() is not None)


async def _set_up(engine: Engine, assignment: Assignment, seed: int, seconds: float) -> World:
    await late_imports(engine, assignment)
    world = await fresh_world(engine, seconds=seconds)
    try:
        await world.set_up(assignment.setups, seed)
    except BaseException:
        await world.close()
        raise
    return world
