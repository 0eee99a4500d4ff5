"""The check `training`."""

from __future__ import annotations

import random
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec

from checks.base import Expression, Positive, check_expression
from checks.data import Observed, Trial
from checks.diagnosis.training import judge_training, training_fault
from checks.difference import Difference
from checks.given import SizedCheck
from checks.packing import unpacked
from checks.run_facts import RunFacts
from checks.run_likeness import runs_alike
from checks.run_observing import Plan, observe_run
from checks.world import World

__all__ = ["Training"]

Bound: TypeAlias = float | Annotated[str, msgspec.Meta(pattern=r"^\s*(<=|>=)\s*[-+0-9.eE]+\s*$")]
"""``0.05``, or with its direction ``">= 0.9"``."""


_REPEATED = "repeated"


class Training(SizedCheck, frozen=True, kw_only=True):
    """What a training function does to a hidden model: it learns, and leaves things in order.

        - training: fit(model, x, y)
          given: |
            model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
            x = torch.rand(64, 2)
            y = x.prod(dim=1, keepdim=True)
          reaches: {"F.mse_loss(model(x), y)": 0.01}

    The call is made under several hidden seeds, on objects that `given` makes afresh. Under every
    seed at which the solution keeps a bound, the answer must. Exactly those parameters must change
    that the solution changes; no graph may be kept from step to step; a model must be left in the
    mode that the solution leaves it in, and be evaluated without recording and in evaluation mode
    where the solution does so. How the function is written, how many steps it takes and which
    random numbers it draws does not count.

    Attributes:
        reaches: numbers to reach, by their expressions, which also see the call's ``result``. They
            are measured in evaluation mode, before and after the call; a bound without ``<=`` or
            ``>=`` means the side that the solution moves to.
        improves: expressions for numbers that should come at least half as far as the solution
            brings them.
        trains: what should change as it does in the solution; without it, every model and leaf
            tensor that `given` makes.
        result: what the call returns has the type, length and shapes of what the solution's
            returns; its values do not count.
        reproducible: the same seed gives the same parameters and result; and another seed, too,
            where it does so in the solution (because the call gets a seed of its own).
        seeds: under how many seeds to train.
        seconds: how long one call may take.
        given: code that builds the objects in both worlds, under the same seed.
        sizes: named sizes that `given` sees, as in `function`.
    """

    name: ClassVar[str] = "training"

    reaches: dict[str, Bound] = {}  # noqa: RUF012  # msgspec copies it
    improves: Expression | tuple[Expression, ...] = ()
    trains: Expression | tuple[Expression, ...] = ()
    result: bool = False
    reproducible: bool = False
    seeds: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    seconds: Positive = 2.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for expression in (*self.measured, *self._trained):
            check_expression(expression, "a measure")

    @property
    def rounds(self) -> int:
        """One trial for each seed."""
        return self.seeds

    @property
    def improved(self) -> tuple[str, ...]:
        """The expressions that should improve."""
        return (self.improves,) if isinstance(self.improves, str) else self.improves

    @property
    def measured(self) -> tuple[str, ...]:
        """All expressions that are measured."""
        return tuple(dict.fromkeys((*self.reaches, *self.improved)))

    @property
    def _trained(self) -> tuple[str, ...]:
        return (self.trains,) if isinstance(self.trains, str) else self.trains

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """A trial for each seed; in one of them the call is repeated, where that is asked for."""
        trials = super().draw(rng)
        if not self.reproducible:
            return trials
        return (msgspec.structs.replace(trials[0], label=_REPEATED), *trials[1:])

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """One run for each seed; once one took too long, the others do as well."""
        seen: list[Observed] = []
        for trial in trials:
            facts = unpacked(seen[-1], RunFacts) if seen else None
            if facts is not None and facts.late:
                seen.append(msgspec.structs.replace(seen[-1], trial=trial))
            else:
                seen += super().observe(world, (trial,))
        return tuple(seen)

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """The run, and what it left behind."""
        plan = Plan(
            target=self.target,
            given=self.given,
            trains=self._trained,
            measures=self.measured,
            seconds=self.seconds,
            repeated=trial.label == _REPEATED,
        )
        return observe_run(world, trial, names, plan)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must do what is asked for."""
        return super().fault(reference) or training_fault(reference, self)

    def judge(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The first cause, over all seeds."""
        return judge_training(answer, reference, self, source)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether both runs went wrong, or right, in the same way."""
        mine, other = unpacked(left, RunFacts), unpacked(right, RunFacts)
        return runs_alike(mine, other)
