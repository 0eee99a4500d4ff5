"""Observing for `train_eval`: many calls in each mode, in a hostile process."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from checks.chance import seed_all
from checks.data import Observed, Raised, Trial
from checks.graph_walk import tensors_in
from checks.module_facts import MOST, ModuleFacts, pack
from checks.module_observing import facts_of
from checks.module_reading import instance_dict, is_module, modules_of
from checks.module_runs import call, copied, materialise
from checks.module_weights import Kept, buffer_list, draw_weights, measure, parameter_list
from checks.snapshot import elements
from checks.world import World

__all__ = ["ModeRun", "Switched"]

_PASSES = 24
_FEWEST = 4
_NUMBERS = 200_000

_Paths = Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)]


class Switched(msgspec.Struct, frozen=True, kw_only=True):
    """Modules whose mode a call changed.

    Attributes:
        mode: the mode of the call that raised, if one did.
        eval: their paths, after calls in eval mode.
        train: their paths, after calls in training mode.
    """

    mode: str = ""
    eval: _Paths = ()
    train: _Paths = ()


class ModeRun:
    """Many calls of one module."""

    def __init__(self, world: World, trial: Trial, module: Any) -> None:
        self._world = world
        self._trial = trial
        self._module = module

    def observed(self) -> Observed:
        """Results in both modes, buffers before and after, and modes that a call changed."""
        if not is_module(self._module):
            return self._only(facts_of(self._module))
        kept = Kept(self._module)
        try:
            return self._called(kept)
        finally:
            kept.restore()

    def _only(self, facts: ModuleFacts, mode: str = "", raised: Raised | None = None) -> Observed:
        packed = {"facts": pack(facts), "switched": pack(Switched(mode=mode))}
        values, _ = self._world.look(packed)
        return Observed(after=values, raised=raised, trial=self._trial)

    def _called(self, kept: Kept) -> Observed:
        materialise(self._world, self._module, self._trial)
        facts = facts_of(self._module)
        held = parameter_list(self._module)
        drawn = draw_weights(measure(held), self._trial.seed)
        kept.write([(t, numbers) for (_, t), numbers in zip(held, drawn, strict=True)])
        things: dict[str, Any] = {"buffers:0": self._buffers()}
        changed: dict[str, tuple[str, ...]] = {}
        for place, mode in enumerate(("eval", "train"), start=1):
            results, switched, raised = self._calls(mode)
            if raised is not None:
                return self._only(facts, mode, raised)
            things |= {mode: results, f"buffers:{place}": self._buffers()}
            changed[mode] = switched
        switched_ = Switched(eval=changed["eval"], train=changed["train"])
        packed = {"facts": pack(facts), "switched": pack(switched_)}
        values, storages = self._world.look({**things, **packed})
        return Observed(after=values, trial=self._trial, storages=storages)

    def _buffers(self) -> list[Any]:
        return [copied(tensor) for _, tensor in buffer_list(self._module)]

    def _calls(self, mode: str) -> tuple[list[Any], tuple[str, ...], Raised | None]:
        """The results of many calls, the modules whose mode they changed, and what raised."""
        results: list[Any] = []
        changed: dict[str, None] = {}
        parts = [(path, instance_dict(m)) for path, m in modules_of(self._module)]
        most = _PASSES
        while len(results) < most:
            seed_all(self._trial.seed + len(results))
            self._module.train(mode == "train")
            before = [own.get("training") for _, own in parts]
            called = call(self._world, self._module, self._trial, "")
            if called.raised is not None:
                return results, (), called.raised
            pairs = zip(parts, before, strict=True)
            changed |= {p: None for (p, own), old in pairs if own.get("training") is not old}
            results.append(copied(called.value[0]))
            size = sum(elements(t) for t in tensors_in(results[-1]))
            most = max(min(_PASSES, _NUMBERS // max(size, 1)), _FEWEST)
        return results, tuple(path[:200] for path in list(changed)[:50]), None
