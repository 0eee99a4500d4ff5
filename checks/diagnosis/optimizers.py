"""What to say of an optimizer that holds other parameters, or other hyper-parameters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from checks.data import Observed, Opaque
from checks.difference import Difference
from checks.optimizer_facts import Hyper, OptimizerFacts
from checks.packing import unpacked
from checks.show import count, kind_of, shape_of

__all__ = ["compare_optimizers", "optimizers_alike"]


def compare_optimizers(
    answer: Observed,
    reference: Observed,
    subject: str,
    ignores: Sequence[str],
    *,
    any_type: bool,
) -> Difference | None:
    """The first difference between two optimizers."""
    right, mine = unpacked(reference, OptimizerFacts), unpacked(answer, OptimizerFacts)
    assert right is not None  # noqa: S101  # for the type checker: the caller looked
    if mine is None or any(not 0 <= held.group < len(mine.groups) for held in mine.held):
        return _no_optimizer(answer, right, subject)
    if not any_type and not _same_class(mine, right):
        whose = ", a class of the answer's own" if mine.kind == right.kind else ""
        return Difference(
            code="wrong-optimizer",
            message=f"`{subject}` is of class `{mine.kind}`{whose}, but `{right.kind}` "
            "is expected.",
            expected=right.kind,
            actual=mine.kind,
        )
    covered = _coverage(mine, right, subject) if right.parameters else None
    if covered is not None or any_type:
        return covered
    return _hyper_parameters(mine, right, subject, ignores)


def _no_optimizer(answer: Observed, right: OptimizerFacts, subject: str) -> Difference:
    value = answer.value
    if value is None:
        return Difference(code="unobserved", message="The answer's process gave no optimizer.")
    hint = ""
    if isinstance(value, Opaque) and value.kind == "type":
        hint = " Make one by calling the class with the parameters that it should change."
    return Difference(
        code="wrong-type",
        message=f"`{subject}` is {kind_of(value)}, but an optimizer (`{right.kind}`) is "
        f"expected.{hint}",
        expected=right.kind,
        actual=kind_of(value),
    )


def _same_class(mine: OptimizerFacts, right: OptimizerFacts) -> bool:
    """A class of the answer's own counts as the torch class that it extends."""
    if mine.torch_class != right.torch_class:
        return False
    return right.kind in (right.torch_class, mine.kind)


# --- which parameters


def _coverage(mine: OptimizerFacts, right: OptimizerFacts, subject: str) -> Difference | None:
    twice = [place for place, times in _times(mine).items() if times > 1 and place >= 0]
    wanted = _wanted(mine, right)
    held = {h.place for h in mine.held}
    missing = [place for place in sorted(wanted) if place not in held]
    strangers = [h.shape for h in mine.held if h.place < 0]
    expects_strangers = any(h.place < 0 for h in right.held)
    extra = [
        place
        for place in sorted(held - wanted)
        if 0 <= place < len(mine.parameters) and mine.parameters[place].trainable
    ]
    details = {
        "missing": _names(missing, mine),
        "strangers": [list(shape) for shape in strangers[:20]],
    }
    if strangers and missing and not expects_strangers:
        return _stale(subject, missing, strangers, mine, details)
    if missing:
        return Difference(
            code="missing-parameters",
            message=f"`{subject}` does not hold {_listed(missing, mine)}: no step will ever "
            f"change {'it' if len(missing) == 1 else 'them'}.{_why_missing(mine)}",
            expected=f"{count(len(wanted), 'parameter')}",
            actual=f"{count(len(wanted) - len(missing), 'parameter')} of them",
            details=details,
        )
    if strangers and not expects_strangers:
        return Difference(
            code="extra-parameters",
            message=f"`{subject}` holds {_tensors(strangers)} that the model does not have. "
            "Give it the model's parameters and nothing else.",
            details=details,
        )
    if twice:
        return Difference(
            code="repeated-parameters",
            message=f"`{subject}` holds {_listed(twice, mine)} more than once: every step "
            "would change it once for each.",
            details={"repeated": _names(twice, mine)},
        )
    if extra:
        return Difference(
            code="extra-parameters",
            message=f"`{subject}` holds {_listed(extra, mine)}, which it should leave alone.",
            details={"extra": _names(extra, mine)},
        )
    return None


def _times(facts: OptimizerFacts) -> Counter[int]:
    return Counter(held.place for held in facts.held)


def _wanted(mine: OptimizerFacts, right: OptimizerFacts) -> set[int]:
    """The places of the answer's parameters that its optimizer should hold."""
    trainable = {place for place, p in enumerate(mine.parameters) if p.trainable}
    held = {h.place for h in right.held if 0 <= h.place < len(right.parameters)}
    if all(place in held for place, p in enumerate(right.parameters) if p.trainable):
        return trainable
    names = {right.parameters[place].name for place in held}
    ours = [p.name for p in mine.parameters]
    if names <= set(ours) or len(ours) != len(right.parameters):
        return {place for place in trainable if ours[place] in names}
    return trainable & held


def _stale(
    subject: str,
    missing: list[int],
    strangers: list[tuple[int, ...]],
    mine: OptimizerFacts,
    details: dict[str, object],
) -> Difference:
    why = "Was it made before a layer was replaced?"
    if not any(h.place >= 0 for h in mine.held):
        why = "Does it come from another model, or from copies?"
    return Difference(
        code="stale-parameters",
        message=f"`{subject}` holds {_tensors(strangers)} that the model does not have, and "
        f"misses {_listed(missing, mine)}. {why} An optimizer keeps the very tensors that it was "
        "given.",
        expected=_listed(missing, mine),
        actual=", ".join(f"a tensor of shape {shape_of(shape)}" for shape in strangers[:4]),
        details=details,
    )


