"""What to say of inputs that a call changed, or did not change."""

from __future__ import annotations

from typing import Protocol

import msgspec

from checks.comparing import compare_values
from checks.data import Nothing, Observed
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.show import show
from checks.tolerance import Relax

__all__ = ["CalledCheck", "changed_inputs", "effects"]

_EXACT = Relax(rtol=0.0, atol=0.0)


class CalledCheck(Protocol):
    """What is needed to know of the check."""

    @property
    def target(self) -> str:
        """The expression that is called."""

    @property
    def relax(self) -> Relax:
        """What counts."""

    @property
    def mutates(self) -> tuple[str, ...]:
        """The inputs that may change."""

    @property
    def gradients(self) -> bool:
        """Whether gradients count."""


def changed_inputs(answer: Observed, reference: Observed, check: CalledCheck) -> list[str]:
    """Inputs that the call changed without being meant to."""
    trial = reference.trial
    if trial is None or trial.inputs is None or answer.value is None:
        return []
    scene = Scene(
        subject="", actual=Memory(answer.storages), expected=Memory(trial.storages), relax=_EXACT
    )
    return [
        name
        for name, before in trial.inputs.items()
        if name not in check.mutates
        and (
            name not in answer.after
            or compare_values(answer.after[name], before, scene) is not None
        )
    ]


def effects(
    answer: Observed, reference: Observed, check: CalledCheck, scene: Scene
) -> Difference | None:
    """The first difference in what the call did to its inputs."""
    changed = changed_inputs(answer, reference, check)
    trial = reference.trial
    if changed and trial is not None and trial.inputs is not None:
        name = changed[0]
        return Difference(
            code="input-changed",
            message=f"`{scene.subject}` gives the right result, but changes `{name}` itself. "
            "Work on a new tensor: operations ending in `_`, `+=` and assignments to "
            f"`{name}[...]` write into the argument.",
            expected=show(trial.inputs[name], Memory(trial.storages)),
            actual=show(answer.after.get(name, Nothing()), scene.actual),
            details={"input": name},
        )
    for name in check.mutates:
        difference = _change(name, answer, reference, scene)
        if difference is not None:
            return difference
    return None


def _change(name: str, answer: Observed, reference: Observed, scene: Scene) -> Difference | None:
    expected, actual = reference.after.get(name), answer.after.get(name)
    if expected is None:
        return None
    about = msgspec.structs.replace(scene, subject=name, function=False)
    difference = compare_values(actual or Nothing(), expected, about)
    if difference is None:
        return None
    trial = reference.trial
    before = (trial.inputs or {}).get(name) if trial is not None else None
    if trial is not None and before is not None and actual is not None:
        same = Scene(
            subject="",
            actual=scene.actual,
            expected=Memory(trial.storages),
            relax=_EXACT,
        )
        if compare_values(actual, before, same) is None:
            message = f"`{scene.subject}` should change `{name}` itself, but leaves it as it was."
            return msgspec.structs.replace(
                difference, code="input-not-changed", message=message, causes=()
            )
    message = f"After the call, {difference.message}"
    return msgspec.structs.replace(difference, code="wrong-change", message=message, causes=())
