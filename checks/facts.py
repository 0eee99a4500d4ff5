"""How a call went, beside what it gave: random numbers, operations, lines. Without torch.

Facts only, each observed in both worlds in the same way; what follows from them is concluded in
the judge.
"""

from __future__ import annotations

import msgspec

__all__ = ["Chance", "Stretch", "Watch", "Work"]


class Chance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The states of the random generators ``torch``, ``random`` and ``numpy``, as fingerprints.

    Under ``seed`` stands what torch's generator was seeded with last.

    Attributes:
        made: once the objects for the call were made; empty where nothing was made.
        states: after the call.
    """

    made: dict[str, int] = {}
    states: dict[str, int] = {}


class Stretch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two shapes that were stretched against each other, so that the result has neither.

    Attributes:
        operation: e.g. ``sub``.
        left: one shape.
        right: the other.
        line: of the answer, from 1; None where a library's own code did it.
    """

    operation: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    line: int | None = None


class Watch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was seen of a call that was watched.

    Attributes:
        draws: torch's operations that drew random numbers, in order, like ``rand (3, 4)``; those
            for making the objects first.
        stretches: the shapes that were stretched against each other.
    """

    draws: tuple[str, ...] = ()
    stretches: tuple[Stretch, ...] = ()


class Work(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a call made Python and torch do.

    Attributes:
        calls: how often each operation was asked for in Python: ``x @ y`` and ``torch.matmul``
            are both ``matmul``.
        operations: how often torch ran each kernel.
        lines: how often each line of Python ran; a line that is not the answer's own has a name
            that is no number.
        taken: how many numbers were taken out of tensors by ``tolist``.
    """

    calls: dict[str, int] = {}
    operations: dict[str, int] = {}
    lines: dict[str, int] = {}
    taken: int = 0
