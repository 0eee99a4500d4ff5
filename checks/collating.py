"""The check `collate`."""

from __future__ import annotations

import random
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Expression, Tolerance
from checks.data import Observed, Trial
from checks.diagnosis.padding import explain_padding
from checks.finding import Finding
from checks.functions import Function
from checks.plan import SizeRange
from checks.world import World

__all__ = ["Collate"]

_BATCH = "batch"


class Collate(Check, frozen=True, kw_only=True):
    """A function that makes one batch out of a list of samples: stacking, padding, masks.

        - collate: pad_batch
          batch: "[(torch.rand(int(k), 2), int(k)) for k in torch.randint(1, 7, (n,))]"
          sizes: {n: [1, 5]}
          batches:
            - "[(torch.ones(3, 2), 0), (torch.ones(1, 2), 1)]"

    The function is called with one list, as a DataLoader calls its ``collate_fn``. What it gives is
    compared in type, shape, dtype and values, and the samples must be left as they are. Where
    samples of different lengths were padded, a wrong side, length or padding value is named.

    Attributes:
        batch: an expression for the list of samples; it sees the sizes and setup's names.
        batches: fixed lists of samples, for the edges: one sample, equal lengths.
        sizes: named sizes, as in `function`.
        trials: how many trials to draw beside the certain ones.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
        any_dtype: the dtype does not count.
    """

    name: ClassVar[str] = "collate"

    target: Expression
    batch: str = ""
    batches: tuple[Expression, ...] = ()
    sizes: dict[str, SizeRange] = {}  # noqa: RUF012  # msgspec copies it
    trials: Annotated[int, msgspec.Meta(ge=1, le=200)] = 6
    rtol: Tolerance | None = None
    atol: Tolerance | None = None
    any_dtype: bool = False

    def __post_init__(self) -> None:
        if not self.batch and not self.batches:
            raise ValueError("give a `batch` to draw, or `batches` to try")
        _ = self._call

    @property
    def _call(self) -> Function:
        """The call as a function of one input."""
        return Function(
            target=self.target,
            inputs={_BATCH: self.batch or self.batches[0]},
            cases=tuple({_BATCH: expression} for expression in self.batches),
            sizes=self.sizes,
            trials=self.trials if self.batch else 0,
            rtol=self.rtol,
            atol=self.atol,
            any_dtype=self.any_dtype,
        )

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Every fixed batch, the smallest sizes, then `trials` draws."""
        return self._call.draw(rng)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the batch in the reference world."""
        return self._call.prepare(world, trial)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Call the function with each batch."""
        return self._call.observe(world, trials)

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """As a function of one input; what padding explains is named."""
        found = self._call.compare(answer, reference, source=source)
        padding = None
        if found.status == "fail" and len(answer) == len(reference):
            padding = explain_padding(answer, reference, self._call, found)
        if padding is not None:
            return self.finding("fail", padding)
        if found.code == "transposed" and "pad_sequence" in source:
            hint = " `pad_sequence` puts the batch first with `batch_first=True` only."
            found = msgspec.structs.replace(found, message=found.message + hint)
        return msgspec.structs.replace(found, check=self.name)

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """As a function does."""
        return self._call.behaves_like(
            answer, other, source=source, other_source=other_source, reference=reference
        )
