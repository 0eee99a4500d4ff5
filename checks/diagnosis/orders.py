"""What to say of the samples of an epoch, and of their order, where the solution shuffles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from checks.batches import Epoch
from checks.difference import Difference
from checks.show import count

__all__ = ["compare_orders", "compare_samples"]

_CHANCE = 1e-4
"""A coincidence that is rarer than this is none."""


def compare_samples(
    ours: Sequence[Epoch], theirs: Sequence[Epoch], subject: str
) -> Difference | None:
    """The first difference in what the epochs hold, whatever its order."""
    rights = [epoch.samples for epoch in theirs if epoch.samples is not None]
    if len(rights) < len(theirs) or any(epoch.samples is None for epoch in ours):
        return None
    counts = [Counter(samples) for samples in rights]
    complete = all(c == counts[0] for c in counts)
    allowed = counts[0]
    for c in counts[1:]:
        allowed |= c
    for epoch in ours:
        mine = Counter(epoch.samples)
        surplus = mine - allowed
        missing = counts[0] - mine if complete else Counter()
        unknown = sum(n for sample, n in surplus.items() if sample not in allowed)
        # Where the solution leaves samples out, one of them may never have been seen.
        if complete and (surplus or missing) and _mixed(epoch, theirs[0]):
            return _mixed_up(subject)
        if unknown and (complete or unknown * 2 > mine.total()):
            return Difference(
                code="wrong-samples",
                message=f"An epoch of {subject} holds {count(unknown, 'sample')} that the data "
                "does not have.",
            )
        twice = sum(n for sample, n in surplus.items() if sample in allowed)
        if twice or missing:
            return _uncovered(twice, missing.total(), subject)
    return None


def _uncovered(twice: int, missing: int, subject: str) -> Difference:
    """Samples that come more than once, or never."""
    parts = [f"{_come(twice)} too often"] if twice else []
    parts += [f"{_come(missing)} never"] if missing else []
    drawn = " Are indices drawn one by one, instead of a permutation?" if twice else ""
    return Difference(
        code="wrong-samples",
        message=f"In an epoch of {subject}, {' and '.join(parts)}. Each should come once.{drawn}",
        details={"repeated": twice, "missing": missing},
    )


def _come(number: int) -> str:
    return f"{count(number, 'sample')} come{'s' if number == 1 else ''}"


def _mixed(mine: Epoch, right: Epoch) -> bool:
    """Whether each part of the samples is complete by itself."""
    samples = right.samples or ()
    width = len(samples[0]) if samples else 0
    if width < 2 or any(len(sample) != width for sample in mine.samples or ()):
        return False
    return all(mine.part(n) == right.part(n) for n in range(width))


def _mixed_up(subject: str) -> Difference:
    return Difference(
        code="mixed-up",
        message=f"In an epoch of {subject}, every input comes once and every target comes once, "
        "but not together: inputs have other samples' targets. Use one permutation for both.",
    )


def compare_orders(
    pairs: Sequence[tuple[Sequence[Epoch], Sequence[Epoch]]], subject: str
) -> Difference | None:
    """Whether the order changes where the solution's does, over all trials together."""
    by_epoch = _unchanged(pairs, (0, 1, 2))
    by_seed = _unchanged(pairs, (0, 3))
    if by_epoch and by_seed:
        return Difference(
            code="not-shuffled",
            message=f"The samples of {subject} come in the same order in every epoch, under every "
            "seed. Look at `shuffle`.",
        )
    if by_epoch:
        return Difference(
            code="same-order",
            message=f"The samples of {subject} are shuffled once: every epoch has the same order. "
            "Draw a new permutation whenever an epoch begins.",
        )
    if by_seed:
        return Difference(
            code="same-order",
            message=f"The order of {subject} is the same whatever the seed is. Does it draw from a "
            "generator of its own that always starts alike?",
        )
    return None


def _unchanged(
    pairs: Sequence[tuple[Sequence[Epoch], Sequence[Epoch]]], places: tuple[int, ...]
) -> bool:
    """Whether the answer's order stays where the solution's changes, and not by chance."""
    chance = 1.0
    for ours, theirs in pairs:
        if len({theirs[p].samples for p in places}) == 1:
            continue
        if len({ours[p].samples for p in places}) > 1:
            return False
        samples = set(theirs[0].samples or ())
        chance *= (1 / math.factorial(min(len(samples), 12))) ** (len(places) - 1)
    return chance < _CHANCE
