"""Getting a state back by running the cells that led to it again, and saying how that went."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from tutor.engine.protocol import Done, Run
from tutor.engine.results import CellStatus

__all__ = ["Cell", "Replayed", "outcome", "patience", "replay"]

_MORE_TIME = 10.0
"""A cell without a limit may take this many times as long again as it took, and as many seconds."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that ran, and how it ended.

    Attributes:
        error: type and message of the exception that ended it, if one did.
    """

    run: Run
    status: CellStatus
    error: str
    seconds: float


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A state that was made again.

    Attributes:
        cells: the cells that led to it.
        differences: what went otherwise than before, each as a clause.
        complete: whether all the cells that were asked for are among them.
    """

    cells: tuple[Cell, ...]
    differences: tuple[str, ...] = ()
    complete: bool = True

    @property
    def note(self) -> str:
        """What was done and how it went, in sentences."""
        text = f"To get there, {_count(len(self.cells))} run again in a fresh process."
        if self.differences:
            text += f" Not all of it went as before: {'; '.join(self.differences)}."
        return text


def outcome(run: Run, done: Done, status: CellStatus, seconds: float) -> Cell:
    """What is to be known about a cell that ended by itself or was interrupted."""
    error = f"{done.error.type}: {done.error.message}" if done.error is not None else ""
    return Cell(run=run, status=status, error=error, seconds=seconds)


def patience(cell: Cell) -> float:
    """Seconds that a cell may take when it runs again."""
    if cell.status == "interrupted":
        return cell.seconds
    if cell.run.seconds is not None:
        return cell.run.seconds
    return _MORE_TIME * (cell.seconds + 1)


async def replay(
    cells: Sequence[Cell],
    fresh: Callable[[], Awaitable[None]],
    perform: Callable[[Cell], Awaitable[Cell | None]],
    stopped: Callable[[], bool],
) -> Replayed:
    """Run cells again until a process has run as many of them as can be.

    Args:
        cells: what led to the wanted state.
        fresh: puts a pristine process in place.
        perform: runs a cell in it again; gives how that ended, or None if the process did.
        stopped: whether the user does not want to wait for the rest.
    """
    wanted, fatal = len(cells), ""
    while True:
        await fresh()
        done: list[Cell] = []
        differences: list[str] = []
        for number, before in enumerate(cells):
            after = await perform(before)
            if after is None:
                fatal = f"{_name(number)} ended its process this time, so that state is lost"
                break
            done.append(after)
            differences += _difference(number, before, after)
            if stopped() and number + 1 < len(cells):
                fatal = "you stopped it, so the cells after that are lost"
                cells = cells[: number + 1]
                break
        if len(done) == len(cells):
            break
        cells = cells[: len(done)]
    return Replayed(
        cells=tuple(done),
        differences=(*differences, *([fatal] if fatal else [])),
        complete=len(done) == wanted,
    )


def _difference(number: int, before: Cell, after: Cell) -> list[str]:
    name = _name(number)
    if after.status in {"interrupted", "timeout"}:
        if before.status not in {"interrupted", "timeout"}:
            return [f"{name} was stopped this time before its end"]
        return [f"{name} was stopped on its way again, hardly at the same place"]
    if (before.status, before.error) == (after.status, after.error):
        return []
    if after.status == "ok":
        return [f"{name} ran to its end this time"]
    return [f"{name} failed this time with {after.error}"]


def _name(number: int) -> str:
    return f"cell {number}" if number else "the setup"


def _count(cells: int) -> str:
    match cells:
        case 0:
            return "nothing was"
        case 1:
            return "the setup was"
        case 2:
            return "the setup and one cell were"
        case _:
            return f"the setup and {cells - 1} cells were"
