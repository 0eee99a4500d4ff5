"""Live objects -> `checks.data`, in a process where nothing can be trusted.

An object may lie about its class, raise from any method, contain itself or be endless. So the
class is read with ``type``, contents with the built-in classes' own methods, and tensors with
methods that were saved when this module was imported. What does not work out becomes `Opaque`.
"""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from checks import codec
from checks.data import (
    Array,
    Bool,
    Complex,
    Device,
    Dict,
    Dtype,
    Float,
    List,
    Nothing,
    Opaque,
    Set,
    Size,
    Tensor,
    Tuple,
    Value,
)
from checks.plain import (
    bytes_value,
    int_value,
    opaque_value,
    plain_text,
    str_value,
    type_name,
)

__all__ = ["Snapshot", "elements", "is_tensor", "no_hooks", "snapshot"]

_SMALL = 1 << 20

_T = torch.Tensor
_size, _stride, _offset = _T.size, _T.stride, _T.storage_offset
_untyped_storage, _detach, _cpu, _numel = _T.untyped_storage, _T.detach, _T.cpu, _T.numel
_is_conj, _is_neg = _T.is_conj, _T.is_neg
_resolve_conj, _resolve_neg, _element_size = _T.resolve_conj, _T.resolve_neg, _T.element_size
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype, _device, _layout = _base.dtype.__get__, _base.device.__get__, _base.layout.__get__
_requires_grad, _is_leaf = _base.requires_grad.__get__, _base.is_leaf.__get__
_grad_fn, _is_quantized = _base.grad_fn.__get__, _base.is_quantized.__get__
_is_nested = _base.is_nested.__get__
_dispatch = _T.__dict__.get("__torch_dispatch__") or _base.__dict__.get("__torch_dispatch__")
no_hooks: Any = torch._C.DisableTorchFunction  # no public way to look past subclasses  # noqa: SLF001  # no public way to it
"""A block in which a subclass of Tensor cannot answer for its tensors."""

_from_numpy = torch.from_numpy
_string_at = ctypes.string_at
_is_subclass = type.__subclasscheck__


class _TooMuchError(Exception):
    """The bounds of one snapshot are reached."""


def is_tensor(thing: Any) -> bool:
    """Whether it really is a tensor, whatever it says of itself."""
    return bool(_is_subclass(torch.Tensor, type(thing)))


def elements(tensor: Any) -> int:
    """How many numbers a tensor has; 0 for one that gets its shape later. Asks no subclass."""
    with no_hooks():
        return int(_numel(tensor))


def snapshot(
    things: Mapping[str, Any], limit: int = codec.MAX_BYTES
) -> tuple[dict[str, Value], tuple[bytes, ...]]:
    """Describe `things` together, so that memory they share stays shared."""
    taken = Snapshot(limit)
    values = {name: taken.add(thing) for name, thing in things.items()}
    return values, taken.storages


