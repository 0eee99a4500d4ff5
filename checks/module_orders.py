"""Orders in which an answer's parameters may stand for the solution's. Without torch.

Where the prompt fixes no names, an answer may make its layers in another order than it uses them.
Parameters of one shape are then told apart by trying: a right answer agrees in one of the orders.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import islice, permutations, product

from checks.module_facts import Stored
from checks.module_matching import match

__all__ = ["MOST_ORDERS", "orders"]

MOST_ORDERS = 48

_Order = tuple[int, ...]
_Swap = dict[int, int]


def orders(
    actual: Sequence[Stored], expected: Sequence[Stored], most: int = MOST_ORDERS
) -> tuple[_Order, ...]:
    """For each order, the position of the answer's parameter for each of the solution's.

    The likeliest comes first; empty where they do not fit together. At most `most` are given.
    """
    matched = match(actual, expected)
    if not matched.complete:
        return ()
    base = tuple(i for i, _ in matched.pairs)
    if all(actual[i].path == expected[j].path for i, j in matched.pairs):
        return (base,)
    found = dict.fromkeys(islice(_others(base, actual), most))
    return tuple(found)


def _others(base: _Order, actual: Sequence[Stored]) -> Iterator[_Order]:
    """The base itself, then with groups of equal parameters changing places."""
    choices = [list(islice(_swaps(group), MOST_ORDERS)) for group in _groups(actual)]
    for chosen in product(*choices):
        moved = list(base)
        for swap in chosen:
            moved = [swap.get(i, i) for i in moved]
        yield tuple(moved)


def _groups(actual: Sequence[Stored]) -> list[list[_Order]]:
    """Parameters that may change places: whole layers of one kind, or single ones."""
    owned: dict[str, list[int]] = {}
    for i, stored in enumerate(actual):
        owned.setdefault(stored.owner, []).append(i)
    kinds: dict[Hashable, list[_Order]] = {}
    for held in owned.values():
        ordered = sorted(held, key=lambda i: (actual[i].leaf, i))
        kind = tuple((actual[i].leaf, actual[i].shape) for i in ordered)
        kinds.setdefault(kind, []).append(tuple(ordered))
    groups = [layers for layers in kinds.values() if len(layers) > 1]
    # Several of one shape in one owner: `self.w1`, `self.w2`.
    for held in owned.values():
        shapes: dict[Hashable, list[_Order]] = {}
        for i in held:
            shapes.setdefault((actual[i].shape, _plain(actual[i].leaf)), []).append((i,))
        groups += [single for single in shapes.values() if len(single) > 1]
    return groups


def _plain(leaf: str) -> str:
    """The name without its number; weight and bias never change places."""
    return leaf if leaf in ("weight", "bias") else ""


def _swaps(group: list[_Order]) -> Iterator[_Swap]:
    """Every way in which the members take each other's places, none first."""
    for order in permutations(group):
        yield {
            old: new
            for mine, other in zip(group, order, strict=True)
            for old, new in zip(mine, other, strict=True)
        }
