"""Where several texts run: after the same setups, under the same seed, each time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tutor.engine.client import Engine
from tutor.errors import EngineError
from tutor.judging.worlds import World, fresh_world, open_world

__all__ = ["Place", "PlaceError"]


class PlaceError(Exception):
    """A setup fails, which is the lesson's fault."""


class Place:
    """Worlds after the setups: one that is taken back for each answer, or a new one each time."""

    def __init__(self, engine: Engine, setups: Sequence[str], *, seed: int, seconds: float) -> None:
        """Nothing runs before a world is asked for.

        Args:
            engine: where worlds come from.
            setups: what runs first.
            seed: for the setups and what runs after them.
            seconds: what that, and each look at it, may take.
        """
        self._engine = engine
        self._setups = setups
        self._seed = seed
        self._seconds = seconds
        self._shared: World | None = None

    @asynccontextmanager
    async def world(self, *, shared: bool, seconds: float | None = None) -> AsyncIterator[World]:
        """A world in which the setups have run and nothing else has.

        Args:
            shared: whether it may be the one that others ran in; they must leave no traces.
            seconds: what it and each look at it may take here, where that is not as elsewhere.

        Raises:
            PlaceError: a setup fails.
            EngineError: the tutor failed.
        """
        if shared and self._engine.kind == "fork":
            world = await self._rewound() or await self._new_shared()
            world.seconds = seconds or self._seconds
            yield world
            return
        async with open_world(self._engine, seconds=seconds or self._seconds) as world:
            await self._set_up(world)
            yield world

    async def close(self) -> None:
        """End what is left."""
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.close()

    async def _rewound(self) -> World | None:
        if self._shared is None or self._shared.lost:
            return None
        try:
            await self._shared.rewind()
        except EngineError:  # whatever it was, a new world does not share it
            await self.close()
        return self._shared

    async def _new_shared(self) -> World:
        self._shared = await fresh_world(self._engine, seconds=self._seconds, rewindable=True)
        await self._set_up(self._shared)
        return self._shared

    async def _set_up(self, world: World) -> None:
        await world.set_up(self._setups, self._seed)
        if world.fault:
            raise PlaceError(world.fault)
