"""The check `autograd_function`."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Literal

import msgspec

from checks.applying import Applying
from checks.custom_functions import METHODS, class_facts
from checks.data import List, Nothing, Observed, Str, Tensor, Trial, Value
from checks.diagnosis.function_classes import (
    class_difference,
    compare_applied,
    forward_difference,
)
from checks.diagnosis.own_backward import Asked
from checks.differentiated import DifferentiatedCheck
from checks.finding import Finding
from checks.kinks import away_from_kinks
from checks.probing import Probe
from checks.show import show_raised
from checks.tolerance import Relax
from checks.walk import renumbered
from checks.world import World
from checks.worst_trial import shown

__all__ = ["AutogradFunction"]

Asks = Literal["staticmethod", "save_for_backward", "needs_input_grad"]


class AutogradFunction(DifferentiatedCheck, frozen=True, kw_only=True):
    """A `torch.autograd.Function` of one's own: what it gives, and what its backward gives.

        - autograd_function: MyReLU
          inputs: {x: "torch.randn(n, m)"}
          sizes: {n: [1, 4], m: [1, 4]}
        - autograd_function: Scale
          inputs: {x: "torch.randn(n)", factor: "2.5"}
          sizes: {n: [1, 4]}
          asks: [save_for_backward, needs_input_grad]

    The target is the class; the solution has one of that name. `apply` must give what the
    solution's gives. `backward` is tried through autograd under a random output gradient, and
    called directly as well: autograd itself sums a gradient that was broadcast, which hides that
    it has another shape than its input. Drawn inputs keep away from kinks (ReLU at 0), where two
    right answers may differ; a given case may lie on one.

    Attributes:
        inputs: an expression for each argument of `apply`, in order; it sees the sizes, the inputs
            before it, and setup's names.
        sizes: named sizes: an inclusive range ``[1, 4]``, a choice ``{of: [0, 1, -1]}`` or a
            number. 0 is allowed.
        cases: fixed inputs for the edges, as expressions or plain numbers; what a case leaves out
            comes from `inputs` and the smallest sizes.
        given: code that runs in both worlds before each call, under the same seed.
        trials: how many trials to draw beside the certain ones; 0 for the cases alone.
        mutates: inputs that `forward` is meant to change in place, with `ctx.mark_dirty`.
        asks: what the task asks for beside right results: ``staticmethod`` above the methods
            (autograd does without), tensors kept by ``save_for_backward`` and not on the context,
            no gradient computed where ``needs_input_grad`` says that none is needed and the
            solution computes none.
        rtol: relative tolerance of the gradients, instead of the dtype's own.
        atol: absolute tolerance of the gradients, instead of the dtype's own.
    """

    name: ClassVar[str] = "autograd_function"

    mutates: tuple[str, ...] = ()
    asks: tuple[Asks, ...] = ()

    @property
    def callable(self) -> str:
        """What is called: the class's `apply`."""
        dotted = self.target.strip().replace(".", "").isidentifier()
        return f"{self.target.strip()}.apply" if dotted else f"({self.target}).apply"

    @property
    def mutated(self) -> tuple[str, ...]:
        """Inputs that `forward` is meant to change."""
        return self.mutates

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world, away from kinks."""
        prepare = partial(self.function.prepare, world)
        return away_from_kinks(world, trial, self.called(trial), prepare)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The class, its results, and its gradients, through autograd and on their own."""
        found = world.attempt("target", lambda: world.evaluate(self.target))
        if found.raised is not None:
            raised = Observed(raised=found.raised, warnings=found.warnings)
            return tuple(msgspec.structs.replace(raised, trial=trial) for trial in trials)
        described = world.attempt("look", lambda: class_facts(found.value))
        facts: dict[str, Value] = described.value or {}
        if "forward" not in facts:
            return tuple(Observed(value=Nothing(), facts=facts, trial=trial) for trial in trials)
        seen = self.function.observe(world, trials)
        described_too = (msgspec.structs.replace(observed, facts=facts) for observed in seen)
        return tuple(
            self._derived(world, trial, observed, found.value)
            for trial, observed in zip(trials, described_too, strict=True)
        )

    def _derived(self, world: World, trial: Trial, observed: Observed, class_: Any) -> Observed:
        if observed.raised is not None or trial.failed is not None or trial.inputs is None:
            return observed
        probe = Probe(world, trial, self.called(trial), wide=False)
        applying = Applying(probe, class_, trial.seed, self.mutates)
        engine = world.attempt("gradient", applying.through_engine)
        grads: dict[str, Any] = engine.value or {}
        alone = world.attempt("gradient", applying.alone) if engine.raised is None else engine
        returned: dict[str, Any] = alone.value if alone is not engine and alone.value else {}
        if "needs_input_grad" in self.asks and alone.raised is None:
            world.attempt("gradient", applying.one_by_one)
        values, storages = world.look({**{f"grad {n}": g for n, g in grads.items()}, **returned})
        values = {n: renumbered(v, len(observed.storages)) for n, v in values.items()}
        return msgspec.structs.replace(
            observed,
            gradients={name: values[f"grad {name}"] for name in grads},
            gradient_raised=engine.raised or alone.raised,
            facts={
                **observed.facts,
                **applying.facts,
                **{name: values[name] for name in returned},
            },
            storages=(*observed.storages, *storages),
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The class, its results, then its gradients."""
        asked = self._asked
        lesson = self.lesson_finding(reference)
        if lesson is not None:
            return lesson
        if len(answer) != len(reference):
            return self.unobserved()
        early = class_difference(answer[0], asked, source) or forward_difference(
            answer, reference, asked, source
        )
        if early is not None:
            return self.conclude(early, answer=answer, reference=reference, source=source)
        plain = self.forward_finding(answer, reference, source)
        if plain is not None:
            return plain
        found = [
            compare_applied(left, right, asked, source)
            for left, right in zip(answer, reference, strict=True)
        ]
        return self.conclude(
            shown(found, reference), answer=answer, reference=reference, source=source
        )

    @property
    def _asked(self) -> Asked:
        return Asked(
            target=self.target,
            inputs=tuple(self.inputs),
            asks=self.asks,
            mutates=self.mutates,
            relax=Relax(rtol=self.rtol, atol=self.atol),
        )

    def lesson_finding(self, reference: tuple[Observed, ...]) -> Finding | None:
        """The solution must have a Function of that name, too."""
        broken = class_difference(reference[0], self._asked, "") if reference else None
        if broken is not None:
            return self.lesson_error(f"in the solution, {broken.message}")
        return super().lesson_finding(reference)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must be differentiable by its own backward."""
        for observed in reference:
            if observed.gradient_raised is not None:
                raised = show_raised(observed.gradient_raised)
                return f"the solution cannot be differentiated: {raised}"
        tracked = [o.facts.get("returned") for o in reference if o.raised is None]
        if not any(tracked):
            return "no result of the solution's requires a gradient"
        return ""

    def same_facts(self, left: Observed, right: Observed) -> bool:
        """Whether both classes are written alike in what counts, and return alike."""
        if _told(left, self.asks) != _told(right, self.asks):
            return False
        names = {n for side in (left, right) for n in side.facts if n.startswith("returned ")}
        return self.same_tensors(left, right, names, Relax(rtol=self.rtol, atol=self.atol))


def _told(observed: Observed, asks: tuple[str, ...]) -> dict[str, object]:
    """What was seen of the class beside tensors, as far as it counts."""
    told: dict[str, object] = {
        name: fact for name, fact in observed.facts.items() if not isinstance(fact, Tensor)
    }
    told["kept"] = "save_for_backward" in asks and bool(told.get("kept") != List(()))
    if "staticmethod" not in asks:
        told.update((name, told.get(name) == Str("missing")) for name in METHODS)
    return told
