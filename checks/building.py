"""Making one trial's objects in a world, and calling the target with them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, TypeAlias

import msgspec
import torch

from checks.chance import fingerprints
from checks.data import Raised, Trial
from checks.memory import restore
from checks.names import defined_names
from checks.plain import type_name
from checks.plan import call_seed
from checks.snapshot import is_tensor
from checks.states import digest_of, gradients_in, leaves_in, state_of
from checks.world import Attempt, World

__all__ = ["Build", "Call", "Through", "is_float", "names_made"]

_requires_grad_ = torch.Tensor.requires_grad_
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype, _grad, _set_grad = _base.dtype.__get__, _base.grad.__get__, _base.grad.__set__
_copy_, _size = torch.Tensor.copy_, torch.Tensor.size


Through: TypeAlias = Callable[[Callable[[], Any]], Any]
"""Does a call for somebody who watches it."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What is called, with what, and what is looked at afterwards.

    Attributes:
        target: an expression for the callable.
        inputs: expressions by name, in the order of the call.
        given: code that runs in both worlds before the call.
        script: the body of a function that takes the place of the call; empty for a call.
        after: what holds after the call, by expression.
        times: how often it is called on the same objects.
        mutates: inputs that the call is meant to change.
        gradients: whether the result is differentiated as well.
        counted: whether operations and lines are counted.
    """

    target: str
    inputs: Mapping[str, str]
    given: str = ""
    script: str = ""
    after: Mapping[str, str] = {}
    times: int = 1
    mutates: tuple[str, ...] = ()
    gradients: bool = False
    counted: bool = False


@lru_cache(maxsize=64)
def names_made(code: str) -> tuple[str, ...]:
    """The names that a piece of code makes, those that it imports included."""
    imported = [
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    return (*defined_names(code), *imported)


class Build:
    """The objects of one trial, made afresh.

    Attributes:
        names: what the call can see beside the answer's names.
        target: what is called.
        generators: fingerprints of the random generators, once everything was made; empty where
            nothing but a name was looked up.
    """

    def __init__(self, world: World, trial: Trial, call: Call) -> None:
        self.world = world
        self.trial = trial
        self.call = call
        self.names: dict[str, Any] = {}
        self.target: Any = None
        self.generators: dict[str, int] = {}
        self._graded: list[Any] = []

    def make(self, *, tracked: bool = False, through: Through | None = None) -> Attempt:
        """Inputs, what `given` makes, and the target, all under the trial's seed.

        Args:
            tracked: whether float inputs require gradients.
            through: what runs the code that makes them, where it is watched.
        """
        world, trial = self.world, self.trial
        world.seed(trial.seed)
        inputs = restore(trial.inputs or {}, trial.storages)
        if tracked:
            inputs = {name: _track(thing) for name, thing in inputs.items()}
        self.names = {**trial.sizes, **inputs}
        for stage, action, needed in (
            ("given", self._give, bool(self.call.given)),
            ("given", self._build_local, bool(trial.local)),
            ("target", self._find_target, True),
            ("given", self._find_gradients, self.call.times > 1),
        ):
            if not needed:
                continue
            attempt = world.attempt(stage, partial(through, action) if through else action)
            if attempt.raised is not None:
                return attempt
        if self.call.given or not self.call.target.isidentifier():
            self.generators = fingerprints()
        if not callable(self.target):
            kind = _kind(self.target)
            what = Raised(type="TypeError", message=kind, stage="not-callable")
            return Attempt(raised=what)
        return Attempt()

    def run(self, number: int = 0, through: Through | None = None) -> Attempt:
        """One call, the first, second… on the same objects, under a seed of its own.

        Args:
            number: from 0; before each later call, gradients are written anew.
            through: what does the call, where it is watched.
        """
        if number:
            freshened = self.world.attempt("given", lambda: self._freshen_gradients(number))
            if freshened.raised is not None:
                return freshened
        action = self._scenario if self.call.script else self._call
        self.world.seed(call_seed(self.trial, number))
        return self.world.attempt("call", partial(through, action) if through else action)

    def states(self, *, before: bool = False) -> dict[str, Callable[[], Any]]:
        """What else there is to look at, by a key for each.

        Args:
            before: only what is looked at before the call: an expression that calls something may
                change what it looks at, so it waits until afterwards unless it must not.
        """
        call = self.call
        looks = {
            f"local:{name}": self._state(name, brief=name not in call.mutates)
            for name in self.trial.local
        }
        for text, kind in call.after.items():
            kept = kind in ("unchanged", "changed")
            if kind == "cleared" and not before:
                looks[f"after:{text}"] = self._gradients(text)
            elif kept or (kind == "same" and not (before and _calls_something(text))):
                looks[f"after:{text}"] = self._state(text, brief=kept or before)
        return looks

    def _state(self, text: str, *, brief: bool) -> Callable[[], Any]:
        """What looks at a state; brief where it is only compared with itself."""

        def look() -> Any:
            state = state_of(self.world.evaluate(text, self.names))
            return digest_of(state) if brief else state

        return look

    def _gradients(self, text: str) -> Callable[[], Any]:
        return lambda: gradients_in(self.world.evaluate(text, self.names))

    def _give(self) -> None:
        made = self.world.execute(self.call.given, self.names)
        # Seen by the target and by the inputs that are built here, too; but the variable of a loop
        # in `given` takes no input's place.
        fixed = self.trial.inputs or {}
        wanted = (name for name in names_made(self.call.given) if name not in fixed)
        self.names.update((name, made[name]) for name in wanted if name in made)

    def _build_local(self) -> None:
        for name in self.trial.local:
            self.names[name] = self.world.evaluate(self.call.inputs[name], self.names)

    def _find_target(self) -> None:
        self.target = self.world.evaluate(self.call.target, self.names)

    def _call(self) -> Any:
        return self.target(*(self.names[name] for name in self.call.inputs))

    def _scenario(self) -> Any:
        return self.world.scenario(self.call.script, self.names)

    def _find_gradients(self) -> None:
        """Note every leaf at hand that has a gradient, in the order of the names."""
        things = [*self.names.values(), self.target]
        found = {id(leaf): leaf for thing in things for leaf in leaves_in(thing)}
        self._graded = [leaf for leaf in found.values() if _grad(leaf) is not None]

    def _freshen_gradients(self, number: int) -> None:
        """Write new numbers into the gradients that `given` left, as `backward()` would.

        In place, so that an answer that kept a gradient instead of a copy is found out.
        """
        generator = torch.Generator().manual_seed(call_seed(self.trial, number))
        for leaf in self._graded:
            drawn = torch.randn(tuple(_size(leaf)), generator=generator, dtype=torch.float64)
            drawn = drawn.to(dtype=_dtype(leaf), device=leaf.device)
            held = _grad(leaf)
            if held is None or tuple(_size(held)) != tuple(_size(leaf)):
                _set_grad(leaf, drawn)
            else:
                with torch.no_grad():
                    _copy_(held, drawn)


@lru_cache(maxsize=64)
def _calls_something(expression: str) -> bool:
    return any(isinstance(node, ast.Call) for node in ast.walk(ast.parse(expression.strip())))


def _kind(thing: Any) -> str:
    if is_tensor(thing):
        return "a tensor"
    kind = type_name(type(thing))
    return "None" if thing is None else f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def is_float(thing: Any) -> bool:
    """Whether it is a tensor that can require a gradient."""
    return is_tensor(thing) and (_dtype(thing).is_floating_point or _dtype(thing).is_complex)


def _track(thing: Any) -> Any:
    """`thing`, made of nothing but data, with every float tensor in it requiring a gradient."""
    if is_float(thing):
        return _requires_grad_(thing, True)  # noqa: FBT003  # torch's own signature
    if type(thing) in (list, tuple):
        return type(thing)(_track(item) for item in thing)
    if type(thing) is dict:
        return {key: _track(item) for key, item in thing.items()}
    return thing
