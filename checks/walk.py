"""Walking through observed values: what they hold, and the same with other storages. No torch."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checks.data import Array, Dict, Int, List, Opaque, Set, Str, Tensor, Tuple, Value

__all__ = ["children", "contains_opaque", "leaves", "renumbered", "tensors_in"]


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


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every value that is no container, with its path: ``["w"][0]``. Arrays count as tensors."""
    match value:
        case List(items=items) | Tuple(items=items) | Set(items=items):
            for place, item in enumerate(items):
                yield from leaves(item, f"{path}[{place}]")
        case Dict(items=pairs):
            for key, item in pairs:
                yield from leaves(item, f"{path}[{_key(key)}]")
        case Array(tensor=tensor):
            yield path, tensor
        case _:
            yield path, value


def tensors_in(value: Value) -> Iterator[tuple[str, Tensor]]:
    """The tensors and arrays in a value, with their paths."""
    for path, leaf in leaves(value):
        if isinstance(leaf, Tensor):
            yield path, leaf


def _key(key: Value) -> str:
    match key:
        case Str(value=text):
            return repr(text)
        case Int(digits=digits) if len(digits) < 20:
            return str(key.value)
    return "…"
