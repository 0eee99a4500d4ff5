"""The check `no_warning`."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import msgspec

from checks.base import Expression, check_expression
from checks.data import Nothing, Observed, Trial, Warned
from checks.diagnosis.raising import what_raised
from checks.difference import Difference
from checks.pairs import PairCheck
from checks.printed import ANSWER
from checks.warned import recorded_warnings
from checks.world import World

__all__ = ["NoWarning"]

_ADVICE: tuple[tuple[str, str], ...] = (
    ("target size|broadcast", "Two shapes were stretched against each other: make them the same."),
    ("implicit dimension", "Say along which dimension, with `dim`."),
    ("not a leaf|non-leaf", "Only leaves keep their `.grad`; `retain_grad()` asks for another's."),
    ("copy construct", "To copy a tensor, `.detach().clone()` it."),
    ("lr_scheduler.step", "The optimizer's `step()` comes before the scheduler's."),
    ("not writable|non-writ", "`torch.tensor(...)` copies the array instead of sharing it."),
    ("list of numpy", "`np.stack(...)` first makes one array of them."),
    ("invalid value|divide by zero", "Look at what is divided, or taken the log or root of."),
    ("deprecat", "There is a newer way to write it."),
)


class NoWarning(PairCheck, frozen=True, kw_only=True):
    """Nothing is warned of while a call or the answer itself runs.

        - no_warning: answer
        - no_warning: loss_of(model, x, y)
          category: UserWarning

    Of a call, warnings count that are usually given only once, too. An answer can silence them with
    a filter: `avoids` rules that out where it matters.

    Attributes:
        category: the class of warnings that counts, by its name; subclasses included.
    """

    name: ClassVar[str] = "no_warning"

    target: Expression
    category: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_]\w*$")] = "Warning"

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")

    def look(self, world: World, trial: Trial) -> Observed:
        """The warnings, with their lines."""
        if self.target.strip() == ANSWER:
            return Observed(value=Nothing(), warnings=world.warned)
        world.seed(trial.seed)
        own: list[Warned] = []

        def call() -> None:
            # What came up before the call is the attempt's business, not this check's.
            with recorded_warnings(world.filename) as warned:
                try:
                    world.evaluate(self.target)
                finally:
                    own.extend(warned)

        attempt = world.attempt("call", call)
        value = None if attempt.raised else Nothing()
        return Observed(value=value, raised=attempt.raised, warnings=tuple(own))

    def fault(self, reference: Observed) -> str:
        """The solution raised, or gives a warning itself."""
        found = self._counting(reference)
        says = f"the solution itself gives a warning: {found[0].text}" if found else ""
        return super().fault(reference) or says

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first warning that counts."""
        del reference
        if answer.raised is not None:
            return what_raised(answer.raised, self.target, source)
        if not isinstance(answer.value, Nothing):
            return Difference(code="unobserved", message="The answer's process gave no result.")
        found = self._counting(answer)
        return self._warned(found, source) if found else None

    def _counting(self, observed: Observed) -> list[Warned]:
        """The warnings that count."""
        return [w for w in observed.warnings if self.category in (w.category, *w.bases)]

    def _warned(self, found: list[Warned], source: str) -> Difference:
        first = found[0]
        line = first.line if first.line and 0 < first.line <= len(source.splitlines()) else None
        text = " ".join(first.text.split()).rstrip(".")
        where = f" on line {line}" if line else ""
        who = "The answer" if self.target.strip() == ANSWER else f"`{self.target}`"
        fits = (says for words, says in _ADVICE if re.search(words, text, re.IGNORECASE))
        advice = next(fits, "")
        more = f" It is one of {len(found)} warnings." if len(found) > 1 else ""
        return Difference(
            code="warned",
            message=f"{who} gives a {first.category}{where}: {text}. {advice}{more}".strip(),
            expected="no warning",
            actual=f"{first.category}: {text}"[:200],
            line=line,
            details={"category": first.category, "count": len(found)},
        )

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Whether both gave the same warnings; numbers in them may differ."""
        return self._kinds(left) == self._kinds(right)

    def _kinds(self, observed: Observed) -> set[tuple[str, str]]:
        found = self._counting(observed)
        return {(w.category, re.sub(r"\d+", "#", w.text)) for w in found}
