"""The check `loader`."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec

from checks.data import Observed, Trial
from checks.diagnosis.loaders import LoaderFacts, judge_loader, loader_fault, loaders_alike
from checks.difference import Difference
from checks.given import SizedCheck, set_scene
from checks.packing import FACTS, packed
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Loader"]

_EPOCHS = 3
_MOST = 400


class Loader(SizedCheck, frozen=True, kw_only=True):
    """A loader: number, sizes, types and contents of its batches, epoch after epoch.

        - loader: make_loader(data)
          given: |
            data = torch.utils.data.TensorDataset(torch.rand(n, 3), torch.arange(n))
          sizes: {n: [1, 20]}

    It is gone through three times under one seed, and once under another. Without shuffling in the
    solution, every batch is compared as it is. With it, every epoch must hold each sample as often
    as in the solution, inputs together with their targets; its order must change from epoch to
    epoch, and with the seed, if it does so in the solution. Lists and tuples are alike here, since
    a batch is unpacked either way. A generator is gone through once, so it is no loader where the
    solution's can start again.

    Attributes:
        any_dtype: the dtype does not count.
        trials: how many trials to draw beside those with sizes at their smallest.
        given: code that builds the data in both worlds, under the same seed.
        sizes: named sizes that `given` sees, as in `function`; a few samples more than two batches
            show most.
    """

    name: ClassVar[str] = "loader"

    any_dtype: bool = False
    trials: Annotated[int, msgspec.Meta(ge=1, le=50)] = 3

    @property
    def rounds(self) -> int:
        """How many trials to draw."""
        return self.trials

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(any_dtype=self.any_dtype)

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """The batches of three epochs, and of one under another seed."""
        seen: dict[str, Any] = {}
        facts = world.attempt("target", lambda: self._epochs(world, names, seen, _EPOCHS, ""))
        if facts.raised is None:
            again = set_scene(world, trial, self.given)
            world.seed(trial.seed + 2)
            other = again
            if again.raised is None:
                other = world.attempt(
                    "target", lambda: self._epochs(world, again.value, seen, 1, "other")
                )
            facts = facts if other.raised is None else other
        if facts.raised is not None:
            return Observed(raised=facts.raised, warnings=facts.warnings)
        values, storages = world.look(seen)
        value = values.pop("")
        after = {**values, FACTS: packed(facts.value)}
        return Observed(value=value, after=after, storages=storages, warnings=facts.warnings)

    def _epochs(
        self, world: World, names: dict[str, Any], seen: dict[str, Any], epochs: int, prefix: str
    ) -> LoaderFacts:
        thing = world.evaluate(self.target, names)
        seen[""] = thing
        counts = []
        iterable = hasattr(type(thing), "__iter__") and not isinstance(thing, type)
        for epoch in range(epochs) if iterable else ():
            number = 0
            for batch in thing:
                if number >= _MOST:
                    break
                seen[f"{prefix}{epoch}:{number}"] = batch
                number += 1
            counts.append(number)
        # A DataLoader of an iterable dataset has `__len__`, and raises.
        length = world.attempt("look", lambda: min(len(thing), 10**6)) if iterable else None
        known = length.value if length is not None else None
        return LoaderFacts(iterable=iterable, batches=tuple(counts), length=known)

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must give batches."""
        return super().fault(reference) or loader_fault(reference, self.target)

    def judge(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """Batches first, then the order over all trials."""
        return judge_loader(answer, reference, self, source)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether both give batches of the same form, in the same or another random order."""
        return loaders_alike(left, right, self.relax)
