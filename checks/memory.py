"""`checks.data` -> live tensors, from bytes that `checks.codec` has verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from checks.codec import CodecError
from checks.data import (
    Array,
    Bool,
    Bytes,
    Complex,
    Device,
    Dict,
    Dtype,
    Float,
    Int,
    List,
    Nothing,
    Opaque,
    Set,
    Size,
    Str,
    Tensor,
    Tuple,
    Value,
)

__all__ = ["Memory", "restore"]


class Memory:
    """Storages as live memory, each made once, when it is first asked for."""

    def __init__(self, storages: tuple[bytes, ...]) -> None:
        self._storages = storages
        self._live: dict[int, torch.UntypedStorage] = {}

    def tensor(self, described: Tensor) -> torch.Tensor:
        """The tensor's data on the CPU, without autograd state.

        Raises:
            CodecError: it cannot be made, or has no data.
        """
        dtype = getattr(torch, described.dtype, None)
        if not isinstance(dtype, torch.dtype) or described.storage is None:
            raise CodecError("a tensor has no data")
        try:
            empty = torch.empty(0, dtype=dtype)
            storage = self._storage(described.storage)
            return empty.set_(storage, described.offset, described.shape, described.stride)
        except (RuntimeError, OverflowError, TypeError, IndexError) as error:
            raise CodecError(f"a tensor cannot be made: {error}") from error

    def same_bits(self, one: Tensor, other: Tensor, others: Memory) -> bool:
        """Whether two tensors lie alike in equal bytes: then nothing need be made of them.

        Args:
            one: its data is here.
            other: its data is in `others`.
            others: where that is.
        """
        if one.storage is None or other.storage is None:
            return False
        layouts = ((t.dtype, t.shape, t.stride, t.offset) for t in (one, other))
        return (
            next(layouts) == next(layouts)
            and self._storages[one.storage] == others._storages[other.storage]
        )

    def _storage(self, index: int) -> torch.UntypedStorage:
        if index not in self._live:
            data = self._storages[index]
            fresh = torch.empty(len(data), dtype=torch.uint8)
            if data:
                fresh.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
            self._live[index] = fresh.untyped_storage()
        return self._live[index]

    def thing(self, value: Value) -> Any:  # noqa: C901, PLR0911, PLR0912  # one case per kind
        """The live object that `value` describes, with device and requires_grad.

        Raises:
            CodecError: it cannot be made.
        """
        match value:
            case Nothing():
                return None
            case Complex(real=real, imag=imag):
                return complex(real, imag)
            case Bool() | Int() | Float() | Str() | Bytes():
                return value.value
            case List(items=items):
                return [self.thing(item) for item in items]
            case Tuple(items=items):
                return tuple(self.thing(item) for item in items)
            case Set(items=items):
                return {self.thing(item) for item in items}
            case Dict(items=pairs):
                return {self.thing(key): self.thing(item) for key, item in pairs}
            case Size(dims=dims):
                return torch.Size(dims)
            case Dtype(name=name):
                return getattr(torch, name)
            case Device(name=name):
                return torch.device(name)
            case Array(tensor=tensor):
                return self.tensor(tensor).numpy()
            case Tensor():
                return self._placed(value)
            case Opaque(kind=kind):
                raise CodecError(f"a {kind} cannot travel")

    def _placed(self, described: Tensor) -> torch.Tensor:
        if described.storage is None:
            dtype = getattr(torch, described.dtype)
            made = torch.empty_strided(
                described.shape, described.stride, dtype=dtype, device=described.device
            )
        else:
            made = self.tensor(described)
            if described.device != "cpu":
                made = made.to(described.device)
        if described.kind == "Parameter":
            return torch.nn.Parameter(made, requires_grad=described.requires_grad)
        return made.requires_grad_(described.requires_grad)


def restore(values: Mapping[str, Value], storages: tuple[bytes, ...]) -> dict[str, Any]:
    """Live objects for `values`, fresh at every call; views that shared memory share it.

    Raises:
        CodecError: one of them cannot be made.
    """
    memory = Memory(storages)
    try:
        return {name: memory.thing(value) for name, value in values.items()}
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:
        raise CodecError(str(error)) from error
