"""Running one answer in a world of its own, and looking at what it made."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

import msgspec

from tutor.engine.client import Engine
from tutor.engine.protocol import Observations, Observe, Run, Specification
from tutor.engine.results import CellResult, Stream
from tutor.engine.text import bounded
from tutor.engine.wire import Worker
from tutor.errors import WorkerLostError

__all__ = ["ANSWER", "Ran", "World", "open_world"]

ANSWER = "<answer>"
"""How tracebacks name the answer."""

_SETUP_SECONDS = 60.0
_MAX_OUTPUT = 20_000


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """How setup and answer ended.

    Attributes:
        setup: how the setup ended where it failed; None where it is fine.
        answer: how the answer ended; None where the setup failed.
        output: what the answer printed, bounded.
    """

    setup: CellResult | None = None
    answer: CellResult | None = None
    output: str = ""

    @property
    def ok(self) -> bool:
        """Whether the answer ran to its end."""
        return self.answer is not None and self.answer.status == "ok"


class World:
    """A fresh process in which setup and one answer run, and which is then only observed."""

    def __init__(self, worker: Worker, *, seconds: float) -> None:
        self._worker = worker
        self._seconds = seconds

    async def run(self, setups: Sequence[str], code: str, seed: int) -> Ran:
        """Run the setups, then the code, all under one seed."""
        first = True
        for setup in setups:
            result = await self._worker.run(
                Run(
                    code=setup,
                    filename="<setup>",
                    seconds=_SETUP_SECONDS,
                    seed=seed if first else None,
                    quiet=True,
                )
            )
            first = False
            if result.status != "ok":
                return Ran(setup=result)
        pieces: list[str] = []

        def on_output(_: Stream, text: str) -> None:
            pieces.append(text)

        answer = await self._worker.run(
            Run(code=code, filename=ANSWER, seconds=self._seconds, seed=seed if first else None),
            on_output,
        )
        return Ran(answer=answer, output=bounded("".join(pieces), _MAX_OUTPUT))

    async def prepare(self, check: Specification, trials: bytes) -> Observations:
        """Evaluate the trials' input expressions; gives the trials with their inputs."""
        return await self._ask(check, trials, prepare=True, fork=False)

    async def observe(
        self, check: Specification, trials: bytes, *, last: bool = False
    ) -> Observations:
        """Observe the check's target for each trial.

        Args:
            check: the check.
            trials: its trials, prepared.
            last: nothing is looked at afterwards, so that no throw-away fork is needed.
        """
        return await self._ask(check, trials, prepare=False, fork=not last)

    async def _ask(
        self, check: Specification, trials: bytes, *, prepare: bool, fork: bool
    ) -> Observations:
        message = Observe(
            check=check, trials=trials, seconds=self._seconds, prepare=prepare, fork=fork
        )
        try:
            reply = await self._worker.request(message)
        except WorkerLostError as error:
            return Observations(failure="crashed", reason=str(error))
        if not isinstance(reply, Observations):
            return Observations(failure="fault", reason="The reply was of another kind.")
        return reply


@contextlib.asynccontextmanager
async def open_world(engine: Engine, *, seconds: float) -> AsyncIterator[World]:
    """A fresh world; its processes end with the block."""
    worker = await engine.take("world")
    try:
        yield World(worker, seconds=seconds)
    finally:
        await worker.close()
