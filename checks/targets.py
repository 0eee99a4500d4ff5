"""What `shape`, `dtype` and `values` share: they look at the value of one expression."""

from __future__ import annotations

from typing import Any

import msgspec
import torch

from checks.base import Check, Expression, check_expression
from checks.comparing import compare_values
from checks.data import Observed, Size, Trial, Value
from checks.diagnosis.chance import Luck, other_random_numbers
from checks.diagnosis.raising import lesson_failed, what_raised
from checks.diagnosis.stretched_names import SHAPE, stretched_in_text
from checks.difference import Difference, Scene
from checks.finding import Finding
from checks.memory import Memory
from checks.show import show, solution_raised
from checks.world import World

__all__ = ["TargetCheck", "module_state"]


class TargetCheck(Check, frozen=True, kw_only=True):
    """A check of the value of one expression, once the answer has run."""

    target: Expression

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")

    def seen(self, thing: Any) -> Any:
        """What is looked at of the target's value, in its world."""
        return thing

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """In the judge: the first difference between both values that counts here."""
        return compare_values(actual, expected, scene)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The target's value, evaluated under each trial's seed."""
        return tuple(self._observe(world, trial) for trial in trials)

    def _observe(self, world: World, trial: Trial) -> Observed:
        chance = world.drawn()
        world.seed(trial.seed)
        attempt = world.attempt("target", lambda: world.evaluate(self.target))
        if attempt.raised is not None:
            return Observed(raised=attempt.raised, warnings=attempt.warnings)
        seen = world.attempt("look", lambda: self.seen(attempt.value))
        values, storages = world.look({"value": seen.value})
        return Observed(
            value=None if seen.raised else values["value"],
            raised=seen.raised,
            storages=storages,
            warnings=attempt.warnings,
            terms=world.terms(),
            chance=chance,
            facts={f"{SHAPE}{name}": Size(shape) for name, shape in world.shapes().items()},
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first difference between the two values."""
        if not reference:
            return self.lesson_error("the solution gave nothing to compare with")
        if len(answer) != len(reference):
            return self.unobserved()
        for left, right in zip(answer, reference, strict=True):
            failed = lesson_failed(right)
            if failed is not None:
                return self.lesson_error(solution_raised(failed))
            difference = self._difference(left, right, source)
            if difference is not None:
                return self.conclude(difference, answer=answer, reference=reference, source=source)
        return self.conclude(None)

    def _difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        if answer.raised is not None:
            raised = what_raised(answer.raised, self.target, source)
            if reference.value is None:
                return raised
            expected = show(reference.value, Memory(reference.storages))
            return msgspec.structs.replace(raised, expected=expected)
        if answer.value is None or reference.value is None:
            return Difference(code="unobserved", message="The answer's process gave no value.")
        found = self.differ(answer.value, reference.value, self.scene(answer, reference, source))
        if found is None:
            return None
        stretched = stretched_in_text(found, answer, reference, source)
        luck = Luck(answer=answer.chance, reference=reference.chance)
        return stretched or other_random_numbers(found, self.target, luck, source) or found

    def scene(self, answer: Observed, reference: Observed, source: str = "") -> Scene:
        """Where the values of one trial are compared."""
        return Scene(
            subject=self.target,
            actual=Memory(answer.storages),
            expected=Memory(reference.storages),
            relax=self.relax,
            terms=reference.terms,
            source=source,
            warnings=answer.warnings,
        )


def module_state(thing: Any) -> Any:
    """A module's parameters and buffers, by name; anything else as it is."""
    if not type.__subclasscheck__(torch.nn.Module, type(thing)):
        return thing
    parameters = torch.nn.Module.named_parameters(thing)
    return {**dict(parameters), **dict(torch.nn.Module.named_buffers(thing))}
