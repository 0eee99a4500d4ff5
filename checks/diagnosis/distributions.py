"""What to say of draws from another distribution: in which respect it is another one."""

from __future__ import annotations

import math
from typing import Any

import torch

from checks.diagnosis.statistics import (
    Z_LIMIT,
    Sample,
    differ_in_counts,
    differ_in_range,
    ks_distance,
    ks_limit,
    z_scores,
)
from checks.difference import Difference
from checks.show import number

__all__ = ["compare_draws"]

_CLEARLY = 3.5  # standard errors that make a difference worth naming, once there is one
_NEAR = 0.03  # the share by which two measured quantities that are the same may be apart
_DISCRETE = 300
_MARGIN = 0.1  # standard deviations by which the estimates of mean and spread may move an edge
_FEW_BEYOND = 0.01


def compare_draws(left: Sample, right: Sample, subject: str, *, once: bool) -> Difference | None:
    """How an answer's draws differ from the reference's; None where they do not.

    Args:
        left: the answer's.
        right: the reference's.
        subject: the expression that was drawn from.
        once: it was evaluated once only, so that its calls cannot be compared.
    """
    says = _not_random(left, right, once=once)
    code = "not-random"
    if not says:
        says, code = _dependent(left, right), "dependent-draws"
    if not says and _differ(left, right):
        code, says = _how(left, right)
    if not says:
        return None
    return Difference(
        code=code,
        message=f"`{subject}` {says}",
        expected=_summary(right),
        actual=_summary(left),
        details={
            "mean": left.mean,
            "expected_mean": right.mean,
            "std": left.std,
            "expected_std": right.std,
            "draws": left.rows.numel(),
        },
        subject=subject,
    )


def _not_random(left: Sample, right: Sample, *, once: bool) -> str:
    if right.std == 0:
        return ""
    if left.std == 0:
        return f"always gives {number(left.rows[0, 0].item())}: that is not random."
    same = [bool((sample.rows == sample.rows[0]).all()) for sample in (left, right)]
    if not once and same[0] and not same[1]:
        return (
            "gives the same numbers in every call. Is the generator seeded in it, or was it drawn "
            "once, outside of it?"
        )
    if left.rows.shape[1] < 2:
        return ""
    same = [bool((s.rows == s.rows[:, :1]).all()) for s in (left, right)]
    if same[0] and not same[1]:
        return "draws one number and repeats it. Each place should have a number of its own."
    return ""


def _dependent(left: Sample, right: Sample) -> str:
    """Numbers of one call that have to do with each other, where the reference's do not."""
    if left.rows.shape[1] < 3 or len(left.rows) < 16:
        return ""
    ties = [_neighbours(sample.rows) for sample in (left, right)]
    if abs(ties[0] - ties[1]) > 0.2:
        if ties[0] > 0.9:
            return "gives numbers in order, sorted perhaps, where each should stand by itself."
        return "gives numbers that depend on their neighbours, where each should stand by itself."
    if left.spoiled > 4 * right.spoiled:
        return "gives numbers that depend on each other in each call. Is something drawn once only?"
    return ""


def _neighbours(rows: torch.Tensor) -> float:
    """The correlation of neighbours."""
    centred = rows - rows.mean()
    spread = float((centred**2).mean())
    return float((centred[:, 1:] * centred[:, :-1]).mean()) / spread if spread else 1.0


def _differ(left: Sample, right: Sample) -> bool:
    """Whether chance alone would not make two samples of one distribution so different."""
    return (
        ks_distance(left.values, right.values) > ks_limit(left, right)
        or max(abs(z) for z in z_scores(left, right)) > Z_LIMIT
        or differ_in_counts(left, right) is not None
        or differ_in_range(left, right) is not None
    )


def _how(left: Sample, right: Sample) -> tuple[str, str]:
    """The code and the words for the first respect in which two samples differ."""
    few = [len(torch.unique(s.values)) <= _DISCRETE for s in (left, right)]
    if few[0] != few[1]:
        return "wrong-distribution", _one_is_discrete(left, right, few=few[0])
    means, spreads = z_scores(left, right)
    other_mean, other_spread = abs(means) > _CLEARLY, abs(spreads) > _CLEARLY
    if left.std and right.std and (other_mean or other_spread) and _same_form(left, right):
        return _moved(left, right, mean=other_mean)
    return "wrong-distribution", _other_form(left, right)


def _same_form(left: Sample, right: Sample) -> bool:
    """Whether one distribution is the other in another place, or wider."""
    parts = [(s.values - s.mean) / s.std for s in (left, right)]
    if ks_distance(*parts) > ks_limit(left, right):
        return False
    edges = [(float(p.min()), float(p.max())) for p in parts]
    beyond = [
        float((part < low - _MARGIN).to(torch.float64).mean())
        + float((part > high + _MARGIN).to(torch.float64).mean())
        for part, (low, high) in zip(parts, reversed(edges), strict=True)
    ]
    return max(beyond) < _FEW_BEYOND


