"""What to say of what a call did beside its result: to its inputs, to a model, to gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from checks.codec import CodecError
from checks.comparing import compare_values
from checks.data import (
    Bool,
    Dict,
    Float,
    Int,
    List,
    Nothing,
    Observed,
    Tensor,
    Trial,
    Tuple,
    Value,
)
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.moves import moved_by
from checks.diagnosis.raising import what_raised
from checks.diagnosis.renaming import by_expected_keys
from checks.diagnosis.views import written_where
from checks.difference import Difference, Scene, equality
from checks.memory import Memory
from checks.show import show
from checks.tolerance import Relax
from checks.walk import contains_opaque

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["changed_inputs", "effects", "lesson_effects"]

_EXACT = Relax(rtol=0.0, atol=0.0)


def changed_inputs(observed: Observed, trial: Trial, check: Function) -> list[str]:
    """Inputs that the call changed without being meant to; those built in the world come last."""
    if trial.inputs is None or observed.value is None:
        return []
    scene = equality(Memory(observed.storages), Memory(trial.storages), _EXACT)
    meant = check.meant_to_change
    travelled = [
        name
        for name, before in trial.inputs.items()
        if name not in meant
        and (
            name not in observed.after
            or compare_values(observed.after[name], before, scene) is not None
        )
    ]
    return travelled + [
        name
        for name in trial.local
        if name not in check.mutates and _moved(observed, f"local:{name}") is not None
    ]


def lesson_effects(reference: Observed, trial: Trial, check: Function) -> str:
    """What the solution itself does that the lesson rules out, or an empty string."""
    changed = [name for name in changed_inputs(reference, trial, check) if name not in trial.local]
    if changed:
        return f"the solution changes {changed[0]}, which `mutates` does not name"
    if reference.after_raised is not None:
        raised = reference.after_raised
        return f"`after` cannot be looked at: {raised.type}: {raised.message}"
    for text, kind in check.after.items():
        key = f"after:{text}"
        if kind in ("changed", "unchanged") and key not in reference.before:
            return f"`{text}` cannot be looked at before the call"
        state = reference.after.get(key, Nothing())
        if contains_opaque(state):
            return f"`{text}` cannot be compared: {show(state, Memory(()))}"
        if not _keeps(reference, key, kind):
            return f"after the solution's call, `{text}` is not {kind}"
    return ""


def _keeps(observed: Observed, key: str, kind: str) -> bool:
    """Whether what needs no comparison with the other world holds."""
    match kind:
        case "unchanged":
            return _moved(observed, key) is None
        case "changed":
            return _moved(observed, key) is not None
        case "cleared":
            return _is_cleared(observed.after.get(key, Nothing()), Memory(observed.storages))
    return True


def _moved(observed: Observed, key: str) -> Difference | None:
    """The first difference between before and after; None where it cannot be told."""
    before, after = observed.before.get(key), observed.after.get(key)
    if before is None or after is None or contains_opaque(before):
        return None
    memory = Memory(observed.storages)
    return compare_values(after, before, equality(memory, memory, _EXACT))


def _is_cleared(value: Value, memory: Memory) -> bool:  # noqa: PLR0911  # one case per kind
    """Whether there is nothing but None and zeros in it."""
    match value:
        case Nothing():
            return True
        case Tensor():
            try:
                return not bool(memory.tensor(value).any())
            except CodecError:
                return False
        case Bool() | Int() | Float():
            return not value.value
        case List(items=items) | Tuple(items=items):
            return all(_is_cleared(item, memory) for item in items)
        case Dict(items=pairs):
            return all(_is_cleared(item, memory) for _, item in pairs)
    return False


def effects(
    answer: Observed, reference: Observed, trial: Trial, check: Function, scene: Scene
) -> Difference | None:
    """The first difference in what the call did beside its result."""
    changed = [
        name
        for name in changed_inputs(answer, trial, check)
        if name not in trial.local or _moved(reference, f"local:{name}") is None
    ]
    if changed:
        return _input_changed(changed[0], answer, trial, scene)
    for name in check.mutates:
        difference = _mutated(name, answer, reference, trial, scene)
        if difference is not None:
            return difference
    if answer.after_raised is not None:
        return what_raised(answer.after_raised, scene.subject, scene.source)
    for text, kind in check.after.items():
        difference = _state(text, kind, answer, reference, scene)
        if difference is not None:
            return difference
    return None


def _input_changed(name: str, answer: Observed, trial: Trial, scene: Scene) -> Difference:
    if name in trial.local:
        key = f"local:{name}"
        before, memory = answer.before.get(key, Nothing()), scene.actual
        moved = _moved(answer, key)
        path = f"{name}{moved.details.get('path', '')}" if moved is not None else name
        message = f"`{scene.subject}` should leave `{name}` as it was, but changes `{path}`."
        message = message.replace(f" but changes `{name}`.", " but changes it.")
    else:
        key = name
        before, memory = (trial.inputs or {}).get(name, Nothing()), Memory(trial.storages)
        message = f"`{scene.subject}` gives the right result, but changes `{name}` itself. "
        message += written_where(scene.source, name) or (
            "Work on a new tensor: operations ending in `_`, `+=` and assignments to "
            f"`{name}[...]` write into the argument."
        )
    return Difference(
        code="input-changed",
        message=message,
        expected=show(before, memory),
        actual=show(answer.after.get(key, Nothing()), scene.actual),
        details={"input": name},
    )


def _mutated(
    name: str, answer: Observed, reference: Observed, trial: Trial, scene: Scene
) -> Difference | None:
    if name in trial.local:
        return _same(name, f"local:{name}", answer, reference, scene)
    expected, actual = reference.after.get(name), answer.after.get(name)
    before = (trial.inputs or {}).get(name)
    if expected is None or before is None:
        return None
    about = msgspec.structs.replace(scene, subject=name, function=False)
    difference = compare_values(actual or Nothing(), expected, about)
    if difference is None:
        return None
    start = equality(scene.actual, Memory(trial.storages), _EXACT)
    still = actual is not None and compare_values(actual, before, start) is None
    return _changed_otherwise(name, difference, scene, still=still)


def _state(
    text: str, kind: str, answer: Observed, reference: Observed, scene: Scene
) -> Difference | None:
    """The difference in what `after` names."""
    key = f"after:{text}"
    before, after = answer.before.get(key), answer.after.get(key)
    if kind == "same":
        return _same(text, key, answer, reference, scene)
    if after is None or (before is None and kind != "cleared") or contains_opaque(after):
        message = f"`{text}` cannot be looked at after `{scene.subject}`."
        return Difference(code="unobserved", message=message)
    if _keeps(answer, key, kind):
        return None
    actual = show(after, scene.actual)
    if kind == "cleared":
        message = f"After `{scene.subject}`, `{text}` should be cleared: None or zero."
        return Difference(
            code="not-cleared", message=message, expected="None or zero", actual=actual
        )
    earlier = show(before or Nothing(), scene.actual)
    if kind == "changed":
        message = f"`{scene.subject}` should change `{text}`, but leaves it as it was."
        return Difference(code="state-not-changed", message=message, actual=actual)
    moved = _moved(answer, key)
    path = f"{text}{moved.details.get('path', '')}" if moved is not None else text
    message = f"`{scene.subject}` should leave `{text}` as it was, but changes `{path}`."
    return Difference(
        code="state-changed",
        message=message.replace(f" but changes `{text}`.", " but changes it."),
        expected=earlier,
        actual=actual,
        details={"path": path},
    )


def _same(
    text: str, key: str, answer: Observed, reference: Observed, scene: Scene
) -> Difference | None:
    """The difference between the two worlds in a state after the call."""
    expected, actual = reference.after.get(key), answer.after.get(key, Nothing())
    if expected is None:
        return None
    if text.strip().isidentifier():
        actual = by_expected_keys(actual, expected)
    name = text.strip().removesuffix(".grad")
    if name != text.strip():
        left, right = (Grads(grads={name: v}, stored=True) for v in (actual, expected))
        return compare_gradients(left, right, scene)
    about = msgspec.structs.replace(scene, subject=text, function=False)
    difference = compare_values(actual, expected, about)
    if difference is None:
        return None
    still = key in answer.before and _moved(answer, key) is None
    still = still and _moved(reference, key) is not None
    moved = "" if still else moved_by(answer, reference, key)
    if moved:
        difference = msgspec.structs.replace(difference, message=f"{difference.message} {moved}")
    if key.startswith("local:"):
        return _changed_otherwise(text, difference, scene, still=still)
    if still:
        message = f"`{scene.subject}` should change `{text}`, but leaves it as it was."
        return msgspec.structs.replace(
            difference, code="state-not-changed", message=message, causes=()
        )
    message = f"After the call, {difference.message}"
    return msgspec.structs.replace(difference, code="wrong-state", message=message, causes=())


def _changed_otherwise(
    name: str, difference: Difference, scene: Scene, *, still: bool
) -> Difference:
    if still:
        message = f"`{scene.subject}` should change `{name}` itself, but leaves it as it was."
        return msgspec.structs.replace(
            difference, code="input-not-changed", message=message, causes=()
        )
    message = f"After the call, {difference.message}"
    return msgspec.structs.replace(difference, code="wrong-change", message=message, causes=())