def _why_missing(mine: OptimizerFacts) -> str:
    if not any(h.place >= 0 for h in mine.held):
        return " Does it come from another model?"
    return " Were only some of the layers given to it?"


def _tensors(shapes: list[tuple[int, ...]]) -> str:
    listed = ", ".join(shape_of(shape) for shape in shapes[:4])
    more = ", …" if len(shapes) > 4 else ""
    word = "shape" if len(shapes) == 1 else "shapes"
    return f"{count(len(shapes), 'tensor')} ({word} {listed}{more})"


def _names(places: list[int], facts: OptimizerFacts) -> list[str]:
    return [facts.parameters[place].name for place in places[:50] if place < len(facts.parameters)]


def _listed(places: list[int], facts: OptimizerFacts) -> str:
    names = [f"`{name}`" for name in _names(places, facts)]
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join(", ".join(names).rsplit(", ", 1))


# --- hyper-parameters


def _hyper_parameters(
    mine: OptimizerFacts, right: OptimizerFacts, subject: str, ignores: Sequence[str]
) -> Difference | None:
    pairs = _pairs(mine, right)
    if pairs is None:
        return Difference(
            code="wrong-hyperparameter",
            message=f"`{subject}` has {count(len(mine.groups), 'parameter group')}, "
            f"but {len(right.groups)} with other hyper-parameters are expected.",
            expected=_groups_shown(right),
            actual=_groups_shown(mine),
        )
    for key in _keys(right, ignores):
        wrong = [
            (label, ours.get(key), theirs[key])
            for label, ours, theirs in pairs
            if key in theirs and not _equal(ours.get(key), theirs[key])
        ]
        if wrong:
            label, actual, expected = wrong[0]
            same = all((ours, theirs) == (actual, expected) for _, ours, theirs in wrong)
            where = "" if same and len(wrong) == len(pairs) else f" for {label}"
            return _wrong_key(subject, key, where, actual, expected)
    return None


def _keys(right: OptimizerFacts, ignores: Sequence[str]) -> list[str]:
    keys = dict.fromkeys(key for group in right.groups for key in group)
    return [key for key in keys if key not in ignores]


def _pairs(mine: OptimizerFacts, right: OptimizerFacts) -> list[tuple[str, Hyper, Hyper]] | None:
    """What belongs together: the groups of the same parameter; without `covers`, by shape."""
    ours = {h.place: mine.groups[h.group] for h in mine.held if h.place >= 0}
    theirs = {h.place: right.groups[h.group] for h in right.held if h.place >= 0}
    if right.parameters and len(mine.parameters) == len(right.parameters):
        common = [place for place in sorted(theirs) if place in ours]
        return [(f"`{mine.parameters[p].name}`", ours[p], theirs[p]) for p in common]
    if _uniform(right):
        return [("one of its groups", group, right.groups[0]) for group in mine.groups]
    left, rest = _by_shape(mine), _by_shape(right)
    if [shape for shape, _ in left] != [shape for shape, _ in rest]:
        return None
    return [
        (f"the parameter of shape {shape_of(shape)}", a, b)
        for (shape, a), (_, b) in zip(left, rest, strict=True)
    ]


def _by_shape(facts: OptimizerFacts) -> list[tuple[tuple[int, ...], Hyper]]:
    found = [(held.shape, facts.groups[held.group]) for held in facts.held]
    return sorted(found, key=lambda pair: (pair[0], repr(sorted(pair[1].items()))))


def _uniform(facts: OptimizerFacts) -> bool:
    return all(group == facts.groups[0] for group in facts.groups[1:])


def _equal(left: object, right: object) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):
        same = len(left) == len(right)
        return same and all(_equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, int | float) and isinstance(right, int | float):
        # A learning rate may be a float32 tensor.
        return math.isclose(left, right, rel_tol=1e-6)
    return left == right or (not left and not right)


def _wrong_key(subject: str, key: str, where: str, actual: object, expected: object) -> Difference:
    says = f"`{subject}` has {key} = {actual!r}{where}, but {expected!r} is expected."
    if actual is None:
        says = f"`{subject}` has no {key}{where}; {expected!r} is expected."
    return Difference(
        code="wrong-hyperparameter",
        message=says,
        expected=f"{key} = {expected!r}",
        actual=f"{key} = {actual!r}",
        details={"name": key},
    )


def _groups_shown(facts: OptimizerFacts) -> str:
    return "; ".join(f"lr = {group.get('lr')!r}" for group in facts.groups)[:200]


def optimizers_alike(
    left: Observed, right: Observed, ignores: Sequence[str], *, any_type: bool
) -> bool:
    """Whether two optimizers cannot be told apart by this check."""
    mine, other = unpacked(left, OptimizerFacts), unpacked(right, OptimizerFacts)
    if mine is None or other is None:
        return mine is other and left.value == right.value
    if _held_alike(mine) != _held_alike(other):
        return False
    if any_type:
        return True
    comparable = mine.kind == other.kind and _in_range(mine, other)
    return comparable and _hyper_parameters(mine, other, "", ignores) is None


def _held_alike(facts: OptimizerFacts) -> tuple[object, ...]:
    return tuple(sorted((h.place, h.shape) for h in facts.held))


def _in_range(*several: OptimizerFacts) -> bool:
    return all(0 <= held.group < len(facts.groups) for facts in several for held in facts.held)
