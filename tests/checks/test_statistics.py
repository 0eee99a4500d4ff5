from __future__ import annotations

import math

import pytest
import torch

from checks.diagnosis.statistics import ks_distance
from checks.statistics import apart, describe, moved_or_wider, threshold, wider_by_far

N = 60_000


def _draw(kind: str, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    if kind == "uniform":
        return (torch.rand(N, generator=generator) * 2 - 1) * math.sqrt(3)
    normal = torch.randn(N, generator=generator)
    if kind == "cut":
        return torch.nn.init.trunc_normal_(torch.empty(N), generator=generator)
    return normal * {"normal": 1.0, "wider": 1.1}[kind]


@pytest.mark.parametrize("kind", ["uniform", "normal", "cut", "wider"])
def test_samples_of_one_distribution_stay_together(kind: str) -> None:
    """Two draws are never farther apart than chance allows."""
    for seed in range(20):
        pair = _draw(kind, seed), _draw(kind, 1_000 + seed)
        assert not apart(*pair)
        assert not moved_or_wider(*pair)


@pytest.mark.parametrize("kind", ["uniform", "cut", "wider"])
def test_the_shape_counts_and_the_spread(kind: str) -> None:
    """Uniform, truncated or wider: none passes for a normal one with mean 0 and deviation 1."""
    for seed in range(5):
        assert apart(_draw(kind, seed), _draw("normal", 1_000 + seed))


def test_the_threshold_holds_what_it_promises() -> None:
    """At a luck of 1 in 20, few of many pairs are taken apart, and more than none."""
    generator = torch.Generator().manual_seed(0)
    pairs = torch.rand(2_000, 2, 300, generator=generator)
    far = sum(ks_distance(a, b) > threshold(300, 300, luck=0.05) for a, b in pairs)
    assert 20 < far < 140


def test_a_slightly_wider_distribution_shows_in_its_spread() -> None:
    """By 3 percent: too little for the shape as a whole."""
    pair = _draw("normal", 0) * 1.03, _draw("normal", 1)
    assert not apart(*pair)
    assert moved_or_wider(*pair)
    assert moved_or_wider(pair[1] + 0.05, _draw("normal", 2))


def _dropped(p: float, seed: int, *, scaled: bool = True, units: int = 16) -> torch.Tensor:
    """A sum of some numbers, each of which dropout leaves out now and then."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(units, generator=torch.Generator().manual_seed(3))
    kept = torch.rand(600, units, generator=generator) >= p
    return (kept * weights).sum(dim=1) / ((1 - p) if scaled else 1)


@pytest.mark.parametrize("p", [0.002, 0.05, 0.3, 0.5, 0.95])
def test_few_draws_of_one_distribution_stay_together(p: float) -> None:
    """However rare what happens is."""
    for seed in range(60):
        assert not wider_by_far(_dropped(p, seed), _dropped(p, 1_000 + seed))


def test_few_draws_show_a_spread_that_is_half_as_large() -> None:
    """The shape as a whole need not: it is what a forgotten scale of dropout does."""
    for seed in range(20):
        assert wider_by_far(_dropped(0.5, seed, scaled=False), _dropped(0.5, 1_000 + seed))
    assert not wider_by_far(torch.zeros(600), torch.zeros(600))
    assert not wider_by_far(torch.full((600,), math.nan), _dropped(0.5, 1))
    assert not wider_by_far(_dropped(0.5, 1)[:50] * 9, _dropped(0.5, 2)[:50])


@pytest.mark.parametrize(
    ("numbers", "family", "text"),
    [
        (torch.zeros(9), "constant", "all zeros"),
        (torch.ones(9), "constant", "all ones"),
        (torch.full((9,), 0.25), "constant", "all 0.25"),
        (_draw("uniform", 0) / 10, "uniform", "uniform between -0.173 and 0.173"),
        (_draw("normal", 0) / 10 + 1, "normal", "normal with mean 0.999"),
        (_draw("cut", 0), "", "numbers between -2 and 2"),
        (torch.tensor([1.0, 2.0]), "", "numbers between 1 and 2"),
        (torch.tensor([1.0, math.inf]), "", "between 1 and inf"),
    ],
)
def test_samples_are_described(numbers: torch.Tensor, family: str, text: str) -> None:
    """In the words of an initialisation."""
    sample = describe(numbers)
    assert sample.family == family
    assert text in sample.text
