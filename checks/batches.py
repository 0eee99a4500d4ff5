"""Batches as plain data: their sizes, and the samples that they hold, so that order can be told."""

from __future__ import annotations

from collections import Counter

import msgspec
import torch

from checks.codec import CodecError
from checks.data import Dict, List, Observed, Str, Tensor, Tuple, Value
from checks.memory import Memory

__all__ = ["Epoch", "epoch_of", "unpacking"]

Sample = tuple[bytes, ...]
"""One sample: the bytes of its parts."""


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One pass through a loader.

    Attributes:
        batches: in their order.
        sizes: how many samples each holds; None where that cannot be told.
        samples: all samples in their order; None where they cannot be told apart.
    """

    batches: tuple[Value, ...]
    sizes: tuple[int, ...] | None
    samples: tuple[Sample, ...] | None

    def part(self, number: int) -> Counter[bytes]:
        """How often each value of one part of the samples comes."""
        return Counter(sample[number] for sample in self.samples or ())


def unpacking(value: Value) -> Value:
    """The value with its tuples made lists: both are unpacked in the same way."""
    match value:
        case Tuple(items=items, kind="") | List(items=items):
            return List(tuple(unpacking(item) for item in items))
        case Dict(items=pairs):
            return Dict(tuple((key, unpacking(item)) for key, item in pairs))
        case _:
            return value


def epoch_of(observed: Observed, prefix: str, batches: int) -> Epoch | None:
    """The epoch whose batches are kept under ``prefix:number``; None where one is missing."""
    if batches > len(observed.after):
        return None  # the answer's process may say any number
    values = [observed.after.get(f"{prefix}:{number}") for number in range(batches)]
    found = [unpacking(value) for value in values if value is not None]
    if len(found) < batches:
        return None
    memory = Memory(observed.storages)
    parts = [_parts(batch) for batch in found]
    sizes = [_size(leaves) for leaves in parts]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return Epoch(batches=tuple(found), sizes=None, samples=None)
    rows = [_rows(leaves, size, memory) for leaves, size in zip(parts, known, strict=True)]
    samples = [sample for batch in rows if batch is not None for sample in batch]
    whole = len(samples) == sum(known)
    return Epoch(
        batches=tuple(found), sizes=tuple(known), samples=tuple(samples) if whole else None
    )


def _parts(batch: Value) -> list[Value]:
    """The tensors and lists of strings that hold one entry for each sample."""
    match batch:
        case List(items=items) if items and all(isinstance(item, Str) for item in items):
            return [batch]
        case List(items=items):
            return [part for item in items for part in _parts(item)]
        case Dict(items=pairs):
            return [part for _, item in pairs for part in _parts(item)]
        case Tensor():
            return [batch]
        case _:
            return []


def _size(parts: list[Value]) -> int | None:
    """The one size that all parts have, or None."""
    sizes = {
        part.shape[0]
        if isinstance(part, Tensor) and part.shape
        else len(part.items)
        if isinstance(part, List)
        else -1
        for part in parts
    }
    return sizes.pop() if len(sizes) == 1 and -1 not in sizes else None


def _rows(parts: list[Value], size: int, memory: Memory) -> list[Sample] | None:
    """The samples of a batch."""
    columns: list[list[bytes]] = []
    for part in parts:
        if isinstance(part, List):
            columns.append([repr(item).encode() for item in part.items])
        elif isinstance(part, Tensor):
            try:
                live = memory.tensor(part).contiguous()
            except CodecError:
                return None
            columns.append([_bytes(live[i]) for i in range(size)])
    return list(zip(*columns, strict=True))


def _bytes(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
