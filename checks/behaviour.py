"""Whether two answers did the same: what recognising a listed mistake comes down to."""

from __future__ import annotations

from collections.abc import Mapping

from checks.comparing import alike, compare_values, told_apart_alike
from checks.data import Observed, Opaque, Value
from checks.diagnosis.raising import raised_alike
from checks.difference import Scene
from checks.memory import Memory
from checks.tolerance import Relax

__all__ = ["behave_alike"]


def behave_alike(left: Observed, right: Observed, reference: Observed | None, relax: Relax) -> bool:
    """Whether two answers did the same in one trial: raised alike, or made the same.

    Args:
        left: what was observed of the one.
        right: what was observed of the other.
        reference: what was observed of the solution. Where it is given, values that differ from
            it in the same way are alike, because they are luck.
        relax: which aspects of the values count.
    """
    if left.raised is not None or right.raised is not None:
        return raised_alike(left.raised, right.raised)
    if not raised_alike(left.gradient_raised, right.gradient_raised):
        return False
    if alike(left, right, relax):
        scene = Scene(
            subject="",
            actual=Memory(left.storages),
            expected=Memory(right.storages),
            relax=relax,
        )
        return _same(left.after, right.after, scene) and _same(
            left.gradients, right.gradients, scene
        )
    return reference is not None and told_apart_alike(left, right, reference, relax)


def _same(ours: Mapping[str, Value], theirs: Mapping[str, Value], scene: Scene) -> bool:
    return ours.keys() == theirs.keys() and all(
        _same_value(value, theirs[name], scene) for name, value in ours.items()
    )


def _same_value(ours: Value, theirs: Value, scene: Scene) -> bool:
    if isinstance(ours, Opaque) and isinstance(theirs, Opaque):
        return ours.kind == theirs.kind
    return compare_values(ours, theirs, scene) is None
