# ruff: noqa: S311  # draws repeat on purpose
from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.plan import Of, plan
from checks.registry import build

SIZES = {"n": (1, 6), "m": (1, 6)}


@given(seed=st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_edges_are_certain(seed: int) -> None:
    """Smallest sizes, each smallest in turn, distinct and equal ones come in every plan."""
    trials = plan(SIZES, 2, 8, random.Random(seed))
    assert [t.case for t in trials[:2]] == [0, 1]
    drawn = [(t.sizes["n"], t.sizes["m"]) for t in trials[2:]]
    assert drawn[0] == (1, 1)
    assert any(n == 1 and m != 1 for n, m in drawn)
    assert any(n != 1 and m == 1 for n, m in drawn)
    assert sum(n != m and 1 not in (n, m) for n, m in drawn) >= 6
    assert sum(n == m and n != 1 for n, m in drawn) >= 2
    assert all(1 <= size <= 6 for pair in drawn for size in pair)  # type: ignore[operator]


@given(
    ranges=st.dictionaries(
        st.sampled_from("abcd"),
        st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda p: (min(p), max(p))),
        max_size=4,
    ),
    seed=st.integers(0, 1000),
)
@settings(max_examples=150, deadline=None)
def test_sizes_stay_in_their_ranges(ranges: dict[str, tuple[int, int]], seed: int) -> None:
    """Whatever the ranges are: in bounds, and distinct if they leave room."""
    for trial in plan(ranges, 0, 6, random.Random(seed)):
        for name, (low, high) in ranges.items():
            size = trial.sizes[name]
            assert isinstance(size, int)
            assert low <= size <= high
        if trial.label == "distinct" and all(high - low >= 4 for low, high in ranges.values()):
            assert len(set(trial.sizes.values())) == len(ranges)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_no_size_comes_again_while_others_are_left(seed: int) -> None:
    """Fifteen samples in batches of four: some sizes leave a smaller last batch, others none."""
    drawn = [t.sizes["n"] for t in plan({"n": (1, 15)}, 0, 6, random.Random(seed))]
    assert len(set(drawn)) == 7
    assert any(n > 4 and n % 4 for n in drawn)  # type: ignore[operator]
    many = [t.sizes["n"] for t in plan({"n": (2, 4)}, 0, 7, random.Random(seed))]
    assert {2, 3, 4} == set(many)


def test_plans_repeat_for_the_same_seed_only() -> None:
    """The judge's generator decides everything."""
    first, again, other = (plan(SIZES, 0, 8, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_choice_is_tried() -> None:
    """`{of: [...]}` goes through all its values, also with one drawn trial."""
    trials = plan({"dim": Of(of=(0, 1, None)), "k": 3}, 0, 1, random.Random(1))
    assert {t.sizes["dim"] for t in trials} == {0, 1, None}
    assert {t.sizes["k"] for t in trials} == {3}


@pytest.mark.parametrize(
    "params",
    [
        {"sizes": {"n": [6, 1]}},
        {"sizes": {"n": [-1, 3]}},
        {"sizes": {"n": -1}},
        {"sizes": {"n": [1, 2, 3]}},
        {"sizes": {"n": {"of": []}}},
        {"sizes": {"n": {"off": [1]}}},
        {"inputs": {"x": "torch.rand("}},
        {"inputs": {"x y": "1"}},
        {"inputs": {"x": "1"}, "cases": [{"y": "1"}]},
        {"inputs": {"x": "1"}, "cases": [{"x": "1 +"}]},
        {"given": "x ="},
        {"trials": 0},
        {"trials": -1},
        {"mutates": ["y"]},
        {"weight": 0},
        {"rtol": -1},
        {"tolerance": 1},
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, object]) -> None:
    """Each is said to be wrong when the check is made, not when a learner meets it."""
    with pytest.raises(ValueError, match=r"function: "):
        build("function", "f", params)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_a_range_from_zero_has_two_edges(seed: int) -> None:
    """Nothing at all, and the one that `squeeze()` meets, are both certain."""
    for sizes in ({"n": (0, 6)}, {"n": (0, 6), "m": (1, 6)}):
        trials = plan(sizes, 0, 4, random.Random(seed))
        assert {0, 1} <= {t.sizes["n"] for t in trials}
        assert any(t.sizes["n"] not in (0, 1) for t in trials)


def test_growing_trials_differ_only_in_size() -> None:
    """A loop over any of the sizes shows between the two."""
    trials = plan(
        {"n": (1, 6), "m": (0, 100_000), "d": Of(of=("a", "b")), "k": 3},
        0, 0, random.Random(1), growing=True,
    )  # fmt: skip
    few, many = trials
    assert (few.label, many.label) == ("few", "many")
    assert few.sizes == {"n": 2, "m": 2, "d": "a", "k": 3}
    assert many.sizes == {"n": 6, "m": 18, "d": "a", "k": 3}
