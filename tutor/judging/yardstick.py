"""What one answer is measured against: hidden trials, and what the solution does in them."""

from __future__ import annotations

import asyncio
import time

import msgspec

from tutor.engine.client import Engine
from tutor.engine.protocol import Observations
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench, UnusableCheckError
from tutor.judging.late import late_imports
from tutor.judging.place import Place, PlaceError
from tutor.judging.worlds import ANSWER, Ran, World

__all__ = ["Yardstick", "make_yardstick"]


class Yardstick(msgspec.Struct, frozen=True, kw_only=True):
    """The solution's side of judging one answer. It serves for one answer only.

    Attributes:
        fault: why the lesson is to blame, and there is nothing to measure against; else empty.
        trials: of each check, encoded, with their inputs.
        expected: what each check observed of the solution.
        seconds: how long it took to make.
    """

    fault: str = ""
    trials: tuple[bytes, ...] = ()
    expected: tuple[Observations, ...] = ()
    seconds: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of data in it."""
        return sum(map(len, self.trials)) + sum(len(seen.data) for seen in self.expected)


async def make_yardstick(
    engine: Engine, bench: Bench, assignment: Assignment, place: Place, *, shared: bool = False
) -> Yardstick:
    """Draw trials, run the solution and look at it.

    Args:
        engine: what the place's worlds come from.
        bench: the judge, which draws.
        assignment: whose solution.
        place: where it runs.
        shared: whether it may run where others run later; it must leave no traces.

    Raises:
        EngineError: the tutor failed.
    """
    await late_imports(engine, assignment)
    started = time.monotonic()
    drawing = asyncio.create_task(bench.draw(assignment.checks))
    drawing.add_done_callback(lambda task: task.cancelled() or task.exception())
    try:
        async with place.world(shared=shared) as world:
            drawn = await drawing
            fault = _fault(await world.run(assignment.solution))
            if fault:
                return Yardstick(fault=fault)
            made = await _measure(world, assignment, drawn)
    except (PlaceError, UnusableCheckError) as error:
        return Yardstick(fault=str(error))
    finally:
        drawing.cancel()
    return msgspec.structs.replace(made, seconds=time.monotonic() - started)


async def _measure(world: World, assignment: Assignment, drawn: tuple[bytes, ...]) -> Yardstick:
    trials: list[bytes] = []
    for check, looks, trial in zip(assignment.checks, assignment.looks, drawn, strict=True):
        if not looks:
            trials.append(trial)
            continue
        reply = await world.prepare(check, trial)
        if reply.failure:
            return Yardstick(fault=f"The lesson's inputs cannot be made: {reply.reason}")
        trials.append(reply.data)
    expected = [seen async for seen in world.observe_all(assignment, trials)]
    return Yardstick(trials=tuple(trials), expected=tuple(expected))


def _fault(solved: Ran) -> str:
    """Why the solution did not run to its end; empty if it did."""
    if solved.ok:
        return ""
    result = solved.result
    reason = result.error.traceback if result.error is not None else result.note
    reason = reason.replace(f'"{ANSWER}"', '"<solution>"')  # it ran as an answer does
    return f"The lesson's own solution does not run:\n{reason}"
