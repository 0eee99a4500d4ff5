from __future__ import annotations

import random

import pytest

from tutor.course.circles import circles


def reached(needs: dict[str, list[str]], name: str) -> set[str]:
    """All that a name needs, directly or not, found the slow way."""
    found: set[str] = set()
    ahead = list(needs.get(name, ()))
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += needs.get(one, ())
    return found


@pytest.mark.parametrize("seed", range(30))
def test_a_circle_is_whoever_can_reach_each_other(seed: int) -> None:
    """On graphs of every density, with names that have no entry and some that need themselves."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    names = [f"n{i}" for i in range(8)]
    needs = {name: rng.sample(names, rng.randrange(4)) for name in names[:7]}
    found = circles(needs)
    for one, needed in needs.items():
        for other in needed:
            together = one == other or one in reached(needs, other)
            assert (found[one] == found[other]) == together, (needs, one, other)


def test_a_long_chain_takes_no_longer_than_it_is_long() -> None:
    """Nor does its depth end in a RecursionError."""
    chain = {str(i): [str(i + 1)] for i in range(50_000)}
    assert len(set(circles(chain).values())) == 50_001
