"""Reading modules in a process where nothing can be trusted.

A learner's class may override any of Module's methods, or the attributes they rely on. So the
tree is walked here, by the dictionaries that ``Module.__init__`` puts into every instance.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

from torch import nn

from checks.module_facts import MOST
from checks.plain import plain_text
from checks.snapshot import is_tensor

__all__ = [
    "Held",
    "buffers_of",
    "instance_dict",
    "is_lazy",
    "is_module",
    "is_parameter",
    "modules_of",
    "parameters_of",
    "torch_class",
]

_LAZY = (nn.UninitializedParameter, nn.parameter.UninitializedBuffer)
_is_subclass = type.__subclasscheck__
_class_dict: Any = type.__dict__["__dict__"].__get__
_module_dict: Any = nn.Module.__dict__["__dict__"].__get__
_DEEPEST = 200

Held = list[tuple[str, Any]]
"""Things by their paths, in order."""


def is_module(thing: Any) -> bool:
    """Whether it really is a module, whatever it says of itself."""
    return bool(_is_subclass(nn.Module, type(thing)))


def is_parameter(thing: Any) -> bool:
    """Whether it really is a Parameter."""
    return bool(_is_subclass(nn.Parameter, type(thing)))


def is_lazy(thing: Any) -> bool:
    """Whether it gets its shape later."""
    return any(_is_subclass(kind, type(thing)) for kind in _LAZY)


def instance_dict(thing: Any) -> dict[str, Any]:
    """The attributes of the instance itself, past any property of that name; may be empty."""
    if is_module(thing):
        found = _module_dict(thing)
    else:
        found = next(
            (
                slot.__get__(thing)
                for class_ in type.mro(type(thing))
                if type(slot := _class_dict(class_).get("__dict__")) is types.GetSetDescriptorType
            ),
            {},
        )
    return found if type(found) is dict else {}


def torch_class(thing: Any) -> type | None:
    """The first class of torch's own among a module's classes; None for Module itself."""
    for class_ in type.mro(type(thing)):
        if class_ is nn.Module:
            return None
        home = _class_dict(class_).get("__module__")
        if type(home) is str and (home == "torch" or home.startswith("torch.")):
            return class_
    return None


def modules_of(module: Any) -> Held:
    """The module and all below it, each once, outermost first."""
    found: Held = []
    seen: set[int] = set()
    _walk(module, "", found, seen, _DEEPEST)
    return found


def _walk(module: Any, path: str, found: Held, seen: set[int], depth: int) -> None:
    if id(module) in seen or len(found) >= MOST or depth <= 0:
        return
    seen.add(id(module))
    found.append((path, module))
    for name, child in _store(module, "_modules"):
        if is_module(child):
            _walk(child, f"{path}.{name}" if path else name, found, seen, depth - 1)


def parameters_of(module: Any) -> Held:
    """The registered parameters under all of their names, in torch's order."""
    return _stored(module, "_parameters")


def buffers_of(module: Any) -> list[tuple[str, Any, bool]]:
    """The registered buffers under all of their names, and whether the state_dict has them."""
    found = []
    for path, owner in modules_of(module):
        fleeting = instance_dict(owner).get("_non_persistent_buffers_set")
        left_out = fleeting if type(fleeting) is set else set()
        for name, thing in _store(owner, "_buffers"):
            if is_tensor(thing):
                full = f"{path}.{name}" if path else name
                found.append((full, thing, not set.__contains__(left_out, name)))
    return found[:MOST]


def _stored(module: Any, store: str) -> Held:
    found = [
        (f"{path}.{name}" if path else name, thing)
        for path, owner in modules_of(module)
        for name, thing in _store(owner, store)
        if is_tensor(thing)
    ]
    return found[:MOST]


def _store(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The items of one of Module's own dictionaries."""
    store: Any = instance_dict(module).get(name)
    if _is_subclass(dict, type(store)):
        for key, thing in list(dict.items(store))[:MOST]:
            yield plain_text(key, 200), thing
