"""The check `distribution`."""

from __future__ import annotations

import ast
import random
from typing import ClassVar

import torch

from checks.base import Check, Expression, check_expression
from checks.codec import CodecError
from checks.comparing import compare_values
from checks.data import Nothing, Observed, Tensor, Trial
from checks.diagnosis.distributions import compare_draws
from checks.diagnosis.raising import lesson_failed, raised_alike, what_raised
from checks.diagnosis.statistics import Sample
from checks.difference import Difference, Scene
from checks.finding import Finding
from checks.memory import Memory
from checks.samples import WANTED, draw_samples
from checks.show import kind_of, show_raised
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Distribution"]

_LEAST = 300
_LEAST_EXPECTED = 1_000
_LEAST_ONCE = 2_000
_TRIALS = 3
_SAME_STREAM = 2.0


class Distribution(Check, frozen=True, kw_only=True):
    """The distribution of random draws, judged by thousands of them.

        - distribution: draw(100)
        - distribution: nn.Dropout(p)(torch.ones(50))
        - distribution: make_layer(64, 32).weight

    The expression is evaluated again and again in both worlds, and all numbers that it gives count
    as draws. Type, shape and dtype must agree, not the numbers: any generator is right. A right
    answer fails less than once in a million; a uniform distribution is told from a normal one of
    the same mean and standard deviation. The message says what differs: mean, spread, range, form,
    or that it is not random at all. How the numbers of one call depend on each other is looked at
    roughly. What is no call, like a weight, is looked at once, and needs 2000 numbers.
    """

    name: ClassVar[str] = "distribution"

    target: Expression

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")

    @property
    def _once(self) -> bool:
        tree = ast.parse(self.target.strip(), mode="eval")
        return not any(isinstance(node, ast.Call) for node in ast.walk(tree))

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Several seeds: the answer's draws and the reference's are compared across them."""
        trials = 1 if self._once else _TRIALS
        return tuple(Trial(seed=rng.getrandbits(31)) for _ in range(trials))

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Thousands of draws under each trial's seed, and the first as it is."""
        return tuple(self._look(world, trial) for trial in trials)

    def _look(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        attempt = world.attempt("target", lambda: draw_samples(world, self.target, once=self._once))
        if attempt.raised is not None:
            return Observed(raised=attempt.raised)
        drawn = attempt.value
        values, storages = world.look({"first": drawn.first, "numbers": drawn.numbers})
        return Observed(
            value=values["first"], after={"numbers": values["numbers"]}, storages=storages
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """Whether the answer's draws may come from the reference's distribution."""
        fault = self._fault(reference)
        if fault:
            return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        for observed in answer:
            if observed.raised is not None:
                return self.conclude(what_raised(observed.raised, self.target, source))
        return self.conclude(self._difference(answer, reference))

    def _fault(self, reference: tuple[Observed, ...]) -> str:
        """Why the lesson is to blame, or an empty text."""
        if not reference:
            return "the solution gave nothing to compare with"
        for observed in reference:
            failed = lesson_failed(observed)
            if failed is not None:
                return f"the solution raised {show_raised(failed)}"
        parts = [_rows(observed) for observed in reference]
        reason = next((reason for part in parts if (reason := _unfit(part, once=self._once))), "")
        samples = [Sample.of(part) for part in parts if part is not None]
        if not reason and all(sample.std == 0 for sample in samples):
            reason = "is not random"
        if not reason and len(samples) > 1:
            unstable = compare_draws(samples[0], samples[1], "", once=self._once)
            reason = "changes its distribution from time to time" if unstable else ""
        return f"the solution's `{self.target}` {reason}" if reason else ""

    def _difference(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...]
    ) -> Difference | None:
        first = self._first_draw(answer[0], reference)
        if first is not None:
            return first
        mine = _rows(answer[0])
        if mine is None:
            return Difference(code="unobserved", message="The answer's process gave no draws.")
        if mine.numel() < _LEAST:
            message = f"`{self.target}` is so slow that only {mine.numel()} draws could be made."
            return Difference(code="timeout", message=message)
        if not bool(torch.isfinite(mine).all()):
            message = f"`{self.target}` sometimes gives nan or inf."
            return Difference(code="not-finite", message=message)
        left, right = self._samples(mine, reference)
        return compare_draws(left, right, self.target, once=self._once)

    def _samples(
        self, mine: torch.Tensor, reference: tuple[Observed, ...]
    ) -> tuple[Sample, Sample]:
        """Both samples, drawn under different seeds: one stream would make them dependent."""
        parts = [rows for o in reference[1:] or reference if (rows := _rows(o)) is not None]
        width = min(part.shape[1] for part in parts)
        theirs = torch.cat([part[:, :width] for part in parts])
        # What was drawn once was drawn under the same seed in both worlds.
        least = _SAME_STREAM if self._once else 1.0
        return Sample.of(mine, at_least=least), Sample.of(theirs, at_least=least)

    def _first_draw(self, answer: Observed, reference: tuple[Observed, ...]) -> Difference | None:
        """Type, shape and dtype of a single draw."""
        if answer.value is None:
            return Difference(code="unobserved", message="The answer's process gave no draw.")
        shapes = {getattr(observed.value, "shape", None) for observed in reference}
        relax = Relax(values=False, shapes=len(shapes) == 1)
        right = reference[0]
        scene = Scene(
            subject=self.target,
            actual=Memory(answer.storages),
            expected=Memory(right.storages),
            relax=relax,
        )
        found = compare_values(answer.value, right.value or Nothing(), scene)
        if found is None and _rows(answer) is None and not isinstance(answer.value, Tensor):
            message = f"`{self.target}` is {kind_of(answer.value)}, which holds no real numbers."
            return Difference(code="wrong-type", message=message)
        return found

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether both raised alike, or draw from the same distribution in the same way."""
        del source, other_source, reference
        if len(answer) != len(other) or not answer:
            return False
        if any(o.raised is not None for o in (*answer, *other)):
            return all(raised_alike(a.raised, b.raised) for a, b in zip(answer, other, strict=True))
        if self._first_draw(answer[0], other) is not None:
            return False
        rows = [[_rows(observed) for observed in side] for side in (answer, other)]
        if any(part is None or part.numel() < _LEAST for side in rows for part in side):
            return False
        mine = rows[0][0]
        if mine is None or not bool(torch.isfinite(mine).all()):
            return False
        pairs = [self._samples(mine, other)]
        if rows[1][0] is not None:
            pairs.append(self._samples(rows[1][0], answer))
        return all(compare_draws(a, b, "", once=self._once) is None for a, b in pairs)


def _unfit(rows: torch.Tensor | None, *, once: bool) -> str:
    """Why the solution's draws tell nothing of a distribution, or an empty text."""
    if rows is None:
        return "gives no real numbers"
    if not bool(torch.isfinite(rows).all()):
        return "is not always finite"
    least = _LEAST_ONCE if once else _LEAST_EXPECTED
    return f"gives fewer than {least} numbers" if rows.numel() < least else ""


def _rows(observed: Observed) -> torch.Tensor | None:
    """The numbers that were drawn, one row per call; None where there are none."""
    value = observed.after.get("numbers")
    if not isinstance(value, Tensor) or len(value.shape) != 2 or value.dtype != "float64":
        return None
    if not 0 < value.shape[0] * value.shape[1] <= 2 * WANTED:
        return None
    try:
        return Memory(observed.storages).tensor(value).clone()
    except CodecError:
        return None
