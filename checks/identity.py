"""What makes two observed values the same key of a dict, or the same item of a set."""

from __future__ import annotations

from collections.abc import Hashable

import torch

from checks.codec import CodecError
from checks.data import Array, Dict, Float, List, Set, Tensor, Tuple, Value
from checks.memory import Memory

__all__ = ["identity"]


def identity(value: Value, memory: Memory) -> Hashable:  # noqa: PLR0911  # one case per kind
    """Something hashable that two values share exactly if they are the same, NaN included.

    Python holds 1, 1.0 and True for one key; here they differ, as everywhere in a comparison.
    """
    match value:
        case Tensor():
            return _tensor(value, memory)
        case Array(tensor=tensor):
            return ("array", _tensor(tensor, memory))
        case Float(value=number):
            return ("float", repr(number + 0.0))  # -0.0 is 0.0
        case List(items=items) | Tuple(items=items):
            kind = "list" if isinstance(value, List) else "tuple"
            return (kind, *(identity(item, memory) for item in items))
        case Set(items=items):
            return ("set", frozenset(identity(item, memory) for item in items))
        case Dict(items=pairs):
            both = ((identity(k, memory), identity(v, memory)) for k, v in pairs)
            return ("dict", frozenset(both))
    return value


def _tensor(described: Tensor, memory: Memory) -> Hashable:
    kind = ("tensor", described.dtype, described.shape)
    try:
        # A copy has the usual strides; one of a single element counts as contiguous with any.
        numbers = memory.tensor(described).clone(memory_format=torch.contiguous_format)
    except CodecError:
        return (*kind, described.device)
    return (*kind, bytes(numbers.view(-1).view(torch.uint8).numpy()) if numbers.numel() else b"")
