"""Comparing two observed values, containers and all; the first difference in teaching order."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeAlias

import msgspec
import torch

from checks.codec import CodecError
from checks.codes import rank
from checks.data import (
    Array,
    Bool,
    Bytes,
    Complex,
    Device,
    Dict,
    Dtype,
    Float,
    Int,
    List,
    Nothing,
    Observed,
    Opaque,
    Set,
    Size,
    Str,
    Tensor,
    Tuple,
    Value,
)
from checks.diagnosis.dtypes import wrong_device, wrong_dtype
from checks.diagnosis.shapes import wrong_shape
from checks.diagnosis.types import wrong_type
from checks.diagnosis.values import wrong_scalar, wrong_values
from checks.difference import Difference, Scene, equality, first
from checks.identity import identity
from checks.matching import best_order, in_order
from checks.memory import Memory
from checks.relaxing import of_one_kind
from checks.show import count, kind_of, show
from checks.tolerance import Relax, close

__all__ = ["alike", "compare_values", "told_apart_alike"]

_Number: TypeAlias = Bool | Int | Float | Complex


_COMMON = (torch.float32, torch.float64, torch.int64, torch.bool)
"""Dtypes in which being equal to the last bit is quickly found out."""


def compare_values(  # one case per pair of kinds  # noqa: C901, PLR0911  # one case per kind
    actual: Value, expected: Value, scene: Scene, path: str = ""
) -> Difference | None:
    """The first difference, or None. Never broadcasts, never raises for what `actual` is."""
    if scene.relax.any_type:
        actual, expected, scene = of_one_kind(actual, expected, scene)
    match actual, expected:
        case _, Opaque(kind=kind, text=text):
            return Difference(
                code="lesson-error",
                message=f"the solution's `{scene.subject}{path}` is a {kind} ({text}), "
                "which cannot be compared",
            )
        case Tensor(), Tensor():
            return _tensors(actual, expected, scene, path)
        case Array(), Array():
            return _tensors(actual.tensor, expected.tensor, scene, path)
        case (List(items=left), List(items=right)) | (Tuple(items=left), Tuple(items=right)):
            return _sequences(left, right, scene, path, (actual, expected))
        case Dict(), Dict():
            return _dicts(actual, expected, scene, path)
        case (Size(), Size() | Tuple()) | (Tuple(), Size()):
            same = _dims(actual) == _dims(expected)
            return None if same else _plain(actual, expected, scene, path, "wrong-shape")
        case (Int() | Float() | Complex(), Int() | Float() | Complex()) if type(actual) is type(
            expected
        ):
            return _numbers(actual, expected, scene, path)
        case (Bool() | Int() | Float() | Complex(), Bool() | Int() | Float() | Complex()) if (
            scene.relax.any_dtype
        ):
            return _numbers(actual, expected, scene, path)
        case (
            (Bool(), Bool())
            | (Str(), Str())
            | (Bytes(), Bytes())
            | (Nothing(), Nothing())
            | (Device(), Device())
        ):
            same = actual == expected
            return None if same else _plain(actual, expected, scene, path, "wrong-values")
        case Dtype(), Dtype():
            return (
                None if actual == expected else _plain(actual, expected, scene, path, "wrong-dtype")
            )
        case Set(), Set():
            return _sets(actual, expected, scene, path)
    return wrong_type(actual, expected, scene, path)


def _dims(value: Value) -> tuple[object, ...] | None:
    if isinstance(value, Tuple):
        return tuple(item.value if isinstance(item, Int) else None for item in value.items)
    return value.dims if isinstance(value, Size) else None


def _tensors(actual: Tensor, expected: Tensor, scene: Scene, path: str) -> Difference | None:
    relax = scene.relax
    if relax.shapes and actual.shape != expected.shape:
        return wrong_shape(actual, expected, scene, path)
    if relax.dtypes and not relax.any_dtype and actual.dtype != expected.dtype:
        return wrong_dtype(actual, expected, scene, path)
    if relax.devices and not relax.any_device and actual.device != expected.device:
        return wrong_device(actual, expected, scene, path)
    if not relax.values or expected.storage is None:
        return None
    if scene.actual.same_bits(actual, expected, scene.expected):
        return None
    return _cells(actual, expected, scene, path)


def _cells(actual: Tensor, expected: Tensor, scene: Scene, path: str) -> Difference | None:
    relax = scene.relax
    try:
        target = scene.expected.tensor(expected)
    except CodecError as error:
        return Difference(code="lesson-error", message=str(error))
    try:
        found = scene.actual.tensor(actual)
    except CodecError:
        return wrong_device(actual, expected, scene, path)
    if found.dtype in _COMMON and found.dtype == target.dtype and torch.equal(found, target):
        return None
    equal = close(found, target, relax, terms=scene.terms)
    if bool(equal.all()):
        return None
    order = best_order(found, target, relax, scene.terms) if relax.any_order else None
    if order is not None:
        found = in_order(found, order)
        equal = close(found, target, relax, terms=scene.terms)
        if bool(equal.all()):
            return None
    return wrong_values((actual, expected), (found, target), equal, scene, path)


def _sequences(
    actual: tuple[Value, ...],
    expected: tuple[Value, ...],
    scene: Scene,
    path: str,
    whole: tuple[Value, Value],
) -> Difference | None:
    if len(actual) != len(expected):
        return Difference(
            code="wrong-length",
            message=f"`{scene.subject}{path}` is {kind_of(whole[0])}, "
            f"but {count(len(expected), 'item')} {'is' if len(expected) == 1 else 'are'} expected.",
            expected=show(whole[1], scene.expected),
            actual=show(whole[0], scene.actual),
            details={"path": path},
            subject=scene.subject + path,
        )
    if scene.relax.any_order:
        actual = _matched(actual, expected, scene)
    found = [
        difference
        for i, (left, right) in enumerate(zip(actual, expected, strict=True))
        if (difference := compare_values(left, right, scene, f"{path}[{i}]")) is not None
    ]
    return first(found)


def _matched(
    actual: tuple[Value, ...], expected: tuple[Value, ...], scene: Scene
) -> tuple[Value, ...]:
    """`actual` with every item that equals an expected one put in its place."""
    if len(expected) > 200 or len(actual) != len(expected):
        return actual
    left = list(actual)
    placed: list[Value | None] = []
    for want in expected:
        hit = next((v for v in left if compare_values(v, want, scene) is None), None)
        placed.append(hit)
        if hit is not None:
            left.remove(hit)
    rest = iter(left)
    return tuple(next(rest) if value is None else value for value in placed)


def _dicts(actual: Dict, expected: Dict, scene: Scene, path: str) -> Difference | None:
    left = {identity(key, scene.actual): (key, item) for key, item in actual.items}
    right = {identity(key, scene.expected): (key, item) for key, item in expected.items}
    missing = [show(key, scene.expected, 60) for k, (key, _) in right.items() if k not in left]
    extra = [show(key, scene.actual, 60) for k, (key, _) in left.items() if k not in right]
    if missing or extra:
        parts = [f"the key {k} is missing" for k in missing[:3]]
        parts += [f"the key {k} is not expected" for k in extra[:3]]
        return Difference(
            code="wrong-keys",
            message=f"In `{scene.subject}{path}`, {' and '.join(parts)}.",
            expected=f"keys {_listed(right, scene.expected)}",
            actual=f"keys {_listed(left, scene.actual)}",
            details={"path": path, "missing": missing[:20], "extra": extra[:20]},
            subject=scene.subject + path,
        )
    found = []
    for k, (key, want) in right.items():
        here = f"{path}[{show(key, scene.expected, 60)}]"
        difference = compare_values(left[k][1], want, scene, here)
        if difference is not None:
            found.append(difference)
    return first(found)


def _listed(pairs: Mapping[Hashable, tuple[Value, Value]], memory: Memory) -> str:
    return ", ".join(show(key, memory, 60) for key, _ in pairs.values())[:200]


def _sets(actual: Set, expected: Set, scene: Scene, path: str) -> Difference | None:
    """Two sets; what is not the very same in both may still be close, as floats are."""
    left = {identity(item, scene.actual): item for item in actual.items}
    right = {identity(item, scene.expected): item for item in expected.items}
    mine = tuple(item for key, item in left.items() if key not in right)
    theirs = tuple(item for key, item in right.items() if key not in left)
    pairs = zip(_matched(mine, theirs, scene), theirs, strict=False)
    same = len(mine) == len(theirs) and all(compare_values(a, e, scene) is None for a, e in pairs)
    return None if same else _plain(actual, expected, scene, path, "wrong-values")


def _numbers(actual: _Number, expected: _Number, scene: Scene, path: str) -> Difference | None:
    if not scene.relax.values:
        return None
    left, right = _number(actual), _number(expected)
    if left == right:
        return None
    relax = scene.relax
    tolerant = relax.rtol is not None or relax.atol is not None
    if (not isinstance(right, int) or tolerant) and _ordinary(left) and _ordinary(right):
        # A Python float mostly comes out of a float32 tensor, so it is compared as one.
        rtol = 1.3e-6 if relax.rtol is None else relax.rtol
        atol = 1e-5 if relax.atol is None else relax.atol
        a, e = (torch.tensor(complex(x), dtype=torch.complex128) for x in (left, right))
        if bool(torch.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)):
            return None
    return wrong_scalar((actual, expected), (left, right), scene, path)


def _number(value: _Number) -> complex:
    return complex(value.real, value.imag) if isinstance(value, Complex) else value.value


def _ordinary(value: complex) -> bool:
    return not isinstance(value, int) or abs(value) < 2**1000


def _plain(actual: Value, expected: Value, scene: Scene, path: str, code: str) -> Difference | None:
    """A difference that needs no explanation."""
    wanted = code != "wrong-shape" or scene.relax.shapes
    if not wanted or (code == "wrong-values" and not scene.relax.values):
        return None
    texts = show(actual, scene.actual), show(expected, scene.expected)
    return Difference(
        code=code,
        message=f"`{scene.subject}{path}` is {texts[0]}, but {texts[1]} is expected.",
        expected=texts[1],
        actual=texts[0],
        details={"path": path},
        subject=scene.subject + path,
    )


def alike(left: Observed, right: Observed, relax: Relax) -> bool:
    """Whether two observed values cannot be told apart."""
    if left.value is None or right.value is None:
        return left.value is right.value
    if isinstance(left.value, Opaque) and isinstance(right.value, Opaque):
        return left.value.kind == right.value.kind
    return _observed_difference(left, right, relax) is None


def told_apart_alike(left: Observed, right: Observed, reference: Observed, relax: Relax) -> bool:
    """Whether two values differ from the reference's in the same way, before any value counts."""
    found = [_observed_difference(observed, reference, relax) for observed in (left, right)]
    codes = {"" if difference is None else difference.code for difference in found}
    if len(codes) != 1 or rank(codes.pop()) >= rank("not-finite"):
        return False
    return alike(left, right, msgspec.structs.replace(relax, values=False))


def _observed_difference(left: Observed, right: Observed, relax: Relax) -> Difference | None:
    if left.value is None or right.value is None:
        return Difference(code="unobserved", message="")
    scene = equality(Memory(left.storages), Memory(right.storages), relax, terms=right.terms)
    return compare_values(left.value, right.value, scene)
