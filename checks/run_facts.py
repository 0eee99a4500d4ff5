"""What a training or evaluation run left behind, as plain data."""

from __future__ import annotations

import msgspec

from checks.diagnosis.steps import StepFacts

__all__ = ["MANY_GRAPHS", "Measure", "RunFacts"]

MANY_GRAPHS = 3
"""So many graphs of earlier backward passes are no coincidence of names that live on."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What one expression gave.

    Attributes:
        before: its number before the run; None where it gave none.
        after: its number after the run.
        failed: the exception that it raised after the run.
    """

    before: float | None
    after: float | None
    failed: str = ""


class RunFacts(StepFacts, frozen=True, kw_only=True):
    """A run and what came of it.

    Attributes:
        graphs: how many graphs of earlier backward passes were alive at once, at most.
        kept: paths in the result to tensors that carry a graph.
        changed: whether each parameter and buffer changed, by its name.
        modes: whether each module is in training mode afterwards, by its name.
        measures: what each expression gave.
        prints: fingerprints of what the run made: of this one, of another under the same seed,
            of a third under another seed.
    """

    graphs: int
    kept: tuple[str, ...]
    changed: dict[str, bool]
    modes: dict[str, bool]
    measures: dict[str, Measure]
    prints: tuple[str, ...] = ()
