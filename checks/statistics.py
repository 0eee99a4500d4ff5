"""Whether two samples come from one distribution, and what a sample looks like."""

from __future__ import annotations

import math

import msgspec
import torch

from checks.diagnosis.statistics import Z_LIMIT, Sample, ks_distance, z_scores

__all__ = ["LUCK", "Looks", "apart", "describe", "moved_or_wider", "threshold", "wider_by_far"]

LUCK = 1e-7
"""How often two samples of one distribution may be taken for samples of two."""

_FAMILY_LUCK = 1e-9
_MANY = 200
_HEAVY = 6.0
_FAR = 7.0  # of 160,000 pairs from one distribution none came beyond 5, dropout's among them


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """What a sample looks like.

    Attributes:
        family: ``constant``, ``uniform``, ``normal``, or empty where it is neither.
        mean: its mean.
        std: its standard deviation.
        low: its smallest number.
        high: its largest number.
        text: in words, e.g. ``uniform between -0.1 and 0.1``.
    """

    family: str
    mean: float
    std: float
    low: float
    high: float
    text: str


def threshold(one: int, other: int, luck: float = LUCK) -> float:
    """The distance that two samples of these sizes exceed by chance with probability `luck`."""
    return math.sqrt(-math.log(luck / 2) / 2 * (one + other) / (one * other))


def apart(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two samples of independent numbers come from different distributions.

    Judged by their shape as a whole, so that a uniform one is told from a normal one.
    """
    left, right = (t.flatten().to(torch.float64) for t in (one, other))
    return ks_distance(left, right) > threshold(left.numel(), right.numel())


def moved_or_wider(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two large samples of independent numbers differ in mean or spread.

    It notices less than `apart` does, but takes thousands of numbers to be trusted.
    """
    samples = [Sample(t.reshape(1, -1).to(torch.float64), spoiled=1.0) for t in (one, other)]
    return max(abs(z) for z in z_scores(samples[0], samples[1])) > Z_LIMIT


def wider_by_far(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two samples of some hundred independent numbers differ clearly in mean or spread.

    `apart` hardly sees a spread that is half as large. This does, and is as sure: samples with
    heavy tails, whose spread such a number of draws does not show, are left alone.
    """
    pair = [t.flatten().to(torch.float64) for t in (one, other)]
    if any(t.numel() < _MANY or not bool(t.isfinite().all()) or _tails(t) > _HEAVY for t in pair):
        return False
    samples = [Sample(t.reshape(1, -1), spoiled=1.0) for t in pair]
    return max(abs(z) for z in z_scores(samples[0], samples[1])) > _FAR


def _tails(numbers: torch.Tensor) -> float:
    """The kurtosis: 3 for a normal distribution, far more where a few draws are far out."""
    centred = numbers - numbers.mean()
    spread = float(centred.square().mean())
    return float(centred.pow(4).mean()) / spread**2 if spread > 0 else math.inf


def describe(numbers: torch.Tensor) -> Looks:
    """What a sample of at least one number looks like."""
    x = numbers.flatten().to(torch.float64)
    low, high, mean = float(x.min()), float(x.max()), float(x.mean())
    std = float(x.std(correction=0))
    if low == high:
        text = {0.0: "all zeros", 1.0: "all ones"}.get(low, f"all {low:.4g}")
        return Looks(family="constant", mean=mean, std=0.0, low=low, high=high, text=text)
    family = _family(x, mean, std, (low, high))
    text = {
        "uniform": f"uniform between {low:.3g} and {high:.3g}",
        "normal": f"normal with mean {_near_zero(mean, std)} and standard deviation {std:.3g}",
    }.get(
        family,
        f"numbers between {low:.3g} and {high:.3g}, with mean {_near_zero(mean, std)} "
        f"and standard deviation {std:.3g}",
    )
    return Looks(family=family, mean=mean, std=std, low=low, high=high, text=text)


def _near_zero(mean: float, std: float) -> str:
    return "0" if abs(mean) < 0.05 * std else f"{mean:.3g}"


def _family(x: torch.Tensor, mean: float, std: float, ends: tuple[float, float]) -> str:
    """The family whose cumulative share fits, the better one of two."""
    ordered = x.sort().values
    n = ordered.numel()
    if n < 100 or not math.isfinite(std):
        return ""
    shares = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    fits = {
        "uniform": (ordered - ends[0]) / (ends[1] - ends[0]),
        "normal": torch.special.ndtr((ordered - mean) / std),
    }
    gaps = {name: float((fit - shares).abs().max()) for name, fit in fits.items()}
    best = min(gaps, key=gaps.__getitem__)
    limit = math.sqrt(-math.log(_FAMILY_LUCK / 2) / (2 * n))
    return best if gaps[best] <= limit else ""
