"""Running one text in a world of its own, and looking at what it made."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

import msgspec

from checks.data import Warned
from tutor.engine.client import Engine
from tutor.engine.protocol import Limits, Observations, Observe, Rewind, Rewound, Run, Specification
from tutor.engine.results import CellResult, Stream
from tutor.engine.text import bounded, neutralise
from tutor.engine.wire import Worker
from tutor.errors import EngineError, WorkerLostError
from tutor.judging.assignment import Assignment

__all__ = ["ANSWER", "NOTHING", "Ran", "World", "open_world"]

ANSWER = "<answer>"
"""How tracebacks name the answer."""

NOTHING = msgspec.msgpack.encode(())
"""No observation, encoded: for checks that read the answer's text."""

_SETUP_SECONDS = 60.0
_MAX_OUTPUT = 20_000
_MOST_WARNINGS, _MAX_WARNING = 20, 2_000
_REWINDABLE = Limits(checkpoints=1)
"""Keeps the state after the setups."""


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """How a text ended.

    Attributes:
        result: how it ended.
        output: what it printed, bounded.
    """

    result: CellResult
    output: str = ""

    @property
    def ok(self) -> bool:
        """Whether it ran to its end."""
        return self.result.status == "ok"


class World:
    """A fresh process in which setups and then one text run, and which is then only observed.

    Attributes:
        seconds: what a text, and each look at what it made, may take.
        fault: how a setup failed, in words; empty where none did. Nothing is to run then.
    """

    def __init__(self, worker: Worker, *, seconds: float) -> None:
        self._worker = worker
        self.seconds = seconds
        self._seed: int | None = None
        self.fault = ""
        self._beginning = 0

    @property
    def lost(self) -> bool:
        """Whether its process is gone."""
        return self._worker.lost

    async def set_up(self, setups: Sequence[str], seed: int) -> None:
        """Run the setups; they and what runs next do so under one seed."""
        self._seed = seed
        setups = setups or ("",)  # even an empty one: what it leaves can be gone back to
        for place, setup in enumerate(setups, start=1):
            result = await self._worker.run(
                Run(
                    code=setup,
                    filename="<setup>",
                    seconds=_SETUP_SECONDS,
                    seed=self._take_seed(),
                    quiet=True,
                    keep=place == len(setups),
                )
            )
            self._beginning = result.checkpoint
            if result.status != "ok":
                reason = result.error.traceback if result.error is not None else result.note
                self.fault = f"The lesson's setup failed:\n{reason}"
                return

    async def run(self, code: str) -> Ran:
        """Run `code` after the setups."""
        pieces: list[str] = []

        def on_output(_: Stream, text: str) -> None:
            pieces.append(text)

        result = await self._worker.run(
            Run(
                code=code,
                filename=ANSWER,
                seconds=self.seconds,
                seed=self._take_seed(),
                keep=False,  # it is looked at, and never gone back to
            ),
            on_output,
        )
        return Ran(result=result, output=bounded("".join(pieces), _MAX_OUTPUT))

    def _take_seed(self) -> int | None:
        """The seed for the first code that runs; what follows goes on with its chance."""
        seed, self._seed = self._seed, None
        return seed

    async def rewind(self) -> None:
        """Go back to the state after the setups; only a rewindable world can.

        Raises:
            EngineError: it could not.
        """
        reply = await self._worker.request(Rewind(checkpoint=self._beginning))
        if not isinstance(reply, Rewound) or reply.reason:
            reason = getattr(reply, "reason", "The reply was of another kind.")
            raise EngineError(f"A world could not be taken back to its beginning: {reason}")

    # --- looking

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

    async def observe_all(
        self, assignment: Assignment, trials: Sequence[bytes]
    ) -> AsyncIterator[Observations]:
        """What each check observes, one after the other; afterwards this world is spent."""
        left = sum(assignment.looks)
        for check, looks, drawn in zip(assignment.checks, assignment.looks, trials, strict=True):
            if looks:
                left -= 1
                yield await self.observe(check, drawn, last=left == 0)
            else:
                yield Observations(data=NOTHING)

    async def warned(self) -> tuple[Warned, ...]:
        """What was warned of while the text ran; nothing if its process does not say."""
        nothing = Specification(check="", target="")
        message = Observe(
            check=nothing, trials=b"", seconds=self.seconds, fork=False, warnings=True
        )
        try:
            reply = await self._worker.request(message)
            found = msgspec.msgpack.decode(reply.data, type=tuple[Warned, ...])
        except (WorkerLostError, msgspec.MsgspecError, AttributeError):
            return ()
        return tuple(
            msgspec.structs.replace(warned, text=bounded(neutralise(warned.text), _MAX_WARNING))
            for warned in found[:_MOST_WARNINGS]
        )

    async def _ask(
        self, check: Specification, trials: bytes, *, prepare: bool, fork: bool
    ) -> Observations:
        message = Observe(
            check=check, trials=trials, seconds=self.seconds, prepare=prepare, fork=fork
        )
        try:
            reply = await self._worker.request(message)
        except WorkerLostError as error:
            return Observations(failure="crashed", reason=str(error))
        if not isinstance(reply, Observations):
            return Observations(failure="fault", reason="The reply was of another kind.")
        return reply

    async def close(self) -> None:
        """End its processes."""
        await self._worker.close()


@contextlib.asynccontextmanager
async def open_world(engine: Engine, *, seconds: float) -> AsyncIterator[World]:
    """A fresh world; its processes end with the block.

    Args:
        engine: where it comes from.
        seconds: what a text, and each look at what it made, may take.
    """
    world = await fresh_world(engine, seconds=seconds)
    try:
        yield world
    finally:
        await world.close()


async def fresh_world(engine: Engine, *, seconds: float, rewindable: bool = False) -> World:
    """A fresh world, to be closed by whoever asked for it.

    Args:
        engine: where it comes from.
        seconds: what a text, and each look at what it made, may take.
        rewindable: whether several texts are to run in it, each after the same setups.
    """
    worker = await (engine.worker("world", _REWINDABLE) if rewindable else engine.take("world"))
    return World(worker, seconds=seconds)
