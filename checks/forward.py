"""The check `forward`."""

from __future__ import annotations

import random
from typing import Annotated, ClassVar

import msgspec

from checks.base import Tolerance
from checks.data import Observed, Trial
from checks.diagnosis.calls import call_raised
from checks.diagnosis.structure import compare_parameters
from checks.difference import Difference
from checks.finding import Finding
from checks.forward_alike import alike_in_passes
from checks.forward_judging import judge_forward
from checks.forward_trial import ForwardTrial
from checks.forwarding import Orders, observe_forward, prepare_forward
from checks.module_base import CalledModule
from checks.module_facts import ModuleFacts, unpack
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Forward"]


class Forward(CalledModule, frozen=True, kw_only=True):
    """What a module computes, with weights that the answer's and the solution's share.

        - forward: MLP(12, 5, 3)
          inputs: {x: "torch.randn(n, 12)"}
          sizes: {n: [2, 6]}

    Both modules get the same drawn parameters, fitted together by shape: what they are called, and
    in which order they are made, does not count. Then both are called in eval mode, twice in
    training mode, and in eval mode again; results, buffers that stand for each other, and the
    gradients for the float inputs and the parameters must agree each time. Buffers keep what they
    start with. Where the solution's results depend on chance (dropout in training mode), their
    distributions are compared instead. The prompt must fix the shapes of the parameters.

    Attributes:
        inputs: an expression for each argument, in order; it sees the sizes, the inputs before
            it, and setup's names.
        sizes: named sizes, which the target sees, too: an inclusive range ``[1, 6]``, a choice
            ``{of: [1, 4]}`` or a number. With batch normalisation a batch needs at least 2.
        trials: how many trials to draw beside the certain ones.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
    """

    name: ClassVar[str] = "forward"

    trials: Annotated[int, msgspec.Meta(ge=1, le=50)] = 3
    rtol: Tolerance | None = None
    atol: Tolerance | None = None

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(rtol=self.rtol, atol=self.atol)

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """The smallest sizes, then drawn ones; without sizes, other weights and inputs."""
        return self.planned(rng, self.trials)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world, and measure the solution's weights."""
        return prepare_forward(world, trial, self.target, self.inputs)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Call the module in each trial, with the trial's weights."""
        return tuple(
            observe_forward(world, trial, self.target, last=trial is trials[-1]) for trial in trials
        )

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """Why the lesson is to blame, or an empty string."""
        found = super().fault(reference)
        if found:
            return found
        for observed in reference:
            if observed.gradient_raised is not None:
                return f"the solution cannot be differentiated: {observed.gradient_raised.message}"
            if unpack(observed.after, "orders", Orders) is None:
                return "the solution's parameters differ from one evaluation to the next"
        return ""

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """Parameters that cannot be fitted together first, then what is computed."""
        fault = self.fault(reference)
        if fault:
            return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        ready = self.first_difference(answer, reference, source)
        if ready is None:
            question = self.question(source)
            pairs = zip(answer, reference, strict=True)
            ready = judge_forward([ForwardTrial(*pair, question, self.relax) for pair in pairs])
        if ready is not None and ready.code == "unobserved":
            return self.unobserved()
        return self.conclude(ready, source=source)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """Why the module could not be called with the shared weights."""
        actual = self.wrong_target(answer, source)
        if isinstance(actual, Difference):
            return actual
        expected = unpack(reference.after, "facts", ModuleFacts)
        assert expected is not None  # `fault` looked  # noqa: S101  # for the type checker: fault looked
        orders = unpack(answer.after, "orders", Orders)
        if orders is None or not orders.orders:
            found = compare_parameters(actual, expected, self.question(source))
            return found or Difference(code="unobserved", message="")
        if answer.raised is not None:
            return call_raised(
                answer.raised, actual, self.question(source), orders.mode, reference.trial
            )
        return None

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether both raised alike, or compute the same in some order of their parameters."""
        del source, other_source, reference
        return alike_in_passes(answer, other, self.relax)
