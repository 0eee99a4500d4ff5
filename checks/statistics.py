"""Whether two samples come from one distribution, and what a sample looks like."""

from __future__ import annotations

import math

import msgspec
import torch

__all__ = ["LUCK", "Sample", "apart", "describe", "distance", "threshold"]

LUCK = 1e-7
"""How often two samples of one distribution may be taken for samples of two."""

_FAMILY_LUCK = 1e-9


class Sample(msgspec.Struct, frozen=True, kw_only=True):
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


def distance(one: torch.Tensor, other: torch.Tensor) -> float:
    """Kolmogorov and Smirnov's: the largest difference between two cumulative shares.

    Unlike mean and standard deviation it tells a uniform distribution from a normal one.
    """
    left, right = (t.flatten().to(torch.float64).sort().values for t in (one, other))
    points = torch.cat([left, right])
    shares = [torch.searchsorted(t, points, right=True) / t.numel() for t in (left, right)]
    return float((shares[0] - shares[1]).abs().max())


def threshold(one: int, other: int, luck: float = LUCK) -> float:
    """The distance that two samples of these sizes exceed by chance with probability `luck`."""
    return math.sqrt(-math.log(luck / 2) / 2 * (one + other) / (one * other))


def apart(one: torch.Tensor, other: torch.Tensor, luck: float = LUCK) -> bool:
    """Whether two samples of independent numbers come from different distributions."""
    return distance(one, other) > threshold(one.numel(), other.numel(), luck)


def describe(numbers: torch.Tensor) -> Sample:
    """What a sample of at least one number looks like."""
    x = numbers.flatten().to(torch.float64)
    low, high, mean = float(x.min()), float(x.max()), float(x.mean())
    std = float(x.std(correction=0))
    if low == high:
        text = {0.0: "all zeros", 1.0: "all ones"}.get(low, f"all {low:.4g}")
        return Sample(family="constant", mean=mean, std=0.0, low=low, high=high, text=text)
    family = _family(x, mean, std, (low, high))
    text = {
        "uniform": f"uniform between {low:.3g} and {high:.3g}",
        "normal": f"normal with mean {_near_zero(mean, std)} and standard deviation {std:.3g}",
    }.get(
        family,
        f"numbers between {low:.3g} and {high:.3g}, with mean {_near_zero(mean, std)} "
        f"and standard deviation {std:.3g}",
    )
    return Sample(family=family, mean=mean, std=std, low=low, high=high, text=text)


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
