"""Observing for `forward`: the same weights in both worlds, several passes, in several orders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import msgspec
import torch

from checks.building import Call
from checks.calling import prepare_inputs
from checks.data import List, Observed, Raised, Trial, Value
from checks.module_facts import MOST, ModuleFacts, Stored, pack, unpack
from checks.module_matching import match
from checks.module_observing import facts_of, stored_of
from checks.module_orders import MOST_ORDERS, orders
from checks.module_reading import is_module
from checks.module_runs import PASSES, Run, materialise, projections, run_passes, varies
from checks.module_weights import Kept, Recipe, buffer_list, draw_weights, measure, parameter_list
from checks.snapshot import elements
from checks.world import World

__all__ = ["Orders", "Seen", "observe_forward", "prepare_forward", "seen_pass"]

_TRIES = 48
_SAMPLES = 600
_FEWEST = 60
_MOST_NUMBERS = 4_000_000
_isclose = torch.isclose


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the answer's parameters stood for each of the solution's.

    Attributes:
        orders: for each order the positions of the answer's parameters.
        mode: of the pass that raised, if one did.
        eval_varies: whether the answer's result depends on chance in eval mode; for the message.
    """

    orders: Annotated[
        tuple[Annotated[tuple[int, ...], msgspec.Meta(max_length=MOST)], ...],
        msgspec.Meta(max_length=MOST_ORDERS),
    ] = ()
    mode: str = ""
    eval_varies: bool = False


def prepare_forward(world: World, trial: Trial, target: str, inputs: Mapping[str, str]) -> Trial:
    """The trial with its inputs, and with how the solution's weights are drawn."""
    prepared = prepare_inputs(world, trial, Call(target=target, inputs=inputs))
    if prepared.failed is not None:
        return prepared
    made = world.attempt("target", lambda: _recipe(world, prepared, target))
    if made.raised is not None:
        return msgspec.structs.replace(prepared, failed=made.raised)
    if made.value is None:
        raised = Raised(type="", message=f"`{target}` is no module in the solution")
        return msgspec.structs.replace(prepared, failed=raised)
    values, _ = world.look({"recipe": pack(made.value)})
    return msgspec.structs.replace(prepared, extra=values)


def _recipe(world: World, trial: Trial, target: str) -> Recipe | None:
    module = _made(world, trial, target, trial.seed)
    if not is_module(module):
        return None
    kept = Kept(module)
    try:
        materialise(world, module, trial)
        other = _made(world, trial, target, trial.seed + 1)
        materialise(world, other, trial)
        by_chance = [
            (path, tensor)
            for (path, tensor), (_, again) in zip(
                buffer_list(module), buffer_list(other), strict=False
            )
            if tensor.is_floating_point()
            and tensor.shape == again.shape
            and not bool(_isclose(tensor, again, rtol=0, atol=0, equal_nan=True).all())
        ]
        recipe = Recipe(parameters=measure(parameter_list(module)), buffers=measure(by_chance))
        _write(kept, module, recipe, trial, None)
        return msgspec.structs.replace(
            recipe,
            eval_varies=varies(world, module, trial, "eval", _TRIES),
            train_varies=varies(world, module, trial, "train", _TRIES),
        )
    finally:
        kept.restore()


def _made(world: World, trial: Trial, target: str, seed: int) -> Any:
    world.seed(seed)
    return world.evaluate(target, trial.sizes)


def observe_forward(world: World, trial: Trial, target: str, *, last: bool) -> Observed:
    """What the module does with the trial's weights and inputs.

    The results that depend on chance are collected in the `last` trial only.
    """
    recipe = unpack(trial.extra, "recipe", Recipe)
    if trial.failed is not None or trial.inputs is None or recipe is None:
        return Observed(trial=trial)
    world.room -= sum(len(data) for data in trial.storages)
    made = world.attempt("target", partial(_made, world, trial, target, trial.seed))
    if made.raised is not None:
        return Observed(raised=made.raised, warnings=made.warnings, trial=trial)
    module = made.value
    found = world.attempt(
        "look", lambda: _Looking(world, trial, module, recipe).observed(sample=last)
    )
    if found.raised is not None:
        return Observed(raised=found.raised, trial=trial)
    observed: Observed = found.value
    return observed


