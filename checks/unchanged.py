"""The check `unchanged`."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from checks.base import Expression, check_expression
from checks.comparing import compare_values
from checks.data import Nothing, Observed, Trial
from checks.diagnosis.raising import what_raised
from checks.diagnosis.writes import find_write, in_words
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.pairs import PairCheck
from checks.targets import module_state
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Unchanged"]

_EXACT = Relax(rtol=0.0, atol=0.0)


class Unchanged(PairCheck, frozen=True, kw_only=True):
    """What setup made is still what it was, once the answer has run.

        - unchanged: x
        - unchanged: [x, labels]
        - unchanged: model

    For code at the top level; `function` looks after the inputs of a call by itself. Compared with
    what is left after the solution, exactly. Of a module, parameters and buffers count. Giving the
    name an equal value anew is no change.
    """

    name: ClassVar[str] = "unchanged"

    target: Expression | tuple[Expression, ...]

    def __post_init__(self) -> None:
        for expression in self._targets:
            check_expression(expression, "the target")

    @property
    def _targets(self) -> tuple[str, ...]:
        return (self.target,) if isinstance(self.target, str) else self.target

    @property
    def subject(self) -> str:
        """The targets as text."""
        return ", ".join(self._targets)

    def look(self, world: World, trial: Trial) -> Observed:
        """What the names stand for now."""
        world.seed(trial.seed)
        attempt = world.attempt(
            "target", lambda: {e: module_state(world.evaluate(e)) for e in self._targets}
        )
        if attempt.raised is not None:
            return Observed(raised=attempt.raised)
        values, storages = world.look(attempt.value)
        return Observed(after=values, storages=storages)

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first name that changed."""
        if answer.raised is not None:
            return what_raised(answer.raised, self.subject, source)
        scene = _scene(answer, reference)
        for name in self._targets:
            difference = _change(name, answer, reference, scene)
            if difference is not None:
                return _explained(difference, name, source)
        return None

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Whether both left the same behind."""
        scene = _scene(left, right)
        return all(_change(name, left, right, scene) is None for name in self._targets)


def _scene(left: Observed, right: Observed) -> Scene:
    return Scene(
        subject="",
        actual=Memory(left.storages),
        expected=Memory(right.storages),
        relax=_EXACT,
    )


def _change(name: str, left: Observed, right: Observed, scene: Scene) -> Difference | None:
    about = msgspec.structs.replace(scene, subject=name)
    one, two = left.after.get(name, Nothing()), right.after.get(name, Nothing())
    return compare_values(one, two, about)


def _explained(difference: Difference, name: str, source: str) -> Difference:
    """The difference in the words of something that should have stayed as it was."""
    if difference.code == "lesson-error":
        return difference
    details, hint, line = difference.details, "", None
    was, now = difference.expected, difference.actual
    changed = f"it is {now} now, and was {was}"
    if "total" in details and details["total"] > 1:
        changed = f"{details['count']} of its {details['total']} values are others now"
        changed += f" (one at {details['index']})" if details["index"] else ""
    found = find_write(source, name.partition(".")[0].partition("[")[0])
    if found is not None:
        line, hint = found[0].line, in_words(*found)
    return msgspec.structs.replace(
        difference,
        code="name-changed",
        message=f"`{name}` should stay as it was before the answer, but {changed}. {hint}".strip(),
        line=line,
        causes=(),
    )
