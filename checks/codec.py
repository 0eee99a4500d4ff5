"""Encoded bytes <-> `checks.data`, and the proof that decoded data is sound. Without torch.

What arrives was written by a process that ran a learner's code: it may be any bytes at all. So
everything is verified here, before a tensor is made of it: types, dtypes, bounds, byte counts.
Never pickle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from checks.data import (
    Array,
    Device,
    Dtype,
    Int,
    Observed,
    Size,
    Tensor,
    Trial,
    Value,
)
from checks.walk import children

__all__ = [
    "ITEM_SIZES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_DIMS",
    "MAX_ELEMENTS",
    "MAX_NODES",
    "CodecError",
    "decode_observed",
    "decode_trials",
    "encode_observed",
    "encode_trials",
    "verify",
]

MAX_BYTES = 48 * 1024 * 1024
"""Bytes of tensor data in one message."""

MAX_ELEMENTS = 1 << 24
"""Elements of one tensor, so that a stride of 0 cannot stand for more than can be compared."""

MAX_DIMS = 64
MAX_DEPTH = 40
MAX_NODES = 100_000
MAX_TRIALS = 1_000
MAX_DIGITS = 5_000

ITEM_SIZES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "uint16": 2,
    "int16": 2,
    "uint32": 4,
    "int32": 4,
    "uint64": 8,
    "int64": 8,
    "float8_e4m3fn": 1,
    "float8_e5m2": 1,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
"""The dtypes that travel, with the bytes of one element."""

_DEVICE = re.compile(r"[a-z]{1,20}(:\d{1,4})?")
_DIGITS = re.compile(r"-?0x[0-9a-f]{1,5000}")
_DTYPE_NAME = re.compile(r"[a-z0-9_]{1,30}")

_T = TypeVar("_T")


class CodecError(ValueError):
    """The bytes are no honest encoding; nothing was allocated for them."""


def encode_trials(trials: Iterable[Trial]) -> bytes:
    """The trials as bytes."""
    return msgspec.msgpack.encode(tuple(trials))


def encode_observed(observed: Iterable[Observed]) -> bytes:
    """The observations as bytes."""
    return msgspec.msgpack.encode(tuple(observed))


def decode_trials(data: bytes) -> tuple[Trial, ...]:
    """The trials in `data`.

    Raises:
        CodecError: they are damaged or out of bounds.
    """
    trials = _decode(data, tuple[Trial, ...])
    budget = _Budget()
    for trial in trials:
        _verify_trial(trial, budget)
    return trials


def decode_observed(data: bytes) -> tuple[Observed, ...]:
    """The observations in `data`.

    Raises:
        CodecError: they are damaged or out of bounds.
    """
    observations = _decode(data, tuple[Observed, ...])
    budget = _Budget()
    for observed in observations:
        _verify_observed(observed, budget)
        for part in _parts(observed):
            if part.later or part.again is not None:
                raise CodecError("observations are nested too deeply")
            _verify_observed(part, budget)
    return observations


def _parts(observed: Observed) -> tuple[Observed, ...]:
    if len(observed.later) > MAX_TRIALS:
        raise CodecError(f"{len(observed.later)} calls are over the limit of {MAX_TRIALS}")
    return observed.later if observed.again is None else (*observed.later, observed.again)


def _verify_observed(observed: Observed, budget: _Budget) -> None:
    if observed.trial is not None:
        _verify_trial(observed.trial, budget)
    values: list[Value] = [
        *observed.after.values(),
        *observed.before.values(),
        *observed.gradients.values(),
        *observed.facts.values(),
    ]
    if observed.value is not None:
        values.append(observed.value)
    verify(values, observed.storages, budget)


class _Budget:
    """What one message may still hold."""

    def __init__(self) -> None:
        self.nodes = MAX_NODES
        self.elements = 4 * MAX_ELEMENTS

    def take(self, elements: int = 0) -> None:
        self.nodes -= 1
        self.elements -= elements
        if self.nodes < 0 or self.elements < 0:
            raise CodecError("there are too many values")


def verify(values: Iterable[Value], storages: tuple[bytes, ...], budget: _Budget) -> None:
    """Make sure that every tensor lies inside its storage and that everything is bounded.

    Raises:
        CodecError: something does not.
    """
    for value in values:
        _verify(value, storages, budget, MAX_DEPTH)


def _decode(data: bytes, type_: type[tuple[_T, ...]]) -> tuple[_T, ...]:
    if len(data) > MAX_BYTES + MAX_BYTES // 4:
        raise CodecError(f"{len(data)} bytes are over the limit")
    try:
        decoded = msgspec.msgpack.decode(data, type=type_)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as error:
        raise CodecError(f"the data did not decode: {error}") from error
    if len(decoded) > MAX_TRIALS:
        raise CodecError(f"{len(decoded)} trials are over the limit of {MAX_TRIALS}")
    return decoded


def _verify_trial(trial: Trial, budget: _Budget) -> None:
    if not -(2**63) <= trial.seed < 2**63:
        raise CodecError("a seed is out of bounds")
    verify((*(trial.inputs or {}).values(), *trial.extra.values()), trial.storages, budget)


def _verify(value: Any, storages: tuple[bytes, ...], budget: _Budget, depth: int) -> None:
    if depth <= 0:
        raise CodecError(f"values are nested deeper than {MAX_DEPTH}")
    budget.take()
    match value:
        case Tensor():
            _verify_tensor(value, storages, budget)
        case Int(digits=digits) if not _DIGITS.fullmatch(digits):
            raise CodecError("an int is damaged")
        case Size(dims=dims) if len(dims) > MAX_DIMS or not all(-1 < n < 2**63 for n in dims):
            raise CodecError("a size is out of bounds")
        case Dtype(name=name) if not _DTYPE_NAME.fullmatch(name):
            raise CodecError("a dtype is damaged")
        case Device(name=name) if not _DEVICE.fullmatch(name):
            raise CodecError("a device is damaged")
        case Array(tensor=Tensor(storage=None)):
            raise CodecError("an array has no data")
        case _:
            for child in children(value):
                _verify(child, storages, budget, depth - 1)


def _verify_tensor(tensor: Tensor, storages: tuple[bytes, ...], budget: _Budget) -> None:  # noqa: C901  # one case per kind
    size = ITEM_SIZES.get(tensor.dtype)
    if size is None:
        raise CodecError(f"unknown dtype {tensor.dtype[:40]!r}")
    if not _DEVICE.fullmatch(tensor.device):
        raise CodecError("a device is damaged")
    if len(tensor.shape) > MAX_DIMS or len(tensor.shape) != len(tensor.stride):
        raise CodecError("shape and stride do not fit together")
    if tensor.offset < 0 or any(n < 0 for n in tensor.shape) or any(n < 0 for n in tensor.stride):
        raise CodecError("a shape, stride or offset is negative")
    elements = 1
    for n in tensor.shape:
        elements *= n
    if any(n > 2**48 for n in (*tensor.shape, *tensor.stride, tensor.offset)):
        raise CodecError("a shape, stride or offset is out of bounds")
    if tensor.storage is None:
        return
    if elements > MAX_ELEMENTS:
        raise CodecError(f"{elements} elements are over the limit")
    budget.take(elements)
    if not 0 <= tensor.storage < len(storages):
        raise CodecError("a storage is missing")
    steps = zip(tensor.shape, tensor.stride, strict=True)
    last = tensor.offset + sum((n - 1) * step for n, step in steps) if elements else -1
    if (last + 1) * size > len(storages[tensor.storage]):
        raise CodecError("a tensor reaches beyond its storage")
