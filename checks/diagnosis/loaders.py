"""What to say of a loader whose batches, samples or order differ."""

from __future__ import annotations

from typing import Protocol

import msgspec

from checks.batches import Epoch, epoch_of
from checks.comparing import compare_values
from checks.data import List, Nothing, Observed, Opaque
from checks.diagnosis.orders import compare_orders, compare_samples
from checks.diagnosis.raising import what_raised
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.packing import unpacked
from checks.show import count, kind_of, sizes
from checks.tolerance import Relax

__all__ = ["LoaderCheck", "LoaderFacts", "judge_loader", "loader_fault", "loaders_alike"]

_PREFIXES = ("0", "1", "2", "other0")


class LoaderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A loader, beside its batches.

    Attributes:
        iterable: whether it is an iterable.
        batches: how many batches each epoch has.
        length: what `len` gives; None where it gives nothing.
    """

    iterable: bool
    batches: tuple[int, ...]
    length: int | None


class LoaderCheck(Protocol):
    """What is needed to know of the check."""

    @property
    def target(self) -> str:
        """The loader."""

    @property
    def relax(self) -> Relax:
        """What counts of a batch."""


def loader_fault(reference: tuple[Observed, ...], subject: str) -> str:
    """Why the lesson is to blame, or an empty string."""
    facts = [unpacked(observed, LoaderFacts) for observed in reference]
    if any(f is None or not f.iterable for f in facts):
        return f"`{subject}` is no loader in the solution"
    if not any(f is not None and any(f.batches) for f in facts):
        return f"`{subject}` gives no batches in the solution"
    return ""


def judge_loader(
    answer: tuple[Observed, ...],
    reference: tuple[Observed, ...],
    check: LoaderCheck,
    source: str,
) -> Difference | None:
    """Form and contents in the first trial that differs; then the order, over all of them."""
    shuffled = any(_shuffled(observed) for observed in reference)
    for left, right in zip(answer, reference, strict=True):
        difference = _difference(left, right, check, source, shuffled=shuffled)
        if difference is not None:
            trial = right.trial
            if trial is None or not trial.sizes or difference.code in ("not-defined", "used-up"):
                return difference
            message = f"{difference.message} That was with {sizes(trial.sizes)}."
            return msgspec.structs.replace(difference, message=message)
    if not shuffled:
        return None
    pairs = [(_epochs(a), _epochs(r)) for a, r in zip(answer, reference, strict=True)]
    return compare_orders(pairs, f"`{check.target}`")


def _epochs(observed: Observed) -> list[Epoch]:
    """Three epochs under one seed and one under another, as far as they were seen."""
    facts = unpacked(observed, LoaderFacts)
    counts = (*(facts.batches if facts is not None else ()), 0, 0, 0)[:3]
    others = sum(key.startswith("other0:") for key in observed.after)
    found = [
        epoch_of(observed, prefix, number)
        for prefix, number in zip(_PREFIXES, (*counts, others), strict=True)
    ]
    return [epoch for epoch in found if epoch is not None]


def _shuffled(observed: Observed) -> bool:
    orders = [epoch.samples for epoch in _epochs(observed)]
    return len(set(orders)) > 1


def _difference(
    answer: Observed, reference: Observed, check: LoaderCheck, source: str, *, shuffled: bool
) -> Difference | None:
    if answer.raised is not None:
        return what_raised(answer.raised, check.target, source)
    mine, right = unpacked(answer, LoaderFacts), unpacked(reference, LoaderFacts)
    assert right is not None  # noqa: S101  # for the type checker: loader_fault looked
    if mine is None or answer.value is None:
        return Difference(code="unobserved", message="The answer's process gave no loader.")
    if not mine.iterable:
        return _no_loader(answer, check.target)
    ours, theirs = _epochs(answer), _epochs(reference)
    if len(ours) < len(_PREFIXES) or len(theirs) < len(_PREFIXES):
        return Difference(code="unobserved", message="Not every epoch was seen.")
    subject = f"`{check.target}`"
    return (
        _numbers(ours[0], theirs[0], subject)
        or _form(answer, reference, ours[0], theirs[0], check)
        or _used_up(mine, right, subject)
        or _contents(answer, reference, (ours, theirs), check, shuffled=shuffled)
        or _length(mine, right, check.target)
    )


def _no_loader(answer: Observed, subject: str) -> Difference:
    value = answer.value or Nothing()
    called = isinstance(value, Opaque) and value.kind in ("type", "function")
    hint = " Call it." if called else ""
    hint = " Is a `return` missing?" if isinstance(value, Nothing) else hint
    return Difference(
        code="wrong-type",
        message=f"`{subject}` is {kind_of(value)}, which gives no batches.{hint}",
        expected="a loader",
        actual=kind_of(value),
    )


def _numbers(ours: Epoch, theirs: Epoch, subject: str) -> Difference | None:
    """Number and sizes of the batches."""
    mine, right = _sizes(ours), _sizes(theirs)
    if mine == right:
        return None
    if right and mine == right[:-1] and (not mine or right[-1] < right[0]):
        code = "dropped-batch"
        says = (
            f"the last batch is missing, which is smaller than the others ({right[-1]}). Look at "
            "`drop_last`."
        )
    elif mine and mine[:-1] == right and (not right or mine[-1] < right[0]):
        code = "kept-batch"
        says = f"the last, smaller batch ({mine[-1]}) should be left out. Look at `drop_last`."
    elif mine and right and mine[0] != right[0]:
        code = "wrong-batch-size"
        says = f"the first batch holds {count(mine[0], 'sample')}, where {right[0]} are expected."
    else:
        code = "wrong-batch-size"
        says = f"the batches hold {_list(mine)} samples, where {_list(right)} are expected."
    return Difference(
        code=code,
        message=f"In an epoch of {subject}, {says}",
        expected=f"batches of {_list(right)}",
        actual=f"batches of {_list(mine)}",
        details={"expected_sizes": right[:50], "actual_sizes": mine[:50]},
    )


def _sizes(epoch: Epoch) -> list[int]:
    """Sizes of the batches; ones where they cannot be told, so that their number counts."""
    return list(epoch.sizes) if epoch.sizes is not None else [1] * len(epoch.batches)


def _list(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8]))
    return f"{shown}, …" if len(numbers) > 8 else shown or "no"


def _scene(answer: Observed, reference: Observed, check: LoaderCheck, subject: str) -> Scene:
    return Scene(
        subject=subject,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=check.relax,
        warnings=answer.warnings,
    )


def _form(
    answer: Observed, reference: Observed, ours: Epoch, theirs: Epoch, check: LoaderCheck
) -> Difference | None:
    """Type, shape and dtype of the batches."""
    relax = msgspec.structs.replace(check.relax, values=False)
    for number, (left, right) in enumerate(zip(ours.batches, theirs.batches, strict=True)):
        scene = _scene(answer, reference, check, f"batch {number}")
        scene = msgspec.structs.replace(scene, relax=relax)
        difference = compare_values(left, right, scene)
        if difference is not None:
            if difference.code == "wrong-dtype" and difference.actual.find("float64") >= 0:
                hint = " Python's and NumPy's floats are float64: the loader keeps that."
                return msgspec.structs.replace(difference, message=difference.message + hint)
            return difference
    return None


def _used_up(mine: LoaderFacts, right: LoaderFacts, subject: str) -> Difference | None:
    if len(mine.batches) < 2 or mine.batches[0] == 0 or mine.batches[1] > 0:
        return None
    if right.batches[1] == 0:
        return None
    return Difference(
        code="used-up",
        message=f"{subject} gives its batches once; the second epoch has none. A generator can be "
        "gone through once: give an object that starts anew in every `__iter__`.",
    )


def _contents(
    answer: Observed,
    reference: Observed,
    epochs: tuple[list[Epoch], list[Epoch]],
    check: LoaderCheck,
    *,
    shuffled: bool,
) -> Difference | None:
    ours, theirs = epochs
    if shuffled:
        return compare_samples(ours, theirs, f"`{check.target}`")
    for epoch, (mine, right) in enumerate(zip(ours, theirs, strict=True)):
        scene = _scene(answer, reference, check, f"epoch {epoch}")
        difference = compare_values(List(mine.batches), List(right.batches), scene)
        if difference is None:
            continue
        if mine.samples and right.samples and sorted(mine.samples) == sorted(right.samples):
            changing = len({e.samples for e in ours}) > 1
            how = "another order in every epoch" if changing else "another order"
            return Difference(
                code="shuffled",
                message=f"The samples of `{check.target}` come in {how}, but their own order is "
                "expected. Look at `shuffle`.",
            )
        return compare_samples(ours, theirs, f"`{check.target}`") or difference
    return None


def _length(mine: LoaderFacts, right: LoaderFacts, subject: str) -> Difference | None:
    if mine.length is None or right.length is None or mine.length == right.length:
        return None
    return Difference(
        code="wrong-length",
        message=f"`len({subject})` is {mine.length}, but an epoch has "
        f"{count(right.length, 'batch')}.".replace("batchs", "batches"),
        expected=str(right.length),
        actual=str(mine.length),
    )


def loaders_alike(left: Observed, right: Observed, relax: Relax) -> bool:
    """Whether both give batches of the same form, in the same or another random order."""
    mine, other = unpacked(left, LoaderFacts), unpacked(right, LoaderFacts)
    if mine is None or other is None or not (mine.iterable and other.iterable):
        return mine == other and left.value == right.value
    ours, theirs = _epochs(left), _epochs(right)
    if len(ours) != len(theirs) or (mine.batches, mine.length) != (other.batches, other.length):
        return False
    if [e.sizes for e in ours] != [e.sizes for e in theirs] or _varies(ours) != _varies(theirs):
        return False
    free = _varies(ours)[0] or _varies(ours)[1]
    scene = Scene(
        subject="",
        actual=Memory(left.storages),
        expected=Memory(right.storages),
        relax=msgspec.structs.replace(relax, values=relax.values and not free),
    )
    formed = all(
        compare_values(List(a.batches), List(b.batches), scene) is None
        for a, b in zip(ours, theirs, strict=True)
    )
    return formed and (not free or compare_samples(ours, theirs, "") is None)


def _varies(epochs: list[Epoch]) -> tuple[bool, bool]:
    """Whether the order changes from epoch to epoch, and with the seed."""
    orders = [epoch.samples for epoch in epochs]
    return len(set(orders[:3])) > 1, orders[0] != orders[-1]
