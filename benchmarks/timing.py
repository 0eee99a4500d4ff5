"""Taking turns: the two sides of a comparison are measured alternately, on the same machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import msgspec

__all__ = ["Comparison", "alternate", "report"]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two sets of times, in seconds, taken in turns.

    Attributes:
        what: what was measured.
        ours: the tutor's times.
        rival: the rival's times.
        rival_name: who the rival is.
        aim: what the ratio should be, in words.
        faster: whether the ratio says how many times faster we are (otherwise how many times
            slower).
    """

    what: str
    ours: tuple[float, ...]
    rival: tuple[float, ...]
    rival_name: str
    aim: str
    faster: bool = False

    @property
    def ratio(self) -> float:
        """Median by median."""
        ours, rival = statistics.median(self.ours), statistics.median(self.rival)
        return rival / ours if self.faster else ours / rival


def alternate(
    ours: Callable[[], object], rival: Callable[[], object], rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure both sides in turns; the first round warms the disk cache and is not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for side, kept in zip((ours, rival), times, strict=True):
            started = time.perf_counter()
            side()
            taken = time.perf_counter() - started
            if turn:
                kept.append(taken)
    return tuple(times[0]), tuple(times[1])


def report(comparisons: Sequence[Comparison]) -> str:
    """A table: medians in milliseconds, the ratio, and what it should be."""
    lines = [f"{'what':44} {'ours':>10} {'rival':>10} {'ratio':>8}  aim"]
    for one in comparisons:
        ours, rival = statistics.median(one.ours), statistics.median(one.rival)
        word = "faster" if one.faster else ""
        lines.append(
            f"{one.what:44} {ours * 1000:8.1f}ms {rival * 1000:8.1f}ms {one.ratio:7.2f}x "
            f"{word}  {one.aim} (against {one.rival_name}; n={len(one.ours)})"
        )
    return "\n".join(lines)
