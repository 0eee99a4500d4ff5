"""What to say of things that are one object and should be several, or the other way round."""

from __future__ import annotations

from itertools import combinations

import msgspec
import torch

from checks.codec import CodecError
from checks.data import Observed, Tensor
from checks.difference import Difference
from checks.memory import Memory
from checks.module_facts import unpack
from checks.module_identity import Held, IdentityFacts, Item
from checks.show import count, shape_of
from checks.tolerance import wide

__all__ = ["Group", "compare_distinct", "compare_shared"]


class Group:
    """The items of one world, and what relates them."""

    def __init__(self, facts: IdentityFacts, observed: Observed) -> None:
        self.items = facts.items
        self.cut = facts.cut
        self._after = observed.after
        self._memory = Memory(observed.storages)

    @classmethod
    def read(cls, observed: Observed) -> Group | None:
        """What was observed; None where it is not what an honest process sends."""
        facts = unpack(observed.after, "facts", IdentityFacts)
        return None if facts is None else cls(facts, observed)

    def in_one_memory(self, left: Held, right: Held) -> bool:
        """Whether two tensors lie in the same memory."""
        one, other = (self._after.get(f"tensor:{h.tensor}") for h in (left, right))
        if not isinstance(one, Tensor) or not isinstance(other, Tensor):
            return False
        places = [(t.storage, t.offset) for t in (one, other)]
        return one.storage is not None and 0 not in one.shape and places[0] == places[1]

    def equal(self, left: Held, right: Held) -> bool:
        """Whether two tensors hold the same numbers."""
        live = []
        for held in (left, right):
            value = self._after.get(f"tensor:{held.tensor}")
            if not isinstance(value, Tensor) or value.storage is None:
                return False
            try:
                live.append(self._memory.tensor(value))
            except CodecError:
                return False
        return live[0].dtype == live[1].dtype and torch.equal(wide(live[0]), wide(live[1]))

    def seen(self) -> bool:
        """Whether every tensor was looked at."""
        held = (h for item in self.items for h in item.held)
        return not self.cut and all(
            isinstance(self._after.get(f"tensor:{h.tensor}"), Tensor) for h in held
        )

    def relations(self) -> list[object]:
        """For each pair of items, how their tensors are related; for comparing two answers."""
        found: list[object] = [(item.sort, len(item.held)) for item in self.items]
        for left, right in combinations(self.items, 2):
            for a, b in zip(left.held, right.held, strict=False):
                related = (a.tensor == b.tensor, self.in_one_memory(a, b), self.equal(a, b))
                found.append((a.shape, b.shape, related))
        return found


class _Pair(msgspec.Struct, frozen=True):
    """Two tensors at the same place of two items."""

    items: tuple[Item, Item]
    held: tuple[Held, Held]

    @property
    def names(self) -> tuple[str, str]:
        return _name(self.items[0], self.held[0]), _name(self.items[1], self.held[1])

    @property
    def one_object(self) -> bool:
        return self.held[0].tensor == self.held[1].tensor


def _pairs(one: Item, other: Item) -> list[_Pair]:
    held = zip(one.held, other.held, strict=False)
    return [_Pair((one, other), pair) for pair in held]


def _name(item: Item, held: Held) -> str:
    return f"{item.name}.{held.path}" if held.path else item.name


def compare_shared(actual: Group, expected: Group) -> Difference | None:
    """The first pair that is not one object."""
    first = expected.items[:1]
    same = all(
        [h.tensor for h in item.held] == [h.tensor for h in first[0].held]
        for item in expected.items
    )
    if len(expected.items) < 2 or not same or not first[0].held:
        return Difference(code="lesson-error", message="the solution's are not one and the same")
    wrong = _unlike(actual, expected)
    if wrong is not None:
        return wrong
    for item in actual.items[1:]:
        for pair in _pairs(actual.items[0], item):
            if not pair.one_object:
                return _not_shared(pair, actual)
    return None


