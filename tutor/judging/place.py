"""Where the answers of one sitting run: after the same setups, and the same seed, each time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tutor.engine.client import Engine
from tutor.engine.protocol import Limits, Observations, Observe, Rewind, Rewound, Run, Specification
from tutor.engine.results import CellResult
from tutor.engine.wire import Worker
from tutor.errors import EngineError, WorkerLostError
from tutor.judging.worlds import ANSWER

__all__ = ["Place", "PlaceError", "ending_of", "look", "run_answer"]

_SETUP_SECONDS = 60.0
_REWINDABLE = Limits(checkpoints=3)
"""Keeps the states after two setups, and that of whatever runs on top of them."""


class PlaceError(Exception):
    """A setup fails, which is the lesson's fault."""


class Place:
    """Worlds after the setups: one that is taken back for each answer, or a new one each time."""

    def __init__(self, engine: Engine, setups: Sequence[str], seed: int) -> None:
        """Nothing runs before a world is asked for."""
        self._engine = engine
        # Even an empty one: what it leaves can be gone back to.
        self._setups = [setup for setup in setups if setup.strip()] or [""]
        self._seed = seed
        self._shared: Worker | None = None
        self._beginning = 0

    @asynccontextmanager
    async def world(self, *, shared: bool) -> AsyncIterator[Worker]:
        """A world in which the setups have run and nothing else has.

        Args:
            shared: whether it may be the one that others ran in; they must leave no traces.

        Raises:
            PlaceError: a setup fails.
            EngineError: the tutor failed.
        """
        if shared and self._engine.kind == "fork":
            yield await self._rewound() or await self._new_shared()
            return
        worker = await self._engine.take("world")
        try:
            await self._set_up(worker)
            yield worker
        finally:
            await worker.close()

    async def close(self) -> None:
        """End what is left."""
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.close()

    async def _rewound(self) -> Worker | None:
        if self._shared is None or self._shared.lost:
            return None
        try:
            reply = await self._shared.request(Rewind(checkpoint=self._beginning))
        except WorkerLostError:
            reply = None
        if isinstance(reply, Rewound) and not reply.reason:
            return self._shared
        await self.close()
        return None

    async def _new_shared(self) -> Worker:
        self._shared = await self._engine.worker("world", _REWINDABLE)
        self._beginning = await self._set_up(self._shared)
        return self._shared

    async def _set_up(self, worker: Worker) -> int:
        seed: int | None = self._seed
        beginning = 0
        for setup in self._setups:
            message = Run(
                code=setup, filename="<setup>", seconds=_SETUP_SECONDS, seed=seed, quiet=True
            )
            seed = None
            result = await worker.run(message)
            if result.status != "ok":
                raise PlaceError(f"The setup fails: {ending_of(result)}")
            beginning = result.checkpoint
        return beginning


async def run_answer(world: Worker, code: str, seconds: float) -> CellResult:
    """Run an answer after the setups, whose chance it goes on with.

    Raises:
        EngineError: the tutor failed.
    """
    return await world.run(Run(code=code, filename=ANSWER, seconds=seconds, seed=None))


async def look(  # noqa: PLR0913 - the parts of one message
    world: Worker,
    check: Specification,
    trials: bytes,
    *,
    seconds: float,
    prepare: bool = False,
    fork: bool = True,
) -> Observations:
    """What a check observes, or, to prepare, its trials with their inputs.

    Args:
        world: in which to look.
        check: what looks.
        trials: its trials, encoded.
        seconds: how long it may take.
        prepare: instead of looking, evaluate the input expressions.
        fork: look in a throw-away fork; else the world is spent afterwards.
    """
    message = Observe(check=check, trials=trials, seconds=seconds, prepare=prepare, fork=fork)
    try:
        reply = await world.request(message)
    except WorkerLostError as error:
        return Observations(failure="crashed", reason=str(error))
    except EngineError as error:
        return Observations(failure="fault", reason=str(error))
    if not isinstance(reply, Observations):
        return Observations(failure="fault", reason="The reply was of another kind.")
    return reply


def ending_of(result: CellResult) -> str:
    """How code ended, as its author reads it."""
    return (result.error.traceback if result.error is not None else result.note).strip()
