"""Calling a target in a world with a trial's inputs, and describing what came of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
import torch

from checks import codec
from checks.data import Nothing, Observed, Opaque, Raised, Trial, Value
from checks.differentiating import differentiate
from checks.memory import restore
from checks.names import defined_names
from checks.plain import type_name
from checks.snapshot import is_tensor
from checks.world import Attempt, World

__all__ = ["Call", "contains_opaque", "local_names", "observe_call", "prepare_inputs"]

_requires_grad_ = torch.Tensor.requires_grad_
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype = _base.dtype.__get__


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What is called, and with what.

    Attributes:
        target: an expression for the callable.
        inputs: expressions by name, in the order of the call.
        given: code that runs in both worlds before the call.
        gradients: whether the result is differentiated as well.
    """

    target: str
    inputs: Mapping[str, str]
    given: str = ""
    gradients: bool = False


def local_names(inputs: Mapping[str, str], given: str) -> tuple[str, ...]:
    """The inputs that are built in each world, since they use what `given` makes."""
    made = set(defined_names(given))
    local: list[str] = []
    for name, expression in inputs.items():
        names = {n.id for n in ast.walk(ast.parse(expression.strip())) if isinstance(n, ast.Name)}
        if names & made:
            local.append(name)
            made.add(name)
    return tuple(local)


def prepare_inputs(world: World, trial: Trial, call: Call) -> Trial:
    """Evaluate the inputs that travel, in order, under the trial's seed."""
    local = local_names(call.inputs, call.given)
    world.seed(trial.seed)
    names: dict[str, Any] = dict(trial.sizes)
    made: dict[str, Any] = {}
    for name, expression in call.inputs.items():
        if name in local:
            continue
        attempt = world.attempt("inputs", partial(world.evaluate, expression, names))
        if attempt.raised is not None:
            return msgspec.structs.replace(trial, failed=attempt.raised)
        made[name] = names[name] = attempt.value
    values, storages = world.look(made)
    opaque = next((name for name, value in values.items() if contains_opaque(value)), None)
    if opaque is not None:
        reason = f"the input {opaque} cannot travel; build it in `given`"
        return msgspec.structs.replace(trial, failed=Raised(type="", message=reason))
    return msgspec.structs.replace(trial, inputs=values, storages=storages, local=local)


def contains_opaque(value: Value) -> bool:
    """Whether something in the value does not travel."""
    if isinstance(value, Opaque):
        return True
    items = getattr(value, "items", ())
    return any(
        contains_opaque(child)
        for item in items
        for child in (item if isinstance(item, tuple) else (item,))
    )


def observe_call(world: World, trial: Trial, call: Call) -> Observed:
    """Build the inputs afresh, call the target, and look at the result and at the inputs."""
    if trial.failed is not None or trial.inputs is None:
        return Observed(trial=trial)
    # The trial travels back with what was seen.
    world.room -= sum(len(data) for data in trial.storages)
    build = _Build(world, trial, call)
    attempt, names = build.run()
    if attempt.raised is not None:
        return Observed(raised=attempt.raised, warnings=attempt.warnings, trial=trial)
    travelled = {name: names[name] for name in trial.inputs}
    values, storages = world.look(
        {"": attempt.value, **{f"in:{n}": v for n, v in travelled.items()}}
    )
    observed = Observed(
        value=values[""],
        after={name: values[f"in:{name}"] for name in travelled},
        warnings=attempt.warnings,
        terms=_terms(names.values()),
        trial=trial,
        storages=storages,
    )
    return _with_gradients(observed, build) if call.gradients else observed


