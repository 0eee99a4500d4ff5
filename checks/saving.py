"""The check `state_dict`."""

from __future__ import annotations

import random
from typing import ClassVar

from checks.base import Expression, check_expression
from checks.building import Call
from checks.calling import prepare_inputs
from checks.data import Observed, Trial
from checks.diagnosis.raising import raised_alike
from checks.diagnosis.saving import compare_saving, outcome
from checks.difference import Difference
from checks.module_base import CalledModule
from checks.saving_runs import Plan, observe_saving
from checks.world import World

__all__ = ["StateDict"]


class StateDict(CalledModule, frozen=True, kw_only=True):
    """That a module can be saved and loaded, and is then what it was.

        - state_dict: MLP(12, 5, 3)
          inputs: {x: "torch.randn(4, 12)"}
        - state_dict: model
          factory: MLP(12, 5, 3)
          save: save_model(model, path)
          load: load_model(fresh, path)
        - state_dict: model
          kept: best

    The target gets drawn numbers and is saved to a file; its `state_dict()` is loaded into a new
    module, with weights_only=True. All numbers must be back, and with `inputs` both modules must
    give the same in eval mode. With `save` and `load` the answer's own functions do it; the file
    must be one that torch reads without running code from it, if the solution's is.

    Attributes:
        inputs: an expression for each argument of the module, in order.
        sizes: named sizes, which the target and the factory see, too.
        factory: an expression for a new module; the target itself where it makes one.
        save: an expression that saves `model` to `path`.
        load: an expression that loads from `path`, into `fresh`, or gives the module.
        kept: an expression for a state that was kept in memory: it must be a copy, not share the
            module's memory.
    """

    name: ClassVar[str] = "state_dict"

    factory: Expression = ""
    save: Expression = ""
    load: Expression = ""
    kept: Expression = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("factory", "save", "load", "kept"):
            text = getattr(self, name)
            if text:
                check_expression(text, f"`{name}`")
        if not self.factory and (self.save or self.load) and "(" not in self.target:
            raise ValueError("`save` and `load` need a `factory` that makes a new module")
        if not self.factory and not self.kept and "(" not in self.target:
            raise ValueError("there must be a `factory` that makes a new module, or `kept`")

    @property
    def _plan(self) -> Plan:
        factory = self.factory
        if not factory and "(" in self.target and (self.save or self.load or not self.kept):
            factory = self.target
        return Plan(
            target=self.target,
            factory=factory,
            save=self.save,
            load=self.load,
            kept=self.kept,
        )

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """One trial; with sizes, a few."""
        return self.planned(rng, 1)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world."""
        return prepare_inputs(world, trial, Call(target=self.target, inputs=self.inputs))

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Save, load and call."""
        return tuple(observe_saving(world, trial, self._plan) for trial in trials)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """Why the lesson is to blame, or an empty string."""
        found = super().fault(reference)
        if found:
            return found
        for observed in reference:
            difference = compare_saving(observed, observed, self._plan, self.question(""))
            if difference is not None:
                return f"the solution itself fails: {difference.message or difference.code}"
        return ""

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """What did not come back."""
        actual = self.wrong_target(answer, source)
        if isinstance(actual, Difference):
            return actual
        return compare_saving(answer, reference, self._plan, self.question(source))

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, and the same came of it."""
        del reference
        found = outcome(left)
        same = found is not None and found == outcome(right)
        return same and raised_alike(left.raised, right.raised)
