"""Asking a sandboxed worker which checks a course's own ``checks.py`` has."""

from __future__ import annotations

import asyncio

import msgspec

from tutor.course import custom_entries
from tutor.course.catalogue import Schema
from tutor.course.custom import CustomChecks
from tutor.course.source import At
from tutor.course.wording import quoted
from tutor.engine.client import Engine
from tutor.engine.protocol import Describe, Described
from tutor.engine.text import bounded, neutralise
from tutor.errors import LessonFileError, WorkerLostError

__all__ = ["Describing"]


class Describing:
    """Describes each text once. The course's code runs in a worker that does nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, dict[str, Schema]] = {}
        self._lock = asyncio.Lock()

    async def describe(self, custom: CustomChecks) -> CustomChecks:
        """The same checks with the schema of each one's entry, which is kept for later starts.

        Raises:
            LessonFileError: the file has problems.
            EngineError: there is no worker to be had.
        """
        if custom.problems:
            raise LessonFileError(custom.problems)
        async with self._lock:
            if custom.text not in self._known:
                self._known[custom.text] = await self._ask(custom)
        return msgspec.structs.replace(custom, entries=self._known[custom.text])

    async def _ask(self, custom: CustomChecks) -> dict[str, Schema]:
        worker = await self._engine.worker("judge")
        try:
            reply = await worker.request(Describe(module=custom.text))
        except WorkerLostError as error:
            reply = Described(failure=str(error))
        finally:
            await worker.close()
        if not isinstance(reply, Described):
            reply = Described(failure="importing it gave another reply than is due")
        if reply.failure:
            line = max(1, min(reply.line, custom.text.count("\n") + 1))
            raise _unusable(custom, reply.failure, At(line, 1))
        try:
            entries = custom_entries.vetted(reply.entries)
        except ValueError as error:
            raise _unusable(custom, str(error)) from error
        for name in sorted(entries.keys() - {named.name for named in custom.named}):
            wanted = f'{quoted(name)} has to stand in its class as text: name: ClassVar[str] = "…"'
            raise _unusable(custom, wanted)
        custom_entries.remember(custom.text, entries)
        return entries


def _unusable(custom: CustomChecks, reason: str, at: At | None = None) -> LessonFileError:
    said = " ".join(neutralise(bounded(reason, 2000)).split())
    return LessonFileError([custom.problem(f"these checks cannot be used: {said}", at)])