class _Looking:
    """One look at one module."""

    def __init__(self, world: World, trial: Trial, module: Any, recipe: Recipe) -> None:
        self.world = world
        self.trial = trial
        self.module = module
        self.recipe = recipe

    def observed(self, *, sample: bool) -> Observed:
        if not is_module(self.module):
            return self._only_facts()
        kept = Kept(self.module)
        try:
            materialise(self.world, self.module, self.trial)
            facts = facts_of(self.module)
            tried = self._orders(facts)
            return self._tried(kept, facts, tried, sample=sample) if tried else self._only_facts()
        finally:
            kept.restore()

    def _only_facts(self) -> Observed:
        values, _ = self.world.look({"facts": pack(facts_of(self.module))})
        return Observed(after=values, trial=self.trial)

    def _orders(self, facts: ModuleFacts) -> tuple[tuple[int, ...], ...]:
        wanted = [slot.stored for slot in self.recipe.parameters]
        size = sum(elements(p) for _, p in parameter_list(self.module))
        room = _MOST_NUMBERS // max(size * len(PASSES), 1)
        return orders(facts.parameters, wanted, max(min(room, MOST_ORDERS), 1))

    def _tried(
        self, kept: Kept, facts: ModuleFacts, tried: tuple[tuple[int, ...], ...], *, sample: bool
    ) -> Observed:
        runs: list[Run] = []
        things: dict[str, Any] = {}
        for number, order in enumerate(tried):
            run = self._run(kept, order)
            if run.raised is not None and number:
                tried = tried[:number]
                break
            runs.append(run)
            things.update(_named(run, number))
        first = runs[0]
        mode = PASSES[len(first.passes)] if first.raised is not None else ""
        random = False
        if first.raised is None:
            for number, order in enumerate(tried if sample else ()):
                times = max(_SAMPLES // len(tried), _FEWEST)
                things |= self._samples(kept, order, f":{number}", times)
            kept.restore()
            random = varies(self.world, self.module, self.trial, "eval", 3)
        orders_ = Orders(orders=tried, mode=mode, eval_varies=random)
        packed = {"facts": pack(facts), "orders": pack(orders_)}
        values, storages = self.world.look({**things, **packed})
        return Observed(
            after=values,
            raised=first.raised,
            gradient_raised=first.gradient_raised,
            warnings=first.warnings,
            terms=max((elements(p) for _, p in parameter_list(self.module)), default=0),
            trial=self.trial,
            storages=storages,
        )

    def _run(self, kept: Kept, order: tuple[int, ...]) -> Run:
        kept.restore()
        _write(kept, self.module, self.recipe, self.trial, order)
        held = parameter_list(self.module)
        slots = self.recipe.parameters
        named = {f":{j}": held[i][1] for j, i in enumerate(order[: len(slots)])}
        return run_passes(self.world, self.module, self.trial, named, PASSES)

    def _samples(self, kept: Kept, order: tuple[int, ...], name: str, times: int) -> dict[str, Any]:
        """Many results in the modes in which the solution's depends on chance."""
        found = {}
        modes = {"eval": self.recipe.eval_varies, "train": self.recipe.train_varies}
        for mode, random in modes.items():
            if random:
                kept.restore()
                _write(kept, self.module, self.recipe, self.trial, order)
                taken = projections(self.world, self.module, self.trial, mode, times)
                found[f"samples:{mode}{name}"] = taken
        return found


def _write(
    kept: Kept, module: Any, recipe: Recipe, trial: Trial, order: tuple[int, ...] | None
) -> None:
    """Give the module the trial's weights."""
    held = parameter_list(module)
    drawn = draw_weights(recipe.parameters, trial.seed)
    positions = range(len(held)) if order is None else order
    pairs = [(held[i][1], numbers) for i, numbers in zip(positions, drawn, strict=True)]
    buffers = buffer_list(module)
    own = [stored_of(path, tensor) for path, tensor in buffers]
    wanted: list[Stored] = [slot.stored for slot in recipe.buffers]
    values = draw_weights(recipe.buffers, trial.seed + 1)
    pairs += [(buffers[i][1], values[j]) for i, j in match(own, wanted).pairs]
    kept.write(pairs)


def _named(run: Run, order: int) -> dict[str, Any]:
    """The run's results under names that `seen_pass` reads."""
    things: dict[str, Any] = {}
    for number, one in enumerate(run.passes):
        start = f"{order}.{number}."
        things[f"{start}out"] = one.output
        things[f"{start}buffers"] = list(one.buffers)
        things |= {f"{start}in.{name}": thing for name, thing in one.inputs.items()}
        things |= {f"{start}grad.{name}": grad for name, grad in one.gradients.items()}
    return things


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One pass as it was observed.

    Attributes:
        output: the result.
        inputs: the arguments after the call, by name.
        gradients: by the input's name, or by ``:`` and the place of the solution's parameter.
        buffers: in the module's order.
    """

    output: Value
    inputs: dict[str, Value]
    gradients: dict[str, Value]
    buffers: tuple[Value, ...]


def seen_pass(observed: Observed, order: int, number: int) -> Seen | None:
    """One pass of one order; None where it was not observed."""
    start = f"{order}.{number}."
    found = {n.removeprefix(start): v for n, v in observed.after.items() if n.startswith(start)}
    output, buffers = found.get("out"), found.get("buffers")
    if output is None or not isinstance(buffers, List):
        return None
    return Seen(
        output=output,
        inputs={n[3:]: v for n, v in found.items() if n.startswith("in.")},
        gradients={n[5:]: v for n, v in found.items() if n.startswith("grad.")},
        buffers=buffers.items,
    )