class Snapshot:
    """Collects values whose tensors may share storages.

    Attributes:
        room: bytes of tensor data that may still be added.
    """

    def __init__(self, limit: int = codec.MAX_BYTES) -> None:
        self.room = limit
        self._nodes = codec.MAX_NODES // 4
        self._elements = codec.MAX_ELEMENTS
        self._open: set[int] = set()
        self._alive: list[Any] = []
        self._places: dict[tuple[int, int], int] = {}
        self._storages: list[bytes] = []

    @property
    def storages(self) -> tuple[bytes, ...]:
        """What the tensors added so far refer to."""
        return tuple(self._storages)

    def add(self, thing: Any) -> Value:
        """Describe one object; never raises."""
        try:
            with no_hooks():
                return self._value(thing, codec.MAX_DEPTH - 2)
        except _TooMuchError:
            return Opaque(type_name(type(thing)), "too large to be looked at")
        except BaseException:  # the learner's classes may raise anything  # noqa: BLE001  # a learner's object may raise anything
            return Opaque(type_name(type(thing)), "it cannot be looked at")

    def _value(self, thing: Any, depth: int) -> Value:
        self._nodes -= 1
        if self._nodes < 0:
            raise _TooMuchError
        class_ = type(thing)
        if is_tensor(thing):
            return self._tensor_or_opaque(thing)
        for known, describe in _SIMPLE:
            if class_ is known or (known in _OPEN_CLASSES and _is_subclass(known, class_)):
                return describe(thing)
        if class_ is np.ndarray:
            return self._array(thing)
        if any(_is_subclass(known, class_) for known in _CONTAINERS):
            return self._container(thing, class_, depth)
        return opaque_value(thing)

    def _container(self, thing: Any, class_: type, depth: int) -> Value:
        if depth <= 0:
            return Opaque(type_name(class_), "nested too deeply")
        if id(thing) in self._open:
            return Opaque(type_name(class_), "contains itself")
        self._open.add(id(thing))
        try:
            if _is_subclass(dict, class_):
                pairs = tuple(dict.items(thing))
                return Dict(
                    tuple((self._value(k, depth - 1), self._value(v, depth - 1)) for k, v in pairs)
                )
            for known in _CONTAINERS[1:]:
                if _is_subclass(known, class_):
                    length: int = known.__len__(thing)
                    if length > self._nodes:
                        raise _TooMuchError
                    items = tuple(self._value(i, depth - 1) for i in known.__iter__(thing))
                    return _sequence(known, class_, items)
        finally:
            self._open.discard(id(thing))
        return opaque_value(thing)

    def _array(self, thing: Any) -> Value:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # arrays that may not be written to
                described = self._tensor(_from_numpy(thing), "")
        except (TypeError, ValueError):
            return Opaque("numpy.ndarray", f"dtype {thing.dtype}, shape {thing.shape}")
        return Array(described) if isinstance(described, Tensor) else described

    def _tensor_or_opaque(self, thing: Any) -> Value:
        name = type_name(type(thing))
        kind = "" if type(thing) is torch.Tensor else name
        try:
            return self._tensor(thing, kind)
        except _TooMuchError:
            shape = tuple(_size(thing))
            return Opaque(name, f"shape {shape}, too large to be looked at")
        except Exception:  # wrappers without memory fail in many ways  # noqa: BLE001  # a learner's object may raise anything
            return Opaque(name, "its memory cannot be looked at")

    def _tensor(self, thing: Any, kind: str) -> Tensor | Opaque:
        layout, dtype = _layout(thing), str(_dtype(thing)).removeprefix("torch.")
        if layout is not torch.strided or _is_quantized(thing) or _is_nested(thing):
            what = "quantized" if _is_quantized(thing) else str(layout).removeprefix("torch.")
            return Opaque(kind or "Tensor", f"{what} layout, shape {tuple(_size(thing))}")
        if dtype not in codec.ITEM_SIZES:
            return Opaque(kind or "Tensor", f"dtype {dtype}, which is not compared here")
        device = str(_device(thing))
        grad_fn = _grad_fn(thing)
        state: dict[str, Any] = {
            "dtype": dtype,
            "device": device,
            "requires_grad": bool(_requires_grad(thing)),
            "is_leaf": bool(_is_leaf(thing)),
            "grad_fn": "" if grad_fn is None else type_name(type(grad_fn)).rpartition(".")[2],
            "kind": kind,
        }
        if device.startswith("meta"):
            shape, stride = tuple(_size(thing)), tuple(_stride(thing))
            offset = int(_offset(thing))
            return Tensor(storage=None, offset=offset, shape=shape, stride=stride, **state)
        plain = thing if device.startswith("cpu") else _cpu(_detach(thing))
        if _is_conj(plain) or _is_neg(plain):
            plain = _resolve_neg(_resolve_conj(_detach(plain)))
        storage, offset = self._storage(plain)
        shape, stride = tuple(_size(plain)), tuple(_stride(plain))
        return Tensor(storage=storage, offset=offset, shape=shape, stride=stride, **state)

    def _storage(self, plain: Any) -> tuple[int, int]:
        """Index of the tensor's storage, and the tensor's offset in it in elements."""
        shape, stride, offset = tuple(_size(plain)), tuple(_stride(plain)), int(_offset(plain))
        elements, item = _numel(plain), _element_size(plain)
        self._elements -= elements
        if self._elements < 0:
            raise _TooMuchError
        memory = _untyped_storage(plain)
        address, total = memory.data_ptr(), memory.nbytes()
        last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
        start, stop = (offset * item, (last + 1) * item) if elements else (0, 0)
        if stop > total or (elements and not address):
            raise ValueError("the tensor reaches beyond its storage")
        if not elements:
            address, total, offset = 0, 0, 0
        elif total > _SMALL and stop - start < total // 2:
            start -= start % 16
            address, total, offset = address + start, stop - start, offset - start // item
        place = self._places.get((address, total))
        if place is None:
            self.room -= total
            if self.room < 0:
                raise _TooMuchError
            place = self._places[(address, total)] = len(self._storages)
            self._storages.append(_string_at(address, total) if total else b"")
            self._alive.append(plain)
        return place, offset


def _sequence(known: type, class_: type, items: tuple[Value, ...]) -> Value:
    if known is list:
        return List(items)
    if known is tuple:
        if class_ is tuple:
            return Tuple(items)
        fields = type.__getattribute__(class_, "__dict__").get("_fields", ())
        names = fields if type(fields) is tuple else ()
        return Tuple(items, type_name(class_), tuple(plain_text(n, 100) for n in names[:100]))
    return Set(items)


_SIMPLE: tuple[tuple[type, Callable[[Any], Value]], ...] = (
    (type(None), lambda _: Nothing()),
    (bool, lambda thing: Bool(thing is True)),
    (int, int_value),
    (float, lambda thing: Float(float.__pos__(thing))),
    (complex, lambda thing: Complex(thing.real, thing.imag)),
    (str, str_value),
    (bytes, bytes_value),
    (torch.Size, lambda thing: Size(tuple(tuple.__iter__(thing)))),
    (torch.dtype, lambda thing: Dtype(str(thing).removeprefix("torch."))),
    (torch.device, lambda thing: Device(str(thing))),
)
_OPEN_CLASSES = (int, float, str)
_CONTAINERS: tuple[Any, ...] = (dict, list, tuple, set, frozenset)
