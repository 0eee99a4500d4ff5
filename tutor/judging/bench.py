"""The judges' processes as the front end uses them: draw, compare, recognise."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

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
    Sighted,
    Specification,
)
from tutor.engine.text import bounded, neutralise
from tutor.engine.wire import Worker
from tutor.errors import EngineError, ProtocolError
from tutor.judging.findings import LONGEST, broken_check
from tutor.judging.safety import made_safe

__all__ = ["Bench", "UnusableCheckError"]


class UnusableCheckError(Exception):
    """A check cannot be made of what the lesson says, which is the lesson's fault."""


class Bench:
    """Where the judges sit: warm workers that never run a learner's code.

    One judges with the built-in checks. A course's own checks have a judge to themselves: what they
    do to it is no other course's matter.
    """

    def __init__(self, engine: Engine, chance: random.Random) -> None:
        """Use workers of `engine`; `chance` decides what the hidden trials are."""
        self._engine = engine
        self._chance = chance
        self._workers: dict[str, Worker] = {}
        self._opening = asyncio.Lock()

    async def draw(self, checks: Sequence[Specification]) -> tuple[bytes, ...]:
        """Hidden trials for every check, drawn now.

        Raises:
            UnusableCheckError: the lesson's parameters make no check; the message has the reason.
            EngineError: the tutor failed.
        """
        drawn: dict[int, bytes] = {}
        for module, places in _by_module(checks).items():
            asked = tuple(checks[place] for place in places)
            entropy = self._chance.getrandbits(63)
            reply = await self._ask(module, Draw(checks=asked, entropy=entropy))
            if isinstance(reply, Drawn) and reply.unusable:
                reason = neutralise(bounded(reply.unusable, LONGEST))
                raise UnusableCheckError(f"One of the lesson's checks cannot be used. {reason}")
            if not isinstance(reply, Drawn) or reply.failure or len(reply.trials) != len(asked):
                raise EngineError(f"The trials cannot be drawn: {_reason(reply)}")
            drawn.update(zip(places, reply.trials, strict=True))
        return tuple(drawn[place] for place in range(len(checks)))

    async def compare(
        self, check: Specification, answer: bytes, reference: bytes, *, source: str
    ) -> Finding:
        """What the check finds; where one of a course's own fails at it, that it does.

        Args:
            check: the check.
            answer: what it observed of the answer, encoded.
            reference: what it observed of the solution, encoded.
            source: the answer's text.

        Raises:
            EngineError: the comparison itself failed.
        """
        message = Compare(check=check, answer=answer, reference=reference, source=source)
        reply = await self._ask(check.module, message)
        if not isinstance(reply, Compared) or reply.failure:
            if check.module:
                return broken_check(check, _reason(reply))
            raise EngineError(f"The comparison failed: {_reason(reply)}")
        try:
            # A message may quote what the learner's code made: an exception's text, a name…
            finding = msgspec.convert(made_safe(msgspec.json.decode(reply.finding)), Finding)
        except (msgspec.MsgspecError, RecursionError) as error:
            if check.module:
                return broken_check(check, f"it gave no finding: {error}")
            raise EngineError(f"The comparison gave no finding: {error}") from error
        return msgspec.structs.replace(finding, check=check.check)

    async def recognise(
        self,
        checks: Sequence[Specification],
        answer: Sighted,
        others: Sequence[Sighted],
        reference: Sequence[bytes],
    ) -> int | None:
        """The place of the first of `others` that behaves like `answer` in every check, or None."""
        left = list(range(len(others)))
        modules = _by_module(checks)
        for module, places in modules.items():
            if not left:
                break
            message = Recognise(
                checks=tuple(checks[place] for place in places),
                answer=_part(answer, places),
                others=tuple(_part(others[number], places) for number in left),
                reference=tuple(reference[place] for place in places),
                all=len(modules) > 1,
            )
            try:
                reply = await self._ask(module, message)
            except ProtocolError:  # more than fits in a message: not recognised is no fault
                return None
            alike = reply.alike if isinstance(reply, Recognised) and reply.same else ()
            left = [number for place, number in enumerate(left) if place in alike]
        return left[0] if left else None

    async def _ask(self, module: str, message: msgspec.Struct) -> object:
        async with self._opening:
            worker = self._workers.get(module)
            if worker is None or worker.lost:
                worker = self._workers[module] = await self._engine.worker("judge")
        reply: object = await worker.request(message)
        return reply


def _by_module(checks: Sequence[Specification]) -> dict[str, list[int]]:
    """The places of the checks that one judge has to do with, by whose checks they are."""
    modules: dict[str, list[int]] = {}
    for place, check in enumerate(checks):
        modules.setdefault(check.module, []).append(place)
    return modules


def _part(sighted: Sighted, places: Sequence[int]) -> Sighted:
    observed = tuple(sighted.observed[place] for place in places)
    return Sighted(source=sighted.source, observed=observed)


def _reason(reply: object) -> str:
    return neutralise(bounded(getattr(reply, "failure", ""), LONGEST))
