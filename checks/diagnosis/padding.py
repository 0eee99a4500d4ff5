"""What to say of sequences that were padded otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch

from checks.codec import CodecError
from checks.codes import rank
from checks.comparing import compare_values
from checks.data import Dict, List, Observed, Tensor, Tuple, Value
from checks.difference import Difference, Scene
from checks.finding import Finding
from checks.functions import Function
from checks.memory import Memory
from checks.show import number
from checks.tolerance import close

__all__ = ["explain_padding"]


class _Cause(NamedTuple):
    """One way to pad otherwise: its code, and what to say after the tensor's name."""

    code: str
    says: str


def explain_padding(
    answer: tuple[Observed, ...],
    reference: tuple[Observed, ...],
    check: Function,
    found: Finding,
) -> Difference | None:
    """The finding, named by what explains every trial that fails; None if nothing does."""
    if rank(found.code) < rank("flattened"):
        return None
    causes: list[tuple[str, _Cause]] = []
    for left, right in zip(answer, reference, strict=True):
        if left.raised is not None or left.value is None or right.value is None:
            return None
        scene = Scene(
            subject=check.target,
            actual=Memory(left.storages),
            expected=Memory(right.storages),
            relax=check.relax,
        )
        if compare_values(left.value, right.value, scene) is None:
            continue
        seen = _first(left, right, scene)
        if seen is None:
            return None
        causes.append(seen)
    if not causes or len({cause.code for _, cause in causes}) > 1:
        return None
    path, cause = causes[0]
    return Difference(
        code=cause.code,
        message=f"In `{check.target}(batch){path}`, {cause.says}",
        expected=found.expected,
        actual=found.actual,
        details=found.details,
    )


def _first(answer: Observed, reference: Observed, scene: Scene) -> tuple[str, _Cause] | None:
    """The padded tensor that differs, by its path, and how; what else differs must follow."""
    sequences = list(_sequences(reference))
    assert answer.value is not None  # noqa: S101  # for the type checker: the caller looked
    assert reference.value is not None  # noqa: S101  # for the type checker: the caller looked
    found: tuple[str, _Cause] | None = None
    others: list[tuple[Value, Value]] = []
    for path, actual, expected in _pairs(answer.value, reference.value, ""):
        if compare_values(actual, expected, scene) is None:
            continue
        cause = None
        if found is None and isinstance(actual, Tensor) and isinstance(expected, Tensor):
            try:
                live = scene.actual.tensor(actual), scene.expected.tensor(expected)
            except CodecError:
                return None
            cause = next((c for s in sequences if (c := _cause(*live, s)) is not None), None)
        if cause is None:
            others.append((actual, expected))
        else:
            found = path, cause
    return found if found is not None and all(_longer(*pair) for pair in others) else None


def _longer(actual: Value, expected: Value) -> bool:
    """Whether one tensor is longer than the other, as a mask is for a longer padding."""
    if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
        return False
    a, e = actual.shape, expected.shape
    return len(a) == len(e) > 1 and a[1] != e[1] and (a[0], *a[2:]) == (e[0], *e[2:])


def _pairs(actual: Value, expected: Value, path: str) -> Iterator[tuple[str, Value, Value]]:
    """The parts of two results, as far as they are built alike."""
    match actual, expected:
        case (List(items=a), List(items=e)) | (Tuple(items=a), Tuple(items=e)) if len(a) == len(e):
            for i, (left, right) in enumerate(zip(a, e, strict=True)):
                yield from _pairs(left, right, f"{path}[{i}]")
        case Dict(items=a), Dict(items=e) if [k for k, _ in a] == [k for k, _ in e]:
            for (key, left), (_, right) in zip(a, e, strict=True):
                label = getattr(key, "value", "…")
                yield from _pairs(left, right, f"{path}[{label!r}]")
        case _:
            yield path, actual, expected


def _sequences(reference: Observed) -> Iterator[list[torch.Tensor]]:
    """Every part of the samples that is a tensor of one or more dimensions in each of them."""
    trial = reference.trial
    batch = (trial.inputs or {}).get("batch") if trial is not None else None
    if trial is None or not isinstance(batch, List | Tuple):
        return
    memory = Memory(trial.storages)
    rows = [_parts(item) for item in batch.items]
    for column in range(min((len(row) for row in rows), default=0)):
        values = [row[column] for row in rows]
        if all(isinstance(v, Tensor) and v.shape for v in values):
            yield [memory.tensor(v) for v in values if isinstance(v, Tensor)]


def _parts(sample: Value) -> list[Value]:
    match sample:
        case List(items=items) | Tuple(items=items):
            return list(items)
        case Dict(items=pairs):
            return [value for _, value in pairs]
        case _:
            return [sample]


def _cause(
    actual: torch.Tensor, expected: torch.Tensor, sequences: list[torch.Tensor]
) -> _Cause | None:
    """How `actual` pads these sequences, where `expected` pads them otherwise."""
    side = _side(expected, sequences)
    if side is None or actual.dim() != expected.dim():
        return None
    ours = _side(actual, sequences)
    if ours is None:
        return None
    longest = max(len(s) for s in sequences)
    if actual.shape[1] != expected.shape[1]:
        wanted = "the longest sequence of this batch"
        if expected.shape[1] != longest:
            wanted = f"{expected.shape[1]}"
        return _Cause(
            "wrong-padding",
            f"the sequences are padded to {actual.shape[1]}; they should be padded to {wanted}"
            f"{f' ({longest})' if expected.shape[1] == longest else ''}.",
        )
    if ours != side:
        names = ("after", "before")
        return _Cause(
            "other-side",
            f"the padding stands {names[ours]} each sequence, but it belongs {names[side]} it.",
        )
    values = [_padding(tensor, sequences, side) for tensor in (actual, expected)]
    if None in values or values[0] == values[1]:
        return None
    return _Cause(
        "wrong-padding",
        f"the padding is {number(values[0] or 0.0)}, but {number(values[1] or 0.0)} is expected.",
    )


def _side(padded: torch.Tensor, sequences: list[torch.Tensor]) -> int | None:
    """0 where each row begins with its sequence, 1 where it ends with it, else None."""
    if padded.dim() < 2 or padded.shape[0] != len(sequences):
        return None
    if any(len(s) > padded.shape[1] or s.shape[1:] != padded.shape[2:] for s in sequences):
        return None
    for side in (0, 1):
        rows = zip(padded, sequences, strict=True)
        if all(bool(close(_content(row, s, side), s).all()) for row, s in rows):
            return side
    return None


def _content(row: torch.Tensor, sequence: torch.Tensor, side: int) -> torch.Tensor:
    return row[len(row) - len(sequence) :] if side else row[: len(sequence)]


def _padding(padded: torch.Tensor, sequences: list[torch.Tensor], side: int) -> float | None:
    """The one value of the padding, or None."""
    parts = [
        row[: len(row) - len(s)] if side else row[len(s) :]
        for row, s in zip(padded, sequences, strict=True)
    ]
    values = {float(x) for part in parts for x in part.reshape(-1).tolist()}
    return values.pop() if len(values) == 1 else None
