"""Which of several answers behaves like a given one: in every check, or by how they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from tutor.engine.protocol import Observations, Sighted
from tutor.judging.assignment import Assignment
from tutor.judging.bench import Bench
from tutor.judging.running import same_ending
from tutor.judging.worlds import Ran
from tutor.judging.yardstick import Yardstick

__all__ = ["LookedAt", "first_alike"]

_BATCH = 16 * 1024**2
"""Bytes of observations that the judge is sent at once."""


class LookedAt(Protocol):
    """An answer, how it ended, and what each check observed of it."""

    @property
    def text(self) -> str:
        """The answer."""

    @property
    def ran(self) -> Ran | None:
        """How it ended; None where it did not run."""

    @property
    def observed(self) -> tuple[Observations, ...]:
        """What each check observed, where it ran to its end."""


async def first_alike(
    assignment: Assignment,
    bench: Bench,
    answer: LookedAt,
    others: Sequence[LookedAt],
    yardstick: Yardstick,
) -> int | None:
    """The place of the first of `others` that behaves like the answer.

    Raises:
        EngineError: the tutor failed.
    """
    mine = answer.ran
    if mine is None:
        return None
    if not mine.ok:
        endings = (
            place
            for place, other in enumerate(others)
            if other.ran is not None and same_ending(other.ran, mine)
        )
        return next(endings, None)
    places = [place for place, other in enumerate(others) if _failed_alike(answer, other)]
    for batch in _batches(places, others):
        which = await bench.recognise(
            assignment.checks,
            _sighted(answer),
            [_sighted(others[place]) for place in batch],
            [expected.data for expected in yardstick.expected],
        )
        if which is not None:
            return batch[which]
    return None


def _failed_alike(answer: LookedAt, other: LookedAt) -> bool:
    """Whether each check could look at both, or failed to in the same way."""
    return (
        other.ran is not None
        and other.ran.ok
        and all(
            mine.failure == theirs.failure
            for mine, theirs in zip(answer.observed, other.observed, strict=True)
        )
    )


def _batches(places: Sequence[int], others: Sequence[LookedAt]) -> Iterator[list[int]]:
    """As many at a time as the judge should get at once."""
    batch: list[int] = []
    room = _BATCH
    for place in places:
        size = sum(len(observed.data) for observed in others[place].observed)
        if batch and size > room:
            yield batch
            batch, room = [], _BATCH
        batch.append(place)
        room -= size
    if batch:
        yield batch


def _sighted(seen: LookedAt) -> Sighted:
    observed = tuple(b"" if one.failure else one.data for one in seen.observed)
    return Sighted(source=seen.text, observed=observed)
