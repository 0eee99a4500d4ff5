"""Which of an answer's parameters stands for which of the solution's. Without torch."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import msgspec

from checks.module_facts import Shape, Stored

__all__ = ["Matched", "match"]


class Matched(msgspec.Struct, frozen=True):
    """How two lists of parameters fit together.

    Attributes:
        pairs: positions in the answer's and in the solution's list.
        missing: positions in the solution's list that nothing stands for.
        extra: positions in the answer's list that stand for nothing.
    """

    pairs: tuple[tuple[int, int], ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]

    @property
    def complete(self) -> bool:
        """Whether every one stands for exactly one."""
        return not self.missing and not self.extra


_Kinds = dict[str, Hashable]
_Key = Callable[[Stored, _Kinds], Hashable]


def match(actual: Sequence[Stored], expected: Sequence[Stored]) -> Matched:
    """Pair by name where shapes agree, then by shape and last name, then by shape, in order.

    By last name, those of layers that hold the same come first: a bias of a linear layer does not
    stand for one of a normalisation that is as long.
    """
    pairs: list[tuple[int, int]] = []
    left, right = list(range(len(actual))), list(range(len(expected)))
    keys: tuple[_Key, ...] = (
        lambda s, _: (s.path, _size(s)),
        lambda s, kinds: (s.leaf, _size(s), kinds[s.owner]),
        lambda s, _: (s.leaf, _size(s)),
        lambda s, _: _size(s),
    )
    mine, theirs = _kinds(actual), _kinds(expected)
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for i in left:
            waiting.setdefault(key(actual[i], mine), []).append(i)
        for j in list(right):
            found = waiting.get(key(expected[j], theirs))
            if found:
                i = found.pop(0)
                pairs.append((i, j))
                left.remove(i)
                right.remove(j)
    pairs.sort(key=lambda pair: pair[1])
    return Matched(tuple(pairs), tuple(right), tuple(left))


def _kinds(held: Sequence[Stored]) -> _Kinds:
    """What each owner holds."""
    owned: dict[str, list[Hashable]] = {}
    for stored in held:
        owned.setdefault(stored.owner, []).append((stored.leaf, _size(stored)))
    return {owner: frozenset(things) for owner, things in owned.items()}


def _size(stored: Stored) -> tuple[Shape, bool]:
    return stored.shape, stored.lazy
