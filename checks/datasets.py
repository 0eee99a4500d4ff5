"""The check `dataset`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import msgspec
import torch

from checks.base import Tolerance
from checks.data import Observed, Raised, Trial
from checks.diagnosis.datasets import DatasetFacts, compare_datasets, dataset_fault, datasets_alike
from checks.difference import Difference
from checks.given import SizedCheck
from checks.packing import FACTS, packed
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Dataset"]

_ALL = 12
_FEW = 20
_BEYOND = (0, 3)


class Dataset(SizedCheck, frozen=True, kw_only=True):
    """A dataset: its length, its samples, and where it ends.

        - dataset: Pairs(x, y)
          given: |
            x = torch.rand(n, 3)
            y = torch.randint(0, 2, (n,))
          sizes: {n: [1, 9]}

    Samples are compared by index in type, shape, dtype and values, each drawn under a seed of its
    own, so that random transforms agree where they draw alike. Negative indices, and indices
    beyond the end, do what they do in the solution: usually an IndexError ends a loop. A dataset
    that is only iterable is gone through, twice.

    Attributes:
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
        any_dtype: the dtype does not count.
        any_values: the values do not count: for transforms that draw as they like.
        trials: how many trials to draw beside those with sizes at their smallest.
        given: code that runs in both worlds before, under the same seed.
        sizes: named sizes that `given` sees, as in `function`.
    """

    name: ClassVar[str] = "dataset"

    rtol: Tolerance | None = None
    atol: Tolerance | None = None
    any_dtype: bool = False
    any_values: bool = False
    trials: Annotated[int, msgspec.Meta(ge=1, le=50)] = 2

    @property
    def rounds(self) -> int:
        """How many trials to draw."""
        return self.trials

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(
            rtol=self.rtol, atol=self.atol, any_dtype=self.any_dtype, values=not self.any_values
        )

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """Length, samples, and what comes beyond the end."""
        found = world.attempt("target", lambda: world.evaluate(self.target, names))
        if found.raised is not None:
            return Observed(raised=found.raised, warnings=found.warnings)
        return _Look(world, trial, found.value).observe()

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must give a dataset."""
        return super().fault(reference) or dataset_fault(reference, self.target)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """Length, then samples, then the ends."""
        return compare_datasets(answer, reference, self.target, self.relax, source)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether both have the same samples and the same ends."""
        return datasets_alike(left, right, self.relax)


class _Look:
    """What one trial shows of one dataset."""

    def __init__(self, world: World, trial: Trial, thing: Any) -> None:
        self.world, self.trial, self.thing = world, trial, thing
        self.seen: dict[str, Any] = {}
        self.raised: dict[str, Raised] = {}

    def observe(self) -> Observed:
        indexed = hasattr(type(self.thing), "__getitem__") and not _only_iterable(self.thing)
        iterable = hasattr(type(self.thing), "__iter__")
        length = None
        passes: tuple[int, ...] = ()
        if indexed and not isinstance(self.thing, type):
            length = self._length()
            self._indexed(length or 0)
            passes = (self._pass("", (length or 0) + 2),)
        elif iterable:
            passes = (self._pass("item:", _FEW), self._pass("again:", _FEW))
        values, storages = self.world.look({**self.seen, "": self.thing})
        facts = DatasetFacts(
            length=length, indexed=indexed, iterable=iterable, raised=self.raised, passes=passes
        )
        value = values.pop("")
        return Observed(value=value, after={**values, FACTS: packed(facts)}, storages=storages)

    def _try(self, key: str, number: int, action: Callable[[], Any]) -> bool:
        self.world.seed(self.trial.seed + 2 + number)
        attempt = self.world.attempt("look", action)
        if attempt.raised is not None:
            self.raised[key] = attempt.raised
            return False
        self.seen[key] = attempt.value
        return True

    def _length(self) -> int | None:
        if not self._try("length", 0, lambda: len(self.thing)):
            return None
        length: int = self.seen.pop("length")
        return min(length, 10**6)

    def _indexed(self, length: int) -> None:
        inside = range(length) if length <= _ALL else (0, 1, 2, length // 2, length - 1)
        places = [(f"item:{i}", i) for i in inside]
        places += [(f"item:{i}", i) for i in (-1, -length) if length]
        places += [(f"beyond:{more}", length + more) for more in _BEYOND]
        places += [("before:1", -length - 1)]
        for key, index in places:
            self._try(key, abs(index), lambda index=index: self.thing[index])  # type: ignore[misc]  # mypy knows no such default

    def _pass(self, prefix: str, most: int) -> int:
        """How many samples a pass gives, at most one more than `most`; keep those with a key."""
        number = 0

        def go() -> None:
            nonlocal number
            for sample in self.thing:
                if number >= most:
                    number += 1
                    return
                if prefix:
                    self.seen[f"{prefix}{number}"] = sample
                number += 1

        self._try("pass", 0, go)
        self.seen.pop("pass", None)
        return number


def _only_iterable(thing: Any) -> bool:
    return type.__subclasscheck__(torch.utils.data.IterableDataset, type(thing))
