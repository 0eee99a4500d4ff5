"""The check `prints`."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

from checks.base import Expression, check_expression
from checks.comparing import alike
from checks.data import Observed, Str, Trial, Value
from checks.diagnosis.outputs import normalised, same_output, wrong_output
from checks.diagnosis.raising import what_raised
from checks.difference import Difference
from checks.listening import Ear
from checks.pairs import PairCheck
from checks.tolerance import STRICT
from checks.world import World

__all__ = ["ANSWER", "Prints"]

ANSWER = "answer"
"""The target that stands for the answer's own run. A name alone prints nothing, so none is lost."""


class Prints(PairCheck, frozen=True, kw_only=True):
    """What a call prints, or the answer itself while it runs, compared with the solution's.

        - prints: answer
        - prints: report(3)
          any_case: true

    The value of a last line that is shown without `print` is not printed. Spaces, blank lines and
    addresses do not count, and neither does the last digit of a long decimal fraction. What a call
    returns does not count either. Where the solution prints nothing, nothing may be printed.

    Attributes:
        any_case: upper and lower case do not count.
    """

    name: ClassVar[str] = "prints"

    target: Expression
    any_case: bool = False

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")

    @property
    def _whole(self) -> bool:
        return self.target.strip() == ANSWER

    def look(self, world: World, trial: Trial) -> Observed:
        """What was printed, and for a call what it returned."""
        if self._whole:
            heard: dict[str, Value] = {
                "printed": Str(world.heard.printed),
                "shown": Str(world.heard.shown),
            }
            return Observed(after=heard)
        world.seed(trial.seed)
        ear: Any = Ear()
        with contextlib.redirect_stdout(ear):
            attempt = world.attempt("call", lambda: world.evaluate(self.target))
        values, storages = world.look({"value": attempt.value})
        return Observed(
            value=None if attempt.raised else values["value"],
            raised=attempt.raised,
            after={"printed": Str(ear.text)},
            storages=storages,
        )

    def fault(self, reference: Observed) -> str:
        """The solution raised, or was not listened to."""
        unheard = _printed(reference) is None
        return super().fault(reference) or ("the solution was not listened to" if unheard else "")

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first line that differs."""
        if answer.raised is not None:
            return what_raised(answer.raised, self.target, source)
        printed, wanted = _printed(answer), _printed(reference) or ""
        if printed is None:
            return Difference(code="unobserved", message="The answer's process gave no output.")
        if same_output(printed, wanted, any_case=self.any_case):
            return None
        subject = "" if self._whole else self.target
        instead = answer.after.get("shown", answer.value)
        text = instead.value if isinstance(instead, Str) else ""
        return wrong_output(printed, wanted, subject=subject, instead=text)

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Whether both printed the same; where both printed nothing, what they returned counts."""
        texts = _printed(left), _printed(right)
        if texts[0] is None or texts[1] is None:
            return texts[0] is texts[1]
        if not same_output(texts[0], texts[1], any_case=self.any_case):
            return False
        return bool(normalised(texts[0])) or alike(left, right, STRICT)


def _printed(observed: Observed) -> str | None:
    found = observed.after.get("printed")
    return found.value if isinstance(found, Str) else None
