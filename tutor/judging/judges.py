"""The judges' processes for many answers of a lesson file's own: draw, compare, recognise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from checks.finding import Finding
from tutor.engine.client import Engine
from tutor.engine.protocol import (
    Compare,
    Compared,
    Draw,
    Drawn,
    Observations,
    Recognise,
    Recognised,
    Specification,
)
from tutor.engine.text import neutralise
from tutor.engine.wire import Worker
from tutor.errors import EngineError

__all__ = ["Judges"]


class Judges:
    """What sittings share: one judge for the built-in checks, one for each course's own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._workers: dict[str, Worker] = {}

    async def close(self) -> None:
        """End their processes."""
        for worker in self._workers.values():
            await worker.close()

    async def draw(self, checks: Sequence[Specification], entropy: int) -> tuple[bytes, ...]:
        """Trials for every check; the same entropy gives the same ones.

        Raises:
            EngineError: a check cannot be built or drawn.
        """
        drawn: dict[int, bytes] = {}
        for module in dict.fromkeys(check.module for check in checks):
            places = [at for at, check in enumerate(checks) if check.module == module]
            asked = tuple(checks[place] for place in places)
            reply = await self._ask(module, Draw(checks=asked, entropy=entropy))
            if not isinstance(reply, Drawn) or reply.failure or len(reply.trials) != len(asked):
                raise EngineError(f"The trials cannot be drawn: {getattr(reply, 'failure', '')}")
            drawn.update(zip(places, reply.trials, strict=True))
        return tuple(drawn[place] for place in range(len(checks)))

    async def compare(
        self, check: Specification, seen: Observations, expected: Observations, source: str
    ) -> Finding:
        """What a check finds in what was observed; how looking failed, where it did."""
        if seen.failure:
            return _plain(check, "error" if seen.failure == "fault" else "fail", seen)
        message = Compare(check=check, answer=seen.data, reference=expected.data, source=source)
        reply = await self._ask(check.module, message)
        if not isinstance(reply, Compared) or reply.failure:
            return _broken(check, getattr(reply, "failure", "The reply was of another kind."))
        try:
            return msgspec.json.decode(reply.finding, type=Finding)
        except (msgspec.MsgspecError, RecursionError) as error:
            return _broken(check, f"It gave no finding: {error}")

    async def same(  # noqa: PLR0913, PLR0917 - two answers, a solution and a check
        self,
        check: Specification,
        one: Observations,
        source: str,
        other: Observations,
        other_source: str,
        expected: Observations,
    ) -> bool:
        """Whether a check sees the same behaviour in two answers."""
        if one.failure or other.failure:
            return one.failure == other.failure
        message = Recognise(
            check=check,
            answer=one.data,
            other=other.data,
            reference=expected.data,
            source=source,
            other_source=other_source,
        )
        reply = await self._ask(check.module, message)
        return isinstance(reply, Recognised) and reply.same

    async def _ask(self, module: str, message: msgspec.Struct) -> object:
        worker = self._workers.get(module)
        if worker is None or worker.lost:
            worker = self._workers[module] = await self._engine.worker("judge")
        reply: object = await worker.request(message)
        return reply


def _broken(check: Specification, reason: str) -> Finding:
    return _plain(check, "error", Observations(failure="lesson-error", reason=reason))


def _plain(check: Specification, status: Literal["fail", "error"], why: Observations) -> Finding:
    target = check.target if isinstance(check.target, str) else ", ".join(check.target)
    reason = neutralise(why.reason)
    return Finding(
        check=check.check, target=target, status=status, code=why.failure, message=reason
    )
