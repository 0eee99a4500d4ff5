"""Which things in a world are one and the same object: facts, and how they are observed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from torch import nn

from checks.data import Observed, Trial
from checks.module_facts import Shape, pack
from checks.module_hidden import shape_of_stored
from checks.module_observing import unique
from checks.module_reading import (
    instance_dict,
    is_lazy,
    is_module,
    is_parameter,
    parameters_of,
)
from checks.plain import plain_text, type_name
from checks.snapshot import is_tensor
from checks.world import World

__all__ = ["Held", "IdentityFacts", "Item", "look_at_identity"]

_MOST = 500
_is_subclass = type.__subclasscheck__
_CONTAINERS = (nn.ModuleList, nn.Sequential, nn.ModuleDict, nn.ParameterList, nn.ParameterDict)
_Number = Annotated[int, msgspec.Meta(ge=0, lt=_MOST)]
_Text = Annotated[str, msgspec.Meta(max_length=500)]


class Held(msgspec.Struct, frozen=True):
    """One tensor of an item.

    Attributes:
        path: its name below the item; empty where it is the item itself.
        tensor: its number among all tensors that were looked at.
        shape: its shape.
    """

    path: _Text
    tensor: _Number
    shape: Shape


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One of the things that are compared.

    Attributes:
        name: as the learner would write it.
        kind: its class.
        sort: ``parameter``, ``tensor``, ``module`` or ``other``.
        held: its tensors.
    """

    name: _Text
    kind: _Text
    sort: _Text
    held: Annotated[tuple[Held, ...], msgspec.Meta(max_length=_MOST)] = ()


class IdentityFacts(msgspec.Struct, frozen=True):
    """What is what.

    Attributes:
        items: in the order of the targets.
        cut: whether there is more than was looked at.
    """

    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=_MOST)]
    cut: bool = False


def look_at_identity(world: World, trial: Trial, targets: tuple[str, ...]) -> Observed:
    """The objects that the targets give: of a single one, its items."""
    world.seed(trial.seed)
    made = world.attempt("target", lambda: [(name, world.evaluate(name)) for name in targets])
    if made.raised is not None:
        return Observed(raised=made.raised, warnings=made.warnings)
    described = world.attempt("look", lambda: _described(made.value))
    if described.raised is not None:
        return Observed(raised=described.raised)
    facts, tensors = described.value
    looked = {f"tensor:{i}": t for i, t in enumerate(tensors) if not is_lazy(t)}
    values, storages = world.look({"facts": pack(facts), **looked})
    return Observed(after=values, storages=storages, warnings=made.warnings)


def _described(named: list[tuple[str, Any]]) -> tuple[IdentityFacts, list[Any]]:
    things = list(_items(*named[0])) if len(named) == 1 else named
    numbers: dict[int, int] = {}
    tensors: list[Any] = []
    items = []
    cut = len(things) > _MOST
    for name, thing in things[:_MOST]:
        held = []
        for path, tensor in _tensors(thing):
            if id(tensor) not in numbers:
                if len(tensors) == _MOST:
                    cut = True
                    continue
                numbers[id(tensor)] = len(tensors)
                tensors.append(tensor)
            held.append(Held(path[:500], numbers[id(tensor)], shape_of_stored(tensor)))
        kind = type_name(type(thing))
        items.append(Item(name=name[:500], kind=kind, sort=_sort(thing), held=tuple(held)[:_MOST]))
    return IdentityFacts(tuple(items), cut), tensors


def _items(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """The items of a container; anything else is an item by itself."""
    if _is_subclass(list, type(thing)) or _is_subclass(tuple, type(thing)):
        known: Any = list if _is_subclass(list, type(thing)) else tuple
        yield from ((f"{name}[{i}]", item) for i, item in enumerate(known.__iter__(thing)))
    elif _is_subclass(dict, type(thing)):
        yield from ((f"{name}[{plain_text(repr(k), 80)}]", v) for k, v in dict.items(thing))
    elif any(_is_subclass(c, type(thing)) for c in _CONTAINERS):
        own = instance_dict(thing)
        for store in ("_parameters", "_modules"):
            for key, item in dict.items(own.get(store, {})):
                index = key if str(key).isdigit() else repr(key)
                yield f"{name}[{plain_text(index, 80)}]", item
    else:
        yield name, thing


def _tensors(thing: Any) -> list[tuple[str, Any]]:
    if is_tensor(thing):
        return [("", thing)]
    return unique(parameters_of(thing)) if is_module(thing) else []


def _sort(thing: Any) -> str:
    if is_parameter(thing):
        return "parameter"
    if is_tensor(thing):
        return "tensor"
    return "module" if is_module(thing) else "other"
