"""The check `evaluation`."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec

from checks.base import Positive, Tolerance
from checks.comparing import compare_values
from checks.data import Nothing, Observed, Trial
from checks.diagnosis.evaluation import evaluation_fault, judge_evaluation
from checks.difference import Difference, Scene
from checks.given import SizedCheck
from checks.memory import Memory
from checks.packing import unpacked
from checks.run_facts import RunFacts
from checks.run_likeness import runs_alike
from checks.run_observing import Plan, observe_run
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Evaluation"]


class Evaluation(SizedCheck, frozen=True, kw_only=True):
    """What a function makes of a model that it evaluates: the right number, and no other trace.

        - evaluation: evaluate(model, loader)
          given: |
            model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1))
            data = torch.utils.data.TensorDataset(torch.rand(n, 3), torch.rand(n, 1))
            loader = torch.utils.data.DataLoader(data, batch_size=4)
          sizes: {n: [1, 15]}

    The result is compared with the solution's. As in the solution, the model has to be run in
    evaluation mode and without recording, and to be left as it was: its parameters, its buffers
    and its mode. Where it goes wrong only with batches of different sizes, the message says that
    each batch counts the same.

    Attributes:
        rtol: relative tolerance of the result, instead of the dtype's own.
        atol: absolute tolerance of the result, instead of the dtype's own.
        any_dtype: the result's dtype does not count.
        trials: how many trials to draw beside those with sizes at their smallest.
        seconds: how long one call may take.
        given: code that builds the objects in both worlds, under the same seed.
        sizes: named sizes that `given` sees, as in `function`.
    """

    name: ClassVar[str] = "evaluation"

    rtol: Tolerance | None = None
    atol: Tolerance | None = None
    any_dtype: bool = False
    trials: Annotated[int, msgspec.Meta(ge=1, le=50)] = 6
    seconds: Positive = 2.0

    @property
    def rounds(self) -> int:
        """How many trials to draw."""
        return self.trials

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(rtol=self.rtol, atol=self.atol, any_dtype=self.any_dtype)

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """The result, the passes that led to it, and what became of the model."""
        plan = Plan(target=self.target, given=self.given, seconds=self.seconds)
        return observe_run(world, trial, names, plan)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must give something."""
        return super().fault(reference) or evaluation_fault(reference, self)

    def judge(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The first cause, over all trials."""
        return judge_evaluation(answer, reference, self, source)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether both gave the same and left the same traces."""
        mine, other = unpacked(left, RunFacts), unpacked(right, RunFacts)
        if not runs_alike(mine, other):
            return False
        scene = Scene(
            subject="",
            actual=Memory(left.storages),
            expected=Memory(right.storages),
            relax=self.relax,
        )
        ours, theirs = left.value or Nothing(), right.value or Nothing()
        return compare_values(ours, theirs, scene) is None
