"""Which trials a function goes through: the certain ones first, then drawn ones. Without torch.

The edges must be certain, not lucky: every given case, all sizes at their smallest, each size at
its smallest in turn. Sizes are distinct where the ranges allow it, so that a transpose cannot
pass; a few are equal, because square matrices hide or reveal broadcasts. A size comes again only
when its range is used up: what goes wrong for some sizes only is not left to luck.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec

from checks.data import Scalar, Trial

__all__ = [
    "GROWING",
    "LARGEST",
    "Of",
    "SizeRange",
    "call_seed",
    "check_sizes",
    "few_and_many",
    "plan",
]


class Of(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A choice between values, each of which is tried."""

    of: Annotated[tuple[Scalar, ...], msgspec.Meta(min_length=1, max_length=50)]


# No bounds in these types: msgspec 0.22 crashes in the garbage collector on a union of a fixed
# tuple and a bounded int. `check_sizes` checks them.
SizeRange: TypeAlias = int | tuple[int, int] | Of
"""An inclusive range ``[1, 6]``, a choice ``{of: [0, 1, -1]}``, or one fixed number."""

LARGEST = 100_000
"""The largest size in a range."""

GROWING = ("few", "many")
"""The labels of the two trials in which the work is counted."""

_GROWTH = 16


def check_sizes(sizes: Mapping[str, SizeRange]) -> None:
    """Make sure that the sizes have names and bounds.

    Raises:
        ValueError: one has not.
    """
    for name, size in sizes.items():
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no name")
        if isinstance(size, tuple) and not 0 <= size[0] <= size[1] <= LARGEST:
            wanted = f"a range goes from a smaller to a larger number, within 0 and {LARGEST}"
            raise ValueError(f"the range of {name} is {list(size)}; {wanted}")
        if isinstance(size, int) and not 0 <= size <= LARGEST:
            raise ValueError(f"the size {name} is {size}, not within 0 and {LARGEST}")


def plan(
    sizes: Mapping[str, SizeRange],
    cases: int,
    drawn: int,
    rng: random.Random,
    *,
    growing: bool = False,
) -> tuple[Trial, ...]:
    """The trials, each once.

    Args:
        sizes: the named sizes.
        cases: how many fixed cases there are.
        drawn: how many trials to draw beside the certain ones.
        rng: what draws.
        growing: whether two trials are added that differ only in how large they are.
    """
    trials = [
        Trial(seed=_seed(rng), sizes=_smallest(sizes), case=number, label=f"case {number + 1}")
        for number in range(cases)
    ]
    if growing:
        pair = zip(GROWING, few_and_many(sizes), strict=True)
        trials += [Trial(seed=_seed(rng), sizes=named, label=label) for label, named in pair]
    if drawn == 0:
        return tuple(trials)
    found: list[tuple[str, dict[str, Scalar]]] = []
    if sizes:
        found.append(("smallest", _smallest(sizes)))
        for name, size in sizes.items():
            found += _in_turn(name, size, sizes, rng)
    equal = drawn // 4 if _ranges(sizes) > 1 else 0
    for _ in range(drawn - equal):
        before = Counter(pair for _, named in found for pair in named.items())
        found.append(("distinct", _distinct(sizes, rng, before)))
    found += [("equal", _equal(sizes, rng)) for _ in range(equal)]
    trials += [Trial(seed=_seed(rng), sizes=named, label=label) for label, named in found]
    return tuple(trials)


def few_and_many(
    sizes: Mapping[str, SizeRange],
) -> tuple[dict[str, Scalar], dict[str, Scalar]]:
    """Small and larger sizes within the ranges, between which a loop over any of them shows."""
    few, many = _smallest(sizes), _smallest(sizes)
    for name, size in sizes.items():
        if isinstance(size, tuple):
            low, high = size
            few[name] = least = min(max(low, 2), high)
            many[name] = min(high, least + _GROWTH)
    return few, many


def call_seed(trial: Trial, number: int) -> int:
    """What seeds the generators right before the first (0), second (1)… call of a trial."""
    return trial.seed + 1 + number


def _seed(rng: random.Random) -> int:
    return rng.getrandbits(31)


def _ranges(sizes: Mapping[str, SizeRange]) -> int:
    return sum(isinstance(size, tuple) for size in sizes.values())


def _least(size: SizeRange) -> Scalar:
    match size:
        case Of(of=choices):
            return choices[0]
        case (low, _):
            return low
        case number:
            return number


def _smallest(sizes: Mapping[str, SizeRange]) -> dict[str, Scalar]:
    return {name: _least(size) for name, size in sizes.items()}


def _in_turn(
    name: str, size: SizeRange, sizes: Mapping[str, SizeRange], rng: random.Random
) -> list[tuple[str, dict[str, Scalar]]]:
    """`name` at its smallest, or at each of its choices, and the others as they fall.

    A range that begins with 0 has two ends: an empty one, and the one that `squeeze()` meets.
    """
    if isinstance(size, Of):
        return [
            (f"{name} = {value!r}", {**_distinct(sizes, rng), name: value}) for value in size.of
        ]
    if isinstance(size, int):
        return []
    low, high = size
    edges = [] if len(sizes) == 1 else [(f"{name} smallest", low)]
    if low == 0 < high:
        edges.append((f"{name} = 1", 1))
    return [(label, {**_distinct(sizes, rng), name: edge}) for label, edge in edges]


def _distinct(
    sizes: Mapping[str, SizeRange],
    rng: random.Random,
    before: Counter[tuple[str, Scalar]] | None = None,
) -> dict[str, Scalar]:
    """Every size drawn, distinct from the others and above its smallest where that is possible.

    Those come first that came least often before.
    """
    often: Counter[tuple[str, Scalar]] = before or Counter()
    chosen: dict[str, Scalar] = {}
    taken: set[Scalar] = set()
    narrow_first = sorted(sizes, key=lambda name: _width(sizes[name]))
    for name in narrow_first:
        size = sizes[name]
        if isinstance(size, tuple):
            low, high = size
            wanted = [n for n in _candidates(low, high, rng) if n not in taken]
            wanted = [n for n in wanted if n > max(low, 1)] or wanted or [rng.randint(low, high)]
            chosen[name] = min(wanted, key=lambda n: often[name, n])
            taken.add(chosen[name])
        else:
            chosen[name] = rng.choice(size.of) if isinstance(size, Of) else size
    return {name: chosen[name] for name in sizes}


def _width(size: SizeRange) -> int:
    return size[1] - size[0] if isinstance(size, tuple) else 0


def _candidates(low: int, high: int, rng: random.Random) -> list[int]:
    if high - low > 200:
        return [rng.randint(low, high) for _ in range(50)]
    numbers = list(range(low, high + 1))
    rng.shuffle(numbers)
    return numbers


def _equal(sizes: Mapping[str, SizeRange], rng: random.Random) -> dict[str, Scalar]:
    """As many ranges as possible at one common number above their smallest."""
    ranges = [size for size in sizes.values() if isinstance(size, tuple)]
    low, high = max(r[0] for r in ranges), min(r[1] for r in ranges)
    chosen = _distinct(sizes, rng)
    if low > high:
        return chosen
    common = rng.randint(min(max(low, 2), high), high)
    return {
        name: common if isinstance(size, tuple) else chosen[name] for name, size in sizes.items()
    }
