"""Calling one trial's target again and again, on inputs that are moved a little.

For measuring derivatives, in a world: everything is done in float64, whatever the inputs' dtype.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import torch

from checks.building import names_made
from checks.data import Trial
from checks.memory import restore
from checks.snapshot import is_tensor, no_hooks
from checks.world import World

__all__ = ["STEP", "Called", "Measured", "Probe", "mapped"]

STEP = 1e-6
"""How far an input is moved, relative to its size where that is above one."""

_KINK = 1e-3
"""How far apart the slopes to both sides may be, relative to their size, where it is smooth."""

_FLAT = 1e-4
"""How far apart they may be beside that: a curve at its lowest point has a slope to each side."""

_NOISE = 1e-9
"""How far apart rounding puts them, relative to the value itself."""

_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype, _detach, _clone = _base.dtype.__get__, torch.Tensor.detach, torch.Tensor.clone


class Measured(msgspec.Struct, frozen=True):
    """A numerical gradient.

    Attributes:
        slopes: by central differences.
        kinks: the cells at which the slopes to both sides differ.
    """

    slopes: torch.Tensor
    kinks: torch.Tensor


class Called(msgspec.Struct, frozen=True):
    """What is called.

    Attributes:
        target: an expression for the callable.
        inputs: expressions by name, in order, of which the trial's local ones are evaluated here.
        given: code that runs before each call.
    """

    target: str
    inputs: Mapping[str, str]
    given: str = ""


class Probe:
    """One trial's call, to be made as often as wanted.

    Args:
        world: where it runs.
        trial: with its inputs.
        called: what is called with them.
        wide: whether float inputs are float64, whatever their dtype.

    Attributes:
        base: the inputs that travelled, as every call gets them.
        passed: what the last call was given.
    """

    def __init__(self, world: World, trial: Trial, called: Called, *, wide: bool = True) -> None:
        self._world = world
        self._trial = trial
        self._called = called
        self._wide = wide
        self.passed: dict[str, Any] = {}
        self._function: Any = None
        self.base = {
            name: _widened(thing) if wide else thing
            for name, thing in restore(trial.inputs or {}, trial.storages).items()
        }

    @property
    def sources(self) -> dict[str, torch.Tensor]:
        """The real float tensors among the inputs, which are moved; ``x[0]`` in a list."""
        found: dict[str, torch.Tensor] = {}
        for name, thing in self.base.items():
            mapped(thing, name, found.setdefault)
        return {path: tensor for path, tensor in found.items() if _is_float(tensor)}

    def call(
        self,
        moved: Mapping[str, Any] | None = None,
        *,
        only: str | None = None,
        results: tuple[str, ...] = (),
    ) -> tuple[Any, dict[str, Any]]:
        """The result on fresh inputs, and the float inputs that it was computed from.

        Args:
            moved: tensors that take the place of the trial's.
            only: the one input that requires a gradient; without it, every float input does.
            results: inputs that go in as the result of an operation: a leaf cannot be changed.

        Raises:
            BaseException: whatever the code raises.
        """
        world, trial, called = self._world, self._trial, self._called
        places: Mapping[str, Any] = moved or {}
        sources: dict[str, Any] = {}

        def freshen(path: str, tensor: torch.Tensor) -> Any:
            fresh = _copied(places.get(path, tensor))
            if not _is_float(fresh) or only not in (None, path):
                return fresh
            sources[path] = fresh.requires_grad_()
            return fresh.clone() if path in results else fresh

        fresh = {name: mapped(thing, name, freshen) for name, thing in self.base.items()}
        names: dict[str, Any] = {**trial.sizes, **fresh}
        world.seed(trial.seed)
        if called.given:
            scope = world.execute(called.given, names)
            names.update((n, scope[n]) for n in names_made(called.given) if n in scope)
        for name in trial.local:
            made = world.evaluate(called.inputs[name], names)
            names[name] = _widened(made) if self._wide else made
        if self._function is None or called.given:
            self._function = world.evaluate(called.target, names)
        world.seed(trial.seed + 1)
        self.passed = {name: names[name] for name in called.inputs}
        return self._function(*self.passed.values()), sources

    def measure(self, value: Callable[[Mapping[str, Any]], float]) -> dict[str, Measured]:
        """The numerical gradient of a number, for every float input.

        Args:
            value: gives the number, for inputs that take the place of the trial's.

        Raises:
            BaseException: whatever the code raises.
        """
        here = value({})
        return {
            name: self._measure_one(name, tensor, here, value)
            for name, tensor in self.sources.items()
        }

    def _measure_one(
        self,
        name: str,
        tensor: torch.Tensor,
        here: float,
        value: Callable[[Mapping[str, Any]], float],
    ) -> Measured:
        flat = _copied(tensor).reshape(-1)
        slopes, kinks = torch.zeros(flat.shape, dtype=torch.float64), []
        for place in range(flat.numel()):
            centre = float(flat[place])
            step = STEP * max(1.0, abs(centre))
            sides = []
            for way in (step, -step):
                flat[place] = centre + way
                moved = float(flat[place]) - centre
                sides.append((value({name: flat.reshape(tensor.shape)}) - here) / moved)
            flat[place] = centre
            slopes[place] = (sides[0] + sides[1]) / 2
            apart = abs(sides[0] - sides[1])
            near = _KINK * (abs(sides[0]) + abs(sides[1])) + _FLAT + _NOISE * abs(here)
            kinks.append(not apart <= near)  # not finite is not near, either
        shape = tensor.shape
        return Measured(slopes.reshape(shape), torch.tensor(kinks, dtype=torch.bool).reshape(shape))


def _widened(thing: Any) -> Any:
    """`thing` with every float in float64; a module's parameters and buffers, too."""
    if type.__subclasscheck__(torch.nn.Module, type(thing)):
        return torch.nn.Module.double(thing)
    return mapped(thing, "", lambda _, t: t.to(torch.float64) if _is_float(t) else t)


def mapped(thing: Any, path: str, action: Callable[[str, Any], Any]) -> Any:
    """`thing`, made of nothing but data, with every tensor replaced by what `action` gives."""
    if is_tensor(thing):
        return action(path, thing)
    if type(thing) in (list, tuple):
        return type(thing)(mapped(item, f"{path}[{i}]", action) for i, item in enumerate(thing))
    if type(thing) is dict:
        return {key: mapped(item, f"{path}[{key!r}]", action) for key, item in thing.items()}
    return thing


def _is_float(tensor: Any) -> bool:
    return bool(_dtype(tensor).is_floating_point)


def _copied(tensor: Any) -> Any:
    """The tensor anew, without a history."""
    with no_hooks():
        return _clone(_detach(tensor))