def _not_shared(pair: _Pair, actual: Group) -> Difference:
    left, right = pair.names
    shapes = pair.held[0].shape, pair.held[1].shape
    if shapes[0] != shapes[1]:
        says = f"have different shapes, {shape_of(shapes[0])} and {shape_of(shapes[1])}"
    elif actual.in_one_memory(*pair.held):
        says = (
            "lie in the same memory, but are two Parameters: each gets a gradient of its own, and "
            "the optimizer treats them as two"
        )
    elif actual.equal(*pair.held):
        says = "hold the same numbers now, but are two objects: training makes them differ"
    else:
        says = "are two different objects"
    return Difference(
        code="not-shared",
        message=f"`{left}` and `{right}` {says}. Assign the Parameter itself, not its numbers.",
        expected="one object",
        actual="two objects",
        details={"names": list(pair.names)},
        subject=left,
    )


def compare_distinct(actual: Group, expected: Group) -> Difference | None:
    """The first pair that is one object, or starts with the same numbers."""
    wanted = _all_pairs(expected)
    fault = ""
    if not wanted or not expected.seen():
        fault = "the solution has no two things that can be compared"
    elif any(pair.one_object for pair in wanted.values()):
        fault = "in the solution, two are one object"
    if fault:
        return Difference(code="lesson-error", message=fault)
    wrong = _unlike(actual, expected)
    if wrong is not None:
        return wrong
    got = _all_pairs(actual)
    for pair in got.values():
        if pair.one_object or actual.in_one_memory(*pair.held):
            return _one_object(pair)
    for place, pair in got.items():
        start_alike = place in wanted and expected.equal(*wanted[place].held)
        if actual.equal(*pair.held) and not start_alike:
            return _same_start(pair)
    return None


def _all_pairs(group: Group) -> dict[tuple[int, int, int], _Pair]:
    """Every two items, tensor by tensor."""
    return {
        (i, j, k): pair
        for (i, one), (j, other) in combinations(enumerate(group.items), 2)
        for k, pair in enumerate(_pairs(one, other))
    }


def _unlike(actual: Group, expected: Group) -> Difference | None:
    """The difference if the answer's are other things than the solution's."""
    if len(actual.items) != len(expected.items):
        return Difference(
            code="wrong-length",
            message=f"There {'is' if len(actual.items) == 1 else 'are'} "
            f"{count(len(actual.items), 'item')}, but {len(expected.items)} are expected.",
            expected=str(len(expected.items)),
            actual=str(len(actual.items)),
        )
    for got, wanted in zip(actual.items, expected.items, strict=True):
        if got.sort != wanted.sort:
            return Difference(
                code="wrong-type",
                message=f"`{got.name}` is of the type {got.kind}, but {wanted.kind} is expected.",
                expected=wanted.kind,
                actual=got.kind,
            )
        if len(got.held) != len(wanted.held):
            return Difference(
                code="missing-parameter" if len(got.held) < len(wanted.held) else "extra-parameter",
                message=f"`{got.name}` has {count(len(got.held), 'parameter')}, "
                f"but {len(wanted.held)} expected.",
                expected=str(len(wanted.held)),
                actual=str(len(got.held)),
            )
    return None


def _one_object(pair: _Pair) -> Difference:
    one, other = pair.items
    whole = all(a.tensor == b.tensor for a, b in zip(one.held, other.held, strict=False))
    names, kind = (pair.names, "Parameter") if not whole else ((one.name, other.name), one.kind)
    related = f"are one and the same {kind}" if pair.one_object else "lie in the same memory"
    return Difference(
        code="not-distinct",
        message=f"`{names[0]}` and `{names[1]}` {related}: what trains one trains the other. "
        "Each has to be made anew; `[...] * n` repeats one object.",
        expected="two objects",
        actual="one object",
        details={"names": list(names)},
        subject=names[0],
    )


def _same_start(pair: _Pair) -> Difference:
    left, right = pair.names
    return Difference(
        code="same-start",
        message=f"`{left}` and `{right}` are two objects, but start with the same numbers. "
        "A copy, or a seed that is set again, repeats them; a new layer draws its own.",
        expected="different numbers",
        actual="the same numbers",
        details={"names": list(pair.names)},
        subject=left,
    )
