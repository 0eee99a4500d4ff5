"""What a module holds: `checks.module_facts`, observed in a hostile process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from checks.data import Observed, Scalar, Trial
from checks.module_facts import MOST, Alias, Hidden, Layer, ModuleFacts, Stored, pack
from checks.module_hidden import hidden_in, shape_of_stored
from checks.module_reading import (
    Held,
    buffers_of,
    instance_dict,
    is_lazy,
    is_module,
    modules_of,
    parameters_of,
    torch_class,
)
from checks.plain import plain_text, type_name
from checks.world import World

__all__ = ["facts_of", "look_at_module", "stored_of", "unique"]

_is_subclass = type.__subclasscheck__
_class_dict: Any = type.__dict__["__dict__"].__get__
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype, _requires_grad = _base.dtype.__get__, _base.requires_grad.__get__

_CONTAINERS = (
    nn.Sequential,
    nn.ModuleList,
    nn.ModuleDict,
    nn.ParameterList,
    nn.ParameterDict,
)
_STRAY = re.compile(r"requires?_grad\w*")
_INPLACE = re.compile(r"(, )?\binplace(=(True|False))?")


def look_at_module(world: World, trial: Trial, target: str) -> Observed:
    """The facts about a target's value, under the trial's seed and sizes."""
    world.seed(trial.seed)
    names: Mapping[str, Scalar] = trial.sizes
    attempt = world.attempt("target", lambda: world.evaluate(target, names))
    if attempt.raised is not None:
        return Observed(raised=attempt.raised, warnings=attempt.warnings, trial=trial)
    described = world.attempt("look", lambda: pack(facts_of(attempt.value)))
    if described.raised is not None:
        return Observed(raised=described.raised, trial=trial)
    values, _ = world.look({"facts": described.value})
    return Observed(after=values, warnings=attempt.warnings, trial=trial)


def facts_of(thing: Any) -> ModuleFacts:
    """What the thing is, as far as modules go."""
    if _is_subclass(type, type(thing)):
        derived = type.__subclasscheck__(nn.Module, thing)
        return ModuleFacts(kind=type_name(thing), is_class=True, is_module=bool(derived))
    kind = type_name(type(thing))
    if not is_module(thing):
        return ModuleFacts(kind=kind, has_forward=_has_forward(thing))
    if "_parameters" not in instance_dict(thing):
        return ModuleFacts(
            kind=kind,
            is_module=True,
            initialised=False,
            has_forward=_has_forward(thing),
            hidden=hidden_in(thing),
        )
    tree = modules_of(thing)
    parameters = parameters_of(thing)
    return ModuleFacts(
        kind=kind,
        is_module=True,
        has_forward=_has_forward(thing),
        parameters=tuple(stored_of(path, p) for path, p in unique(parameters)),
        buffers=_buffers(thing),
        aliases=_aliases(parameters),
        layers=_layers(tree),
        hidden=_hidden(thing),
        strays=_strays(tree),
        untrained=tuple(path for path, m in tree if instance_dict(m).get("training") is not True),
        cut=max(len(tree), len(parameters)) >= MOST,
    )


def unique(held: Held) -> Held:
    """Each thing once, under its first path."""
    seen: dict[int, tuple[str, Any]] = {}
    for path, thing in held:
        seen.setdefault(id(thing), (path, thing))
    return list(seen.values())


def stored_of(path: str, tensor: Any, *, persistent: bool = True) -> Stored:
    """What is registered under a path."""
    strays = [name for name in instance_dict(tensor) if _is_stray(name)]
    return Stored(
        path=path[:500],
        shape=shape_of_stored(tensor),
        dtype=str(_dtype(tensor)).removeprefix("torch."),
        trained=bool(_requires_grad(tensor)),
        persistent=persistent,
        lazy=is_lazy(tensor),
        stray=plain_text(strays[0], 100) if strays else "",
    )


def _buffers(module: Any) -> tuple[Stored, ...]:
    kept = {path: persistent for path, _, persistent in buffers_of(module)}
    held = [(path, tensor) for path, tensor, _ in buffers_of(module)]
    return tuple(stored_of(path, t, persistent=kept[path]) for path, t in unique(held))


def _aliases(parameters: Held) -> tuple[Alias, ...]:
    first: dict[int, str] = {}
    found = []
    for path, parameter in parameters:
        if id(parameter) in first:
            found.append(Alias(path[:500], first[id(parameter)][:500]))
        first.setdefault(id(parameter), path)
    return tuple(found)


def _has_forward(thing: Any) -> bool:
    if "forward" in instance_dict(thing):
        return True
    classes = [c for c in type.mro(type(thing)) if c is not nn.Module]
    return any("forward" in _class_dict(c) for c in classes)


def _layers(tree: Held) -> tuple[Layer, ...]:
    found: list[Layer] = []
    for path, module in tree:
        if any(not layer.path or path.startswith(f"{layer.path}.") for layer in found[-1:]):
            continue
        kind = torch_class(module)
        if kind is None or any(_is_subclass(c, kind) for c in _CONTAINERS):
            continue
        stateful = bool(parameters_of(module) or buffers_of(module))
        text = _arguments(kind, module)
        found.append(Layer(path=path[:500], kind=type_name(kind), text=text, stateful=stateful))
    return tuple(found)


def _arguments(kind: Any, module: Any) -> str:
    """What torch's own class prints of a layer; `inplace` is no difference in what it does."""
    try:
        text = plain_text(kind.extra_repr(module), 300)
    except Exception:  # the attributes it prints may be anything  # noqa: BLE001  # a learner's object may raise anything
        return ""
    return _INPLACE.sub("", text)


def _hidden(module: Any) -> tuple[Hidden, ...]:
    try:
        return hidden_in(module)
    except Exception:  # a container of the learner's own  # noqa: BLE001  # a learner's object may raise anything
        return ()


def _strays(tree: Held) -> tuple[str, ...]:
    return tuple(
        f"{path}.{name}".lstrip(".")[:500]
        for path, module in tree
        for name in instance_dict(module)
        if _is_stray(name)
    )


def _is_stray(name: Any) -> bool:
    return type(name) is str and _STRAY.fullmatch(name) is not None