def _moved(left: Sample, right: Sample, *, mean: bool) -> tuple[str, str]:
    """The same form in another place, or wider."""
    wide = abs(left.std / right.std - 1) > _NEAR
    texts = _pair(_centre(left), _centre(right)), _pair(left.std, right.std)
    means = f"the mean {texts[0][0]}, but {texts[0][1]} is expected"
    stds = f"the standard deviation {texts[1][0]}, but {texts[1][1]} is expected"
    if wide and mean and _bounded(left) and _bounded(right):
        ends = [
            f"from {_short(_edge(s, upper=False))} to {_short(_edge(s, upper=True))}"
            for s in (left, right)
        ]
        return "wrong-mean", f"runs {ends[0]}, but {ends[1]} is expected."
    if wide and mean:
        return "wrong-mean", f"has {means}, and {stds}."
    if wide:
        return "wrong-spread", f"has {stds}. {_spread_hint(left, right)}"
    hint = " The sign is wrong." if abs(left.mean + right.mean) < _NEAR * left.std else ""
    return "wrong-mean", f"has {means}. Its spread is right.{hint}"


def _spread_hint(left: Sample, right: Sample) -> str:
    a, e = left.std, right.std
    if abs(a / e**2 - 1) < _NEAR:
        return "It is the variance that is expected as the standard deviation: is a root missing?"
    if abs(a / math.sqrt(e) - 1) < _NEAR:
        return "It is the root of the one that is expected: was the root taken twice?"
    return f"It is {a / e:.2g} times as large."


def _bounded(sample: Sample) -> bool:
    """Whether the numbers fill a stretch up to its ends, as a uniform distribution does."""
    values = sample.values
    low, high = float(values.min()), float(values.max())
    return high > low and float(values.sub(sample.mean).pow(4).mean()) < 2.2 * sample.std**4


def _edge(sample: Sample, *, upper: bool) -> float:
    return float(sample.values.max() if upper else sample.values.min())


def _one_is_discrete(left: Sample, right: Sample, *, few: bool) -> str:
    sample = left if few else right
    values = torch.unique(sample.values).tolist()
    shown = ", ".join(number(v) for v in values[:4]) + (", …" if len(values) > 4 else "")
    if few:
        return f"gives only {len(values)} different numbers ({shown}), where any may come up."
    return f"gives numbers of any kind, where only {shown} are expected."


def _other_form(left: Sample, right: Sample) -> str:
    kinds = _looks(left), _looks(right)
    looks = ""
    if kinds[0] and kinds[1] and kinds[0] != kinds[1]:
        article = "an" if kinds[1][0] in "aeiou" else "a"
        looks = f"looks {kinds[0]}, and {article} {kinds[1]} distribution is expected: it "
    where = differ_in_range(left, right)
    if where is not None:
        says = _other_range(left, right, further=where[0], upwards=where[1])
        if says:
            return f"{looks}{says}"
    value = differ_in_counts(left, right)
    if value is not None:
        shares = [float((s.values == value).to(torch.float64).mean()) for s in (left, right)]
        many = f"{shares[0]:.1%} of all cases, and {shares[1]:.1%} is expected."
        return f"gives {value:g} in {many}"
    return f"{looks or 'has another form than expected: it '}{_quarters(left, right)}"


def _other_range(left: Sample, right: Sample, *, further: bool, upwards: bool) -> str:
    """How far the numbers go, where that is worth saying."""
    edges = [_edge(s, upper=upwards) for s in (left, right)]
    if abs(edges[0] - edges[1]) < _FEW_BEYOND * right.std:
        return ""
    own, wanted = map(_short, edges)
    side, way = ("above", "up") if upwards else ("below", "down")
    if further:
        return f"gives numbers {side} {wanted}, {way} to {own}: none is expected there."
    return f"gives no numbers {side} {own}, but they are expected {way} to {wanted}."


def _looks(sample: Sample) -> str:
    """The family of distributions that fits, if one does."""
    size = min(len(sample.values), 20_000)
    grid = (torch.arange(size, dtype=torch.float64) + 0.5) / size
    low, high = _edge(sample, upper=False), _edge(sample, upper=True)
    shapes: dict[str, Any] = {
        "uniform": low + (high - low) * grid,
        "normal": sample.mean + sample.std * math.sqrt(2) * torch.erfinv(2 * grid - 1),
        "exponential": low - (sample.mean - low) * torch.log1p(-grid),
    }
    limit = 2.2 * math.sqrt(2 / sample.size)
    fits = {name: ks_distance(sample.values, values) for name, values in shapes.items()}
    name = min(fits, key=lambda key: fits[key])
    return name if fits[name] < limit else ""


def _quarters(left: Sample, right: Sample) -> str:
    """Where the middle half lies."""
    edges = torch.tensor([0.25, 0.75], dtype=torch.float64)
    halves = [s.values.quantile(edges).tolist() for s in (left, right)]
    own, wanted = (f"{_short(low)} and {_short(high)}" for low, high in halves)
    return f"gives half of its numbers between {own}, where {wanted} are expected."


def _pair(actual: float, expected: float) -> tuple[str, str]:
    """Two digits, since a sample is not more exact; more where they would look the same."""
    for digits in range(2, 6):
        pair = _short(actual, digits), _short(expected, digits)
        if pair[0] != pair[1]:
            break
    return pair


def _short(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}g}" if abs(value) >= 0.005 else "0"


def _centre(sample: Sample) -> float:
    """The mean; exactly 0 where a sample of that size cannot tell it from 0."""
    return sample.mean if abs(sample.mean) > 3.5 * sample.std / math.sqrt(sample.size) else 0.0


def _summary(sample: Sample) -> str:
    low, high = _edge(sample, upper=False), _edge(sample, upper=True)
    return (
        f"mean {_short(_centre(sample))}, standard deviation {_short(sample.std)}, "
        f"from {_short(low)} to {_short(high)}"
    )
