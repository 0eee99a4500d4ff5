"""The check `step_order`."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec

from checks.base import Positive
from checks.data import Observed, Trial
from checks.diagnosis.steps import StepFacts, compare_steps, raised_in_step, steps_alike
from checks.difference import Difference
from checks.given import SizedCheck
from checks.packing import FACTS, packed, unpacked
from checks.runs import ANSWER, called, out_of_time, run_recorded, tensor_names
from checks.world import World

__all__ = ["StepOrder"]


class StepOrder(SizedCheck, frozen=True, kw_only=True):
    """The order of forward pass, `zero_grad`, `backward` and update in a training step or loop.

        - step_order: train_step(model, x, y, optimizer)
          given: |
            model = nn.Linear(3, 1)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            x, y = torch.rand(8, 3), torch.rand(8, 1)
        - step_order: answer          # the whole answer, run once more

    What counts is the effect: whether there is a gradient when the parameters are updated, and
    whether it comes from the last backward pass alone. So gradients may be cleared anywhere and in
    any way, and a loop by hand (``w -= lr * w.grad``) is judged like one with an optimizer.

    Attributes:
        times: how often the call is made, on the same objects: a gradient that was not cleared
            shows at the second backward pass.
        seconds: how long it may take.
        given: code that runs in both worlds before, under the same seed.
        sizes: named sizes that `given` sees, as in `function`.
    """

    name: ClassVar[str] = "step_order"

    times: Annotated[int, msgspec.Meta(ge=1, le=20)] = 2
    seconds: Positive = 2.0

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """The events of the run."""
        del trial
        times = 1 if self.target == ANSWER else self.times
        attempt, recorder = run_recorded(
            world, self.target, names, times=times, seconds=self.seconds
        )
        late = out_of_time(attempt.raised)
        made = attempt.value if self.target == ANSWER and attempt.raised is None else {}
        known = tensor_names(made, world.namespace, names)
        facts = StepFacts(
            events=tuple(recorder.events), late=late, whose=known.get(id(recorder.stale), "")
        )
        return Observed(
            raised=None if late else attempt.raised,
            after={FACTS: packed(facts)},
            warnings=attempt.warnings,
        )

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must train."""
        fault = super().fault(reference)
        if fault:
            return fault
        for observed in reference:
            facts = unpacked(observed, StepFacts)
            if facts is not None and facts.late:
                return f"the solution takes longer than {self.seconds:g} seconds"
            if facts is None or not any(event.kind == "backward" for event in facts.events):
                return f"`{self.target}` never calls `backward()` in the solution"
        return ""

    def raised(self, answer: Observed, source: str) -> Difference:
        """A gradient that is used where there is none is named as such."""
        return raised_in_step(answer, self.subject, source)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first thing that is out of order."""
        del source
        return compare_steps(
            answer,
            reference,
            called(self.target),
            self.seconds,
            1 if self.target == ANSWER else self.times,
        )

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether the same things are out of order."""
        return steps_alike(left, right)