class _Build:
    """One trial of one call; `run` may be called again, on fresh inputs."""

    def __init__(self, world: World, trial: Trial, call: Call) -> None:
        self.world = world
        self.trial = trial
        self.call = call
        self.target: Any = None

    def run(self, *, tracked: bool = False) -> tuple[Attempt, dict[str, Any]]:
        """The call, and the names that it could see."""
        world, trial, call = self.world, self.trial, self.call
        world.seed(trial.seed)
        inputs = restore(trial.inputs or {}, trial.storages)
        if tracked:
            inputs = {name: _track(thing) for name, thing in inputs.items()}
        names: dict[str, Any] = {**trial.sizes, **inputs}
        given = world.attempt("given", lambda: world.execute(call.given, names))
        if given.raised is not None:
            return given, names
        # What `given` made is seen by the target and by the inputs that are built here, too.
        made = {
            name: given.value[name] for name in defined_names(call.given) if name in given.value
        }
        names.update(made)
        local = world.attempt("given", lambda: self._local(names))
        if local.raised is not None:
            return local, names
        found = world.attempt("target", lambda: world.evaluate(call.target, names))
        if found.raised is not None:
            return found, names
        self.target = found.value
        if not callable(found.value):
            kind = type_name(type(found.value))
            what = Raised(type="TypeError", message=_kind(found.value, kind), stage="not-callable")
            return Attempt(raised=what), names
        arguments = [names[name] for name in call.inputs]
        world.seed(trial.seed + 1)
        return world.attempt("call", lambda: found.value(*arguments)), names

    def _local(self, names: dict[str, Any]) -> None:
        for name in self.trial.local:
            names[name] = self.world.evaluate(self.call.inputs[name], names)


def _kind(thing: Any, kind: str) -> str:
    if is_tensor(thing):
        return "a tensor"
    return "None" if thing is None else f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _terms(things: Any) -> int:
    total = sum(torch.Tensor.numel(thing) for thing in things if is_tensor(thing))
    return min(total, codec.MAX_ELEMENTS)


def _track(thing: Any) -> Any:
    if is_tensor(thing) and (thing.dtype.is_floating_point or thing.dtype.is_complex):
        return _requires_grad_(thing, True)  # torch's own signature  # noqa: FBT003  # torch's own signature
    return thing


def _with_gradients(observed: Observed, build: _Build) -> Observed:
    """The same call once more, on inputs that require gradients."""
    attempt, names = build.run(tracked=True)
    if attempt.raised is not None:
        return msgspec.structs.replace(observed, gradient_raised=attempt.raised)
    sources = _sources(names, build)
    grads = build.world.attempt(
        "gradient", lambda: differentiate(attempt.value, sources, build.trial.seed)
    )
    taken = {f"grad:{n}": g for n, g in (grads.value or {}).items()}
    # Both snapshots share one message: the gradients' storages are numbered after the others.
    values, storages = build.world.look(taken)
    moved = {n: shifted(v, len(observed.storages)) for n, v in values.items()}
    return msgspec.structs.replace(
        observed,
        gradients={name: moved.get(f"grad:{name}", Nothing()) for name in sources},
        gradient_raised=grads.raised,
        storages=(*observed.storages, *storages),
    )


def shifted(value: Value, by: int) -> Value:
    """A tensor's description with its storage renumbered."""
    storage = getattr(value, "storage", None)
    return value if storage is None else msgspec.structs.replace(value, storage=storage + by)


def _sources(names: dict[str, Any], build: _Build) -> dict[str, Any]:
    """What the result is differentiated with respect to: float inputs and parameters."""
    sources: dict[str, Any] = {}
    for name in build.call.inputs:
        thing = names[name]
        if is_tensor(thing):
            if _dtype(thing).is_floating_point or _dtype(thing).is_complex:
                sources[name] = thing
        elif type.__subclasscheck__(torch.nn.Module, type(thing)):
            sources.update(_parameters(thing, f"{name}."))
    if type.__subclasscheck__(torch.nn.Module, type(build.target)):
        sources.update(_parameters(build.target, ""))
    return sources


def _parameters(module: Any, prefix: str) -> dict[str, Any]:
    found = torch.nn.Module.named_parameters(module)
    return {f"{prefix}{path}": parameter for path, parameter in list(found)[:1000]}
