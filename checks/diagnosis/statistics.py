"""Telling two samples apart, so rarely by mistake that it need not be thought of.

Every test here says that two samples differ less than once in ten million, if they do not. The
tests hold for any distribution: they count ranks and numbers of cases, or are as careful as the
sample's own spread demands.
"""

from __future__ import annotations

import math

import msgspec
import torch

__all__ = ["Sample", "differ_in_counts", "differ_in_range", "ks_distance", "ks_limit", "z_scores"]

_KS = 2.85  # two-sample Kolmogorov-Smirnov: exp(-2 * 2.85 ** 2) * 2 = 1.8e-7
Z_LIMIT = 5.5
"""Standard errors apart: 4e-8 for a normal distribution of the mean."""

_RARE = 1e-9
_MOST_VALUES = 300


class Sample(msgspec.Struct, frozen=True):
    """Numbers that were drawn.

    Attributes:
        rows: one row per call.
        spoiled: how many dependent numbers are worth one independent one, at least 1.
    """

    rows: torch.Tensor
    spoiled: float

    @classmethod
    def of(cls, rows: torch.Tensor, *, at_least: float = 1.0) -> Sample:
        """A sample with how much its numbers depend on each other, measured."""
        return cls(rows, max(at_least, _design_effect(rows)))

    @property
    def values(self) -> torch.Tensor:
        """All numbers."""
        return self.rows.flatten()

    @property
    def size(self) -> float:
        """How many independent numbers it is worth."""
        return self.rows.numel() / self.spoiled

    @property
    def mean(self) -> float:
        """The mean."""
        return float(self.values.mean())

    @property
    def std(self) -> float:
        """The standard deviation."""
        return float(self.values.std(correction=0))


def _design_effect(rows: torch.Tensor) -> float:
    """How much more the calls differ from each other than independent numbers would."""
    calls, taken = rows.shape
    if taken < 2 or calls < 16:
        return 1.0
    effects = [1.0]
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        below = (rows <= rows.flatten().quantile(share)).to(torch.float64)
        p = float(below.mean())
        if 0.02 < p < 0.98:
            effects.append(float(below.mean(dim=1).var()) * taken / (p * (1 - p)))
    spread = float(rows.var())
    if spread > 0 and math.isfinite(spread):
        effects.append(float(rows.mean(dim=1).var()) * taken / spread)
    return max(effects)


def ks_distance(left: torch.Tensor, right: torch.Tensor) -> float:
    """The largest distance between two empirical distribution functions."""
    places = torch.cat([left, right]).sort().values
    shares = [
        torch.searchsorted(part.sort().values, places, right=True).to(torch.float64) / len(part)
        for part in (left, right)
    ]
    return float((shares[0] - shares[1]).abs().max())


def ks_limit(left: Sample, right: Sample) -> float:
    """The distance that chance alone does not reach."""
    return _KS * math.sqrt(1 / left.size + 1 / right.size)


def z_scores(left: Sample, right: Sample) -> tuple[float, float]:
    """By how many standard errors the means differ, and the variances."""
    centre = right.mean
    found = []
    for power in (1, 2):
        parts = [(sample.values - centre) ** power for sample in (left, right)]
        error = sum(float(p.var()) / s.size for p, s in zip(parts, (left, right), strict=True))
        apart = float(parts[0].mean() - parts[1].mean())
        found.append(apart / math.sqrt(error) if error > 0 else (math.inf if apart else 0.0))
    return found[0], found[1]


def differ_in_counts(left: Sample, right: Sample) -> float | None:
    """Of two samples with few different values, one that is clearly more frequent in one."""
    values = torch.unique(torch.cat([left.values, right.values]))
    if len(values) > _MOST_VALUES:
        return None
    share = left.rows.numel() / (left.rows.numel() + right.rows.numel())
    worst, found = _RARE / len(values), None
    for value in values.tolist():
        counts = [float((s.values == value).sum()) for s in (left, right)]
        spoiled = max(left.spoiled, right.spoiled)
        chance = _tail(counts[0] / spoiled, sum(counts) / spoiled, share)
        if chance < worst:
            worst, found = chance, value
    return found


def differ_in_range(left: Sample, right: Sample) -> tuple[bool, bool] | None:
    """Whether one sample clearly goes beyond the other: ``(left does, upwards)``; None if not."""
    share = left.rows.numel() / (left.rows.numel() + right.rows.numel())
    spoiled = max(left.spoiled, right.spoiled)
    found: list[tuple[float, tuple[bool, bool]]] = []
    for wide, narrow, part in ((left, right, share), (right, left, 1 - share)):
        needed = math.log(_RARE) / math.log(part) * spoiled
        below = int((wide.values < narrow.values.min()).sum())
        above = int((wide.values > narrow.values.max()).sum())
        found.append((below / needed, (wide is left, False)))
        found.append((above / needed, (wide is left, True)))
    most, where = max(found)
    return where if most > 1 else None


def _tail(hits: float, total: float, share: float) -> float:
    """A bound on the chance of so many hits, or so few, out of `total` (Chernoff)."""
    if total <= 0:
        return 1.0
    rate = min(max(hits / total, 0.0), 1.0)
    if rate == share:
        return 1.0
    distance = sum(p * math.log(p / q) for p, q in ((rate, share), (1 - rate, 1 - share)) if p > 0)
    return 2 * math.exp(-total * distance)
