"""The judge's process as the front end uses it: draw, compare, recognise."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from checks.finding import Finding
from tutor.engine.client import Engine
from tutor.engine.protocol import (
    Compare,
    Compared,
    Draw,
    Drawn,
    Recognise,
    Recognised,
    Specification,
)
from tutor.engine.text import neutralise
from tutor.engine.wire import Worker
from tutor.errors import EngineError

__all__ = ["NOTHING", "Bench", "Sighting"]


NOTHING = msgspec.msgpack.encode(())
"""No observation, encoded: for checks that read the answer's text."""


class Sighting(msgspec.Struct, frozen=True):
    """An answer's text, and what a check observed of it, encoded."""

    source: str
    observed: bytes


def _made_safe(thing: Any) -> Any:
    """The same data with every text in it neutralised."""
    if isinstance(thing, str):
        return neutralise(thing)
    if isinstance(thing, dict):
        return {_made_safe(key): _made_safe(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_made_safe(item) for item in thing]
    return thing


class Bench:
    """Where the judge sits: one warm worker that never runs a learner's code."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._worker: Worker | None = None

    async def draw(self, checks: Sequence[Specification]) -> tuple[bytes, ...]:
        """Hidden trials for every check, drawn now.

        Raises:
            EngineError: a check cannot be built or drawn.
        """
        reply = await self._ask(Draw(checks=tuple(checks), entropy=secrets.randbits(63)))
        if not isinstance(reply, Drawn) or reply.failure:
            raise EngineError(f"The trials cannot be drawn: {getattr(reply, 'failure', reply)}")
        return reply.trials

    async def compare(self, check: Specification, answer: Sighting, reference: bytes) -> Finding:
        """What the check finds.

        Raises:
            EngineError: the comparison itself failed.
        """
        reply = await self._ask(
            Compare(check=check, answer=answer.observed, reference=reference, source=answer.source)
        )
        if not isinstance(reply, Compared) or reply.failure:
            raise EngineError(f"The comparison failed: {getattr(reply, 'failure', reply)}")
        # A message may quote what the learner's code made: an exception's text, a name, a string.
        said = _made_safe(msgspec.json.decode(reply.finding))
        return msgspec.convert(said, Finding)

    async def same(
        self, check: Specification, answer: Sighting, other: Sighting, reference: bytes
    ) -> bool:
        """Whether two answers show the same behaviour."""
        reply = await self._ask(
            Recognise(
                check=check,
                answer=answer.observed,
                other=other.observed,
                reference=reference,
                source=answer.source,
                other_source=other.source,
            )
        )
        return isinstance(reply, Recognised) and reply.same

    async def _ask(self, message: msgspec.Struct) -> object:
        if self._worker is None or self._worker.lost:
            self._worker = await self._engine.worker("judge")
        reply: object = await self._worker.request(message)
        return reply
