"""Finding what a module holds without having it registered, in a hostile process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from checks.module_facts import MOST, Hidden
from checks.module_reading import (
    buffers_of,
    instance_dict,
    is_lazy,
    is_module,
    is_parameter,
    modules_of,
    parameters_of,
    torch_class,
)
from checks.plain import plain_text, type_name
from checks.snapshot import is_tensor

__all__ = ["hidden_in", "shape_of_stored"]

_is_subclass = type.__subclasscheck__
_class_dict: Any = type.__dict__["__dict__"].__get__
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad_fn, _requires_grad = _base.grad_fn.__get__, _base.requires_grad.__get__
_size = torch.Tensor.size

_OWN = frozenset(vars(nn.Module()))
"""Module's own attributes."""

_KINDS: tuple[tuple[Any, str], ...] = (
    (list, "list"),
    (tuple, "tuple"),
    (dict, "dict"),
    (set, "set"),
    (frozenset, "set"),
    (deque, "list"),
)
_MODAL = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._NormBase)  # noqa: SLF001  # their common bases have no public name
_DEEPEST = 6
_FEW = 64


def shape_of_stored(tensor: Any) -> tuple[int, ...]:
    """Its shape; empty while it has none."""
    return () if is_lazy(tensor) else tuple(_size(tensor))


def hidden_in(module: Any) -> tuple[Hidden, ...]:
    """The attributes, anywhere in the module, that hold something unregistered."""
    tree = modules_of(module)
    known = {id(m) for _, m in tree}
    known.update(id(p) for _, p in parameters_of(module))
    known.update(id(b) for _, b, _ in buffers_of(module))
    found: list[Hidden] = []
    for path, owner in tree:
        for name, value, on_class in _attributes(owner):
            gathered = _Gathered(known)
            gathered.add(value, _DEEPEST)
            if gathered.anything:
                found.append(_described(path, name, value, gathered, on_class))
            if len(found) >= _FEW:
                return tuple(found)
    return tuple(found)


def _attributes(owner: Any) -> Iterator[tuple[str, Any, str]]:
    """Name and value of each attribute, and the class that has it where that is a class."""
    own = instance_dict(owner)
    for name, value in list(dict.items(own))[:MOST]:
        if name not in _OWN:
            yield plain_text(name, 200), value, ""
    for class_ in type.mro(type(owner)):
        home = _class_dict(class_).get("__module__")
        if class_ is nn.Module or (type(home) is str and home.split(".")[0] == "torch"):
            return
        for name, value in list(_class_dict(class_).items())[:MOST]:
            if name not in own and (is_module(value) or is_tensor(value)):
                yield plain_text(name, 200), value, type_name(class_)


class _Gathered:
    """The modules and tensors in one attribute that are not registered."""

    def __init__(self, known: set[int]) -> None:
        self.modules: list[Any] = []
        self.tensors: list[Any] = []
        self._known = known
        self._seen = set(known)
        self._left = MOST

    @property
    def anything(self) -> bool:
        return bool(self.modules or self.tensors)

    def add(self, thing: Any, depth: int) -> None:
        self._left -= 1
        if self._left < 0 or depth <= 0 or id(thing) in self._seen:
            return
        if is_module(thing):
            self._seen.add(id(thing))
            self.modules.append(thing)
        elif is_tensor(thing):
            self._seen.add(id(thing))
            self.tensors.append(thing)
        else:
            items = _inside(thing)
            if items is not None:
                self._seen.add(id(thing))
                for item in items:
                    self.add(item, depth - 1)

    def parameters(self) -> list[tuple[int, ...]]:
        """Shapes of all parameters in it that are registered nowhere else."""
        held = {id(p): p for m in self.modules for _, p in parameters_of(m)}
        held.update((id(t), t) for t in self.tensors if is_parameter(t))
        fresh = [p for key, p in held.items() if key not in self._known]
        return [shape_of_stored(p) for p in fresh][:MOST]

    def buffers(self) -> list[tuple[int, ...]]:
        held = {id(b): b for m in self.modules for _, b, _ in buffers_of(m)}
        return [shape_of_stored(b) for b in held.values()][:MOST]

    def modal(self) -> bool:
        inside = (m for top in self.modules for _, m in modules_of(top))
        return any(_is_subclass(kind, type(m)) for m in inside for kind in _MODAL)


def _inside(thing: Any) -> list[Any] | None:
    """What a container, or an object of the answer's own class, holds."""
    for known, kind in _KINDS:
        if _is_subclass(known, type(thing)):
            if kind == "dict":
                return [i for pair in list(dict.items(thing))[:MOST] for i in pair]
            return [item for item, _ in zip(known.__iter__(thing), range(MOST), strict=False)]
    if _class_dict(type(thing)).get("__module__") == "__main__":
        return list(dict.values(instance_dict(thing)))[:MOST]
    return None


def _described(path: str, name: str, value: Any, gathered: _Gathered, on_class: str) -> Hidden:
    kind = next((k for known, k in _KINDS if _is_subclass(known, type(value))), "object")
    plain = is_tensor(value)
    if on_class:
        kind = "class"
    elif plain:
        kind = "tensor"
    elif is_module(value):
        kind = "module"
    grad_fn = _grad_fn(value) if plain and not is_lazy(value) else None
    known = next((known for known, _ in _KINDS if _is_subclass(known, type(value))), None)
    return Hidden(
        owner=path,
        name=name,
        kind=kind,
        holder=on_class or type_name(type(value)),
        size=0 if known is None else known.__len__(value),
        modules=tuple(_class_name(m) for m in gathered.modules[:_FEW]),
        parameters=tuple(gathered.parameters()),
        buffers=tuple(gathered.buffers()),
        tensors=tuple(shape_of_stored(t) for t in gathered.tensors if not is_parameter(t)),
        grad_fn="" if grad_fn is None else type_name(type(grad_fn)).rpartition(".")[2],
        trained=plain and bool(_requires_grad(value)),
        modal=gathered.modal(),
    )


def _class_name(module: Any) -> str:
    return type_name(torch_class(module) or type(module))
