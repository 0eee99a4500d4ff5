"""Giving a module weights that both worlds share, in a hostile process.

No weights travel. The reference world measures the solution's parameters, and both worlds draw
numbers like them from the trial's seed: the first of shape (5, 12) is the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import torch

from checks.module_facts import MOST, Stored
from checks.module_observing import stored_of, unique
from checks.module_reading import (
    Held,
    buffers_of,
    instance_dict,
    is_lazy,
    modules_of,
    parameters_of,
)
from checks.snapshot import is_tensor

__all__ = ["Kept", "Recipe", "Slot", "buffer_list", "draw_weights", "measure", "parameter_list"]

_T = torch.Tensor
_copy, _clone, _detach, _to = _T.copy_, _T.clone, _T.detach, _T.to
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype = _base.dtype.__get__
_rand, _complex, _generator, _no_grad = torch.rand, torch.complex, torch.Generator, torch.no_grad

_is_subclass = type.__subclasscheck__

_LEAST = 0.3
_ROOT = math.sqrt(3)


class Slot(msgspec.Struct, frozen=True):
    """A parameter or buffer that gets drawn numbers.

    Attributes:
        stored: what the solution has there.
        middle: what the numbers lie around.
        spread: their standard deviation.
    """

    stored: Stored
    middle: float
    spread: float


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What the reference world says of the solution's module, for both worlds.

    Attributes:
        parameters: how to draw each.
        buffers: the same for buffers that chance decides; the others keep what they start with.
        eval_varies: whether the result depends on chance in eval mode.
        train_varies: whether it does in training mode.
    """

    parameters: Annotated[tuple[Slot, ...], msgspec.Meta(max_length=MOST)] = ()
    buffers: Annotated[tuple[Slot, ...], msgspec.Meta(max_length=MOST)] = ()
    eval_varies: bool = False
    train_varies: bool = False


def parameter_list(module: Any) -> Held:
    """The parameters, each once, in order."""
    return unique(parameters_of(module))


def buffer_list(module: Any) -> Held:
    """The buffers, each once, in order."""
    return unique([(path, tensor) for path, tensor, _ in buffers_of(module)])


def measure(held: Held) -> tuple[Slot, ...]:
    """How numbers like those of each tensor are drawn."""
    return tuple(_slot(path, tensor) for path, tensor in held)


def _slot(path: str, tensor: Any) -> Slot:
    stored = stored_of(path, tensor)
    fan = math.prod(stored.shape[1:]) if len(stored.shape) > 1 else 1
    least = _LEAST / math.sqrt(max(fan, 1))
    if stored.lazy or tensor.is_meta or not tensor.numel():
        return Slot(stored, 0.0, least)
    numbers = tensor.detach().to(torch.complex128 if tensor.is_complex() else torch.float64)
    middle, spread = float(numbers.mean().real), float(numbers.std(correction=0).real)
    sound = math.isfinite(middle) and math.isfinite(spread)
    return Slot(stored, middle if sound else 0.0, max(spread if sound else 0.0, least))


def draw_weights(slots: Sequence[Slot], seed: int) -> list[Any]:
    """A tensor of float64 (or complex128) for each slot; the same for the same seed."""
    drawn = []
    for place, slot in enumerate(slots):
        generator = _generator().manual_seed((seed * 1_000_003 + place) % 2**63)
        shape = slot.stored.shape
        parts = [
            (2 * _rand(shape, generator=generator, dtype=torch.float64) - 1) * _ROOT * slot.spread
            + slot.middle
            for _ in range(2 if "complex" in slot.stored.dtype else 1)
        ]
        drawn.append(parts[0] if len(parts) == 1 else _complex(*parts))
    return drawn


class Kept:
    """The state of a module, to put it back: other checks look at the same object."""

    def __init__(self, module: Any) -> None:
        stores: list[Any] = [
            instance_dict(owner).get(kind)
            for _, owner in modules_of(module)
            for kind in ("_parameters", "_buffers")
        ]
        self._held: list[tuple[dict[str, Any], str, Any]] = [
            (store, name, thing)
            for store in stores
            if _is_subclass(dict, type(store))
            for name, thing in list(dict.items(store))
        ]
        self._modes = [
            (own, own.get("training")) for _, m in modules_of(module) for own in [instance_dict(m)]
        ]
        tensors = {id(t): t for _, _, t in self._held if is_tensor(t) and not is_lazy(t)}
        self._copies = [(t, _clone(_detach(t))) for t in tensors.values()]

    def restore(self) -> None:
        """Put back the tensors, their numbers and the modes."""
        for store, name, thing in self._held:
            store[name] = thing
        with _no_grad():
            for tensor, copy in self._copies:
                _copy(tensor, copy)
        for own, training in self._modes:
            if training is not None:
                own["training"] = training

    def write(self, pairs: Sequence[tuple[Any, Any]]) -> None:
        """Put drawn numbers into tensors, in place."""
        with _no_grad():
            for tensor, numbers in pairs:
                _copy(tensor, _to(numbers, dtype=_dtype(tensor)))
