"""The check `raises`."""

from __future__ import annotations

import re
from typing import ClassVar

from checks.base import Expression, check_expression
from checks.comparing import alike
from checks.data import Observed, Raised, Trial
from checks.diagnosis.raising import compare_raised
from checks.difference import Difference
from checks.memory import Memory
from checks.pairs import PairCheck
from checks.show import show, show_raised
from checks.tolerance import STRICT
from checks.world import World

__all__ = ["Raises"]


class Raises(PairCheck, frozen=True, kw_only=True):
    r"""A call must raise an exception of the type that the solution raises.

        - raises: normalise(torch.empty(0))
        - raises: withdraw(100)
          matches: at least \d+

    A subclass of that type is right, too. The text does not count unless `matches` says so.

    Attributes:
        matches: a regular expression that must be found in the exception's text, in any case. It
            must be found in the solution's.
    """

    name: ClassVar[str] = "raises"

    target: Expression
    matches: str = ""

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")
        try:
            re.compile(self.matches)
        except re.error as error:
            raise ValueError(f"`matches` is no regular expression: {error}") from error

    def look(self, world: World, trial: Trial) -> Observed:
        """The exception, or what the call gave instead."""
        world.seed(trial.seed)
        attempt = world.attempt("call", lambda: world.evaluate(self.target))
        values, storages = world.look({"value": attempt.value})
        return Observed(
            value=None if attempt.raised else values["value"],
            raised=attempt.raised,
            storages=storages,
        )

    def fault(self, reference: Observed) -> str:
        """The solution raises nothing, or something else than it should."""
        raised = reference.raised
        if raised is None:
            return f"the solution's `{self.target}` raises nothing"
        if raised.missing or raised.stage != "call":
            return f"the solution raised {show_raised(raised)}"
        if not self._says(raised):
            return f"the solution's text does not match: {show_raised(raised)}"
        return ""

    def _says(self, raised: Raised) -> bool:
        return re.search(self.matches, raised.message, re.IGNORECASE | re.DOTALL) is not None

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """Another exception, or none."""
        wanted = reference.raised
        assert wanted is not None  # `fault` looked  # noqa: S101  # for the type checker
        if answer.raised is None and answer.value is None:
            return Difference(code="unobserved", message="The answer's process gave no result.")
        if answer.raised is None and answer.value is not None:
            given = show(answer.value, Memory(answer.storages), 100)
            return Difference(
                code="not-raised",
                message=f"`{self.target}` should raise {wanted.type}, but it gave {given}.",
                expected=show_raised(wanted),
                actual=given,
            )
        found = compare_raised(answer.raised, wanted, self.target, source)
        if found is not None or answer.raised is None or self._says(answer.raised):
            return found
        return Difference(
            code="wrong-error-text",
            message=f"`{self.target}` raised {wanted.type} as it should, but its text is "
            f"{answer.raised.message[:200]!r}: it does not say what the task asks for.",
            expected=show_raised(wanted),
            actual=show_raised(answer.raised),
            line=answer.raised.line,
        )

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, with a text that matches or not, or gave the same."""
        same = self._text(left) == self._text(right)
        return same and super().alike(left, right, reference)

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Whether both gave the same."""
        return alike(left, right, STRICT)

    def _text(self, observed: Observed) -> bool:
        return observed.raised is not None and self._says(observed.raised)
