"""What checks share that compare each trial's two observations by themselves."""

from __future__ import annotations

from checks.base import Check
from checks.data import Observed, Trial
from checks.diagnosis.raising import lesson_failed, raised_alike
from checks.difference import Difference
from checks.finding import Finding
from checks.show import show_raised
from checks.world import World

__all__ = ["PairCheck"]


class PairCheck(Check, frozen=True, kw_only=True):
    """A check that fails with the first trial in which answer and reference differ."""

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """What each trial shows."""
        return tuple(self.look(world, trial) for trial in trials)

    def look(self, world: World, trial: Trial) -> Observed:
        """In a throw-away fork of either world: what one trial shows."""
        raise NotImplementedError

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first difference."""
        if not reference:
            return self.lesson_error("the solution gave nothing to compare with")
        if len(answer) != len(reference):
            return self.unobserved()
        for left, right in zip(answer, reference, strict=True):
            fault = self.fault(right)
            if fault:
                return self.lesson_error(fault)
            difference = self.difference(left, right, source)
            if difference is not None:
                return self.conclude(difference)
        return self.conclude(None)

    def fault(self, reference: Observed) -> str:
        """Why the lesson is to blame, or an empty text."""
        failed = lesson_failed(reference)
        return "" if failed is None else f"the solution raised {show_raised(failed)}"

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """What one trial comes to; the reference has no fault."""
        raise NotImplementedError

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or showed the same."""
        del reference
        if left.raised is not None or right.raised is not None:
            return raised_alike(left.raised, right.raised)
        return self.shows_same(left, right)

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Whether this check cannot tell apart what two answers show that did not raise."""
        raise NotImplementedError
