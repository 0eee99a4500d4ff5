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
from tutor.engine.text import bounded, neutralise
from tutor.engine.wire import Worker
from tutor.errors import EngineError

__all__ = ["NOTHING", "Bench", "Sighting", "broken_check", "subject_of"]


NOTHING = msgspec.msgpack.encode(())
"""No observation, encoded: for checks that read the answer's text."""


_LONGEST = 4_000
"""Characters of a reason that a judge gives."""


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


def broken_check(check: Specification, reason: str) -> Finding:
    """What is found where one of a course's own checks fails itself: an error, never a fail."""
    said = " ".join(neutralise(bounded(reason, _LONGEST)).split())
    message = f"The course's own check `{check.check}` has a fault; your answer is not to blame."
    return Finding(
        check=check.check,
        target=subject_of(check),
        status="error",
        code="lesson-error",
        message=f"{message} {said}",
    )


def subject_of(check: Specification) -> str:
    """What the check looks at, as text."""
    return check.target if isinstance(check.target, str) else ", ".join(check.target)


class Bench:
    """Where the judges sit: warm workers that never run a learner's code.

    One judges with the built-in checks. A course's own checks have a judge to themselves: what they
    do to it is no other course's matter.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._workers: dict[str, Worker] = {}

    async def draw(self, checks: Sequence[Specification]) -> tuple[bytes, ...]:
        """Hidden trials for every check, drawn now.

        Raises:
            EngineError: a check cannot be built or drawn.
        """
        drawn: dict[int, bytes] = {}
        for module in dict.fromkeys(check.module for check in checks):
            places = [place for place, check in enumerate(checks) if check.module == module]
            asked = tuple(checks[place] for place in places)
            reply = await self._ask(module, Draw(checks=asked, entropy=secrets.randbits(63)))
            if not isinstance(reply, Drawn) or reply.failure or len(reply.trials) != len(asked):
                reason = bounded(getattr(reply, "failure", ""), _LONGEST)
                raise EngineError(f"The trials cannot be drawn: {neutralise(reason)}")
            drawn.update(zip(places, reply.trials, strict=True))
        return tuple(drawn[place] for place in range(len(checks)))

    async def compare(self, check: Specification, answer: Sighting, reference: bytes) -> Finding:
        """What the check finds; where one of a course's own fails at it, that it does.

        Raises:
            EngineError: the comparison itself failed.
        """
        reply = await self._ask(
            check.module,
            Compare(check=check, answer=answer.observed, reference=reference, source=answer.source),
        )
        if not isinstance(reply, Compared) or reply.failure:
            reason = bounded(getattr(reply, "failure", ""), _LONGEST)
            if check.module:
                return broken_check(check, reason)
            raise EngineError(f"The comparison failed: {neutralise(reason)}")
        try:
            # A message may quote what the learner's code made: an exception's text, a name…
            finding = msgspec.convert(_made_safe(msgspec.json.decode(reply.finding)), Finding)
        except (msgspec.MsgspecError, RecursionError) as error:
            if check.module:
                return broken_check(check, f"it gave no finding: {error}")
            raise EngineError(f"The comparison gave no finding: {error}") from error
        return msgspec.structs.replace(finding, check=check.check)

    async def same(
        self, check: Specification, answer: Sighting, other: Sighting, reference: bytes
    ) -> bool:
        """Whether two answers show the same behaviour."""
        reply = await self._ask(
            check.module,
            Recognise(
                check=check,
                answer=answer.observed,
                other=other.observed,
                reference=reference,
                source=answer.source,
                other_source=other.source,
            ),
        )
        return isinstance(reply, Recognised) and reply.same

    async def _ask(self, module: str, message: msgspec.Struct) -> object:
        worker = self._workers.get(module)
        if worker is None or worker.lost:
            worker = self._workers[module] = await self._engine.worker("judge")
        reply: object = await worker.request(message)
        return reply
