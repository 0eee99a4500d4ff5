"""What a pass of `forward` did besides giving its result: to inputs, to buffers, to gradients."""

from __future__ import annotations

import msgspec

from checks.comparing import compare_values
from checks.diagnosis.frozen import compare_frozen
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.raising import what_raised
from checks.difference import Difference, Scene
from checks.forward_trial import ForwardTrial
from checks.forwarding import Seen
from checks.memory import Memory
from checks.tolerance import Relax

__all__ = ["changed_input", "moved_buffers", "pass_gradients"]

_EXACT = Relax(rtol=0.0, atol=0.0)
_ABSENT = ("no-gradient", "detached", "not-tracked")


def changed_input(trial: ForwardTrial, got: Seen) -> Difference | None:
    """An input that the call changed."""
    scene = Scene(
        subject="",
        actual=trial.memories[0],
        expected=Memory(trial.trial.storages),
        relax=_EXACT,
    )
    for name, before in (trial.trial.inputs or {}).items():
        after = got.inputs.get(name)
        if after is None or compare_values(after, before, scene) is not None:
            return Difference(
                code="input-changed",
                message=f"`{trial.called}` gives the right result, but changes `{name}` itself. "
                "Operations ending in `_`, `+=` and assignments to "
                f"`{name}[...]` write into the argument.",
                details={"input": name},
            )
    return None


def moved_buffers(trial: ForwardTrial, got: Seen, wanted: Seen) -> Difference | None:
    """A buffer that holds other numbers afterwards than the solution's of the same name.

    Under another name it may hold something else, as long as the results agree.
    """
    assert trial.facts is not None  # `judge_forward` sees complete trials only  # noqa: S101  # for the type checker
    assert trial.wanted is not None  # likewise  # noqa: S101  # for the type checker
    mine, theirs = trial.facts.buffers, trial.wanted.buffers
    if len(mine) != len(got.buffers):
        return Difference(code="unobserved", message="")
    places = {stored.path: i for i, stored in enumerate(mine)}
    for stored, expected in zip(theirs, wanted.buffers, strict=False):
        i = places.get(stored.path)
        if i is None:
            continue
        scene = trial.scene(trial.question.written(stored.path))
        scene = msgspec.structs.replace(scene, function=False)
        found = compare_values(got.buffers[i], expected, scene)
        if found is not None:
            says = f"After the call, {found.message}"
            return msgspec.structs.replace(found, code="wrong-buffer-values", message=says)
    return None


def pass_gradients(trial: ForwardTrial, order: int, got: Seen, wanted: Seen) -> Difference | None:
    """The first gradient that is missing or differs, under the answer's own names."""
    if trial.answer.gradient_raised is not None:
        raised = trial.answer.gradient_raised
        return what_raised(raised, trial.called, trial.question.source)
    names = _names(trial, order)
    grads = [
        {names.get(name, name): value for name, value in seen.gradients.items()}
        for seen in (got, wanted)
    ]
    found = compare_gradients(
        Grads(grads=grads[0]), Grads(grads=grads[1]), trial.scene(trial.called)
    )
    if found is not None and found.code in _ABSENT:
        assert trial.facts is not None  # complete trials only  # noqa: S101  # for the type checker
        assert trial.wanted is not None  # likewise  # noqa: S101  # for the type checker
        return compare_frozen(trial.facts, trial.wanted, trial.question) or found
    return found


def _names(trial: ForwardTrial, order: int) -> dict[str, str]:
    """The answer's own names for the solution's parameters."""
    facts, orders = trial.facts, trial.orders
    if facts is None or orders is None:
        return {}
    places = orders.orders[order]
    return {
        f":{j}": facts.parameters[i].path
        for j, i in enumerate(places)
        if 0 <= i < len(facts.parameters)
    }
