"""Walking through observed values: what they hold, and the same with other storages. No torch."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checks.data import Array, Dict, List, Opaque, Set, Tensor, Tuple, Value

__all__ = ["children", "contains_opaque", "renumbered"]


def children(value: Value) -> Iterator[Value]:
    """What lies directly in a container; keys and values of a dict in turn."""
    match value:
        case List(items=items) | Tuple(items=items) | Set(items=items):
            yield from items
        case Dict(items=pairs):
            for key, item in pairs:
                yield key
                yield item
        case Array(tensor=tensor):
            yield tensor


def contains_opaque(value: Value) -> bool:
    """Whether something in the value does not travel."""
    return isinstance(value, Opaque) or any(contains_opaque(child) for child in children(value))


def renumbered(value: Value, by: int) -> Value:
    """The value with every storage's index larger by `by`."""
    match value:
        case Tensor(storage=int(storage)):
            return msgspec.structs.replace(value, storage=storage + by)
        case Array(tensor=tensor):
            moved = renumbered(tensor, by)
            return Array(moved) if isinstance(moved, Tensor) else value
        case List(items=items) | Tuple(items=items) | Set(items=items):
            inner = tuple(renumbered(item, by) for item in items)
            return msgspec.structs.replace(value, items=inner)
        case Dict(items=pairs):
            return Dict(tuple((renumbered(k, by), renumbered(v, by)) for k, v in pairs))
    return value
