"""The check `finite`."""

from __future__ import annotations

import cmath
from typing import Any, ClassVar

import msgspec
import torch

from checks.codec import CodecError
from checks.data import Array, Complex, Float, Int, Observed, Opaque, Tensor, Trial, Value
from checks.diagnosis.infinities import why_not_finite
from checks.diagnosis.types import wrong_type
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.show import show
from checks.targets import TargetCheck, module_state
from checks.tolerance import wide
from checks.tracing import trace_origin
from checks.walk import leaves
from checks.world import World

__all__ = ["Finite"]

_Number = Tensor | Int | Float | Complex


class Finite(TargetCheck, frozen=True, kw_only=True):
    """No number is NaN or infinite, in a tensor, a container or a module's parameters.

        - finite: loss
        - finite: log_softmax(1000 * x)
        - finite: w.grad
        - finite: model

    Only that counts: neither the shape nor the values. Where a number is lost, the operation that
    lost it is looked for by running the answer once more.
    """

    name: ClassVar[str] = "finite"

    def seen(self, thing: Any) -> Any:
        """A module's parameters and buffers, by name; anything else as it is."""
        return module_state(thing)

    def _observe(self, world: World, trial: Trial) -> Observed:
        observed = super()._observe(world, trial)
        lost = observed.value is not None and _first_lost(observed.value, observed.storages)
        if not lost:
            return observed
        origin = trace_origin(world, self.target, trial.seed)
        after = {} if origin is None else {"origin": origin}
        return msgspec.structs.replace(observed, after=after)

    def _difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        found = super()._difference(answer, reference, source)
        if found is None or found.code != "not-finite":
            return found
        dtype = str(found.details.get("dtype", ""))
        what = str(found.details.get("what", ""))
        why, line = why_not_finite(answer.after.get("origin"), what, dtype, source, self.target)
        return msgspec.structs.replace(found, message=f"{found.message} {why}".strip(), line=line)

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """The first number that is lost; or that there are none at all."""
        wanted = _numbers(expected)
        fault = _fault(expected, scene)
        if not wanted or fault:
            reason = fault or "holds no numbers"
            return Difference(
                code="lesson-error", message=f"the solution's `{self.target}` {reason}"
            )
        if isinstance(expected, Tensor | Array) and not isinstance(actual, Tensor | Array):
            return wrong_type(actual, expected, scene, "")
        for path, leaf in leaves(actual):
            if isinstance(leaf, Opaque):
                message = f"`{self.target}{path}` is a {leaf.kind} ({leaf.text}), not numbers."
                return Difference(code="wrong-type", message=message, actual=leaf.text)
        return self._empty(actual, expected, scene) or _lost(actual, scene)

    def _empty(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        if any(_size(number) for number in _numbers(actual)) or not any(
            _size(number) for number in _numbers(expected)
        ):
            return None
        if not _numbers(actual):
            return wrong_type(actual, expected, scene, "")
        return Difference(
            code="empty",
            message=f"`{self.target}` is empty: there is no number in it.",
            expected=show(expected, scene.expected),
            actual=show(actual, scene.actual),
        )

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or lost the same numbers, or none."""
        if left.value is None or right.value is None:
            return super().alike(left, right, reference)
        masks = [_pattern(observed) for observed in (left, right)]
        return bool(masks[0] == masks[1])


def _numbers(value: Value) -> list[_Number]:
    return [leaf for _, leaf in leaves(value) if isinstance(leaf, Tensor | Int | Float | Complex)]


def _size(number: _Number) -> int:
    if not isinstance(number, Tensor):
        return 1
    size = 1
    for n in number.shape:
        size *= n
    return size


def _bad_cells(number: _Number, memory: Memory) -> torch.Tensor:
    """Which numbers are lost."""
    match number:
        case Tensor(storage=None):
            return torch.zeros((), dtype=torch.bool)
        case Tensor():
            return ~torch.isfinite(wide(memory.tensor(number)))
        case Float(value=value):
            return ~torch.isfinite(torch.tensor(value, dtype=torch.float64))
        case Complex(real=real, imag=imag):
            return ~torch.isfinite(torch.tensor(complex(real, imag), dtype=torch.complex128))
    return torch.zeros((), dtype=torch.bool)


def _fault(expected: Value, scene: Scene) -> str:
    for path, leaf in leaves(expected):
        if isinstance(leaf, Opaque):
            return f"holds a {leaf.kind} ({leaf.text}), which cannot be looked at"
        if isinstance(leaf, _Number) and bool(_bad_cells(leaf, scene.expected).any()):
            return f"is not finite itself{f', at {path}' if path else ''}"
    return ""


def _first_lost(value: Value, storages: tuple[bytes, ...]) -> bool:
    memory = Memory(storages)
    return any(bool(_bad_cells(number, memory).any()) for number in _numbers(value))


def _lost(actual: Value, scene: Scene) -> Difference | None:
    for path, leaf in leaves(actual):
        if not isinstance(leaf, _Number):
            continue
        try:
            bad = _bad_cells(leaf, scene.actual)
        except CodecError:
            return Difference(code="unobserved", message=f"`{scene.subject}{path}` has no data.")
        if bool(bad.any()):
            return _described(leaf, bad, scene, path)
    return None


def _described(leaf: _Number, bad: torch.Tensor, scene: Scene, path: str) -> Difference:
    place = [int(i) for i in bad.nonzero()[0]] if bad.dim() else []
    if isinstance(leaf, Tensor):
        cell: complex = wide(scene.actual.tensor(leaf))[tuple(place)].item()
        dtype = leaf.dtype
    else:
        cell = complex(leaf.real, leaf.imag) if isinstance(leaf, Complex) else leaf.value
        dtype = ""
    what = "nan" if cmath.isnan(cell) else "inf" if type(cell) is complex else str(cell)
    where = f" at {place}" if place else ""
    many = int(bad.sum())
    says = f"`{scene.subject}{path}` is {what}{where}"
    if many > 1 and many == bad.numel():
        says += f", and none of its {many} numbers is finite"
    elif many > 1:
        says += f", and {many} of its {bad.numel()} numbers are not finite"
    return Difference(
        code="not-finite",
        message=f"{says}.",
        expected="only finite numbers",
        actual=show(leaf, scene.actual),
        details={
            "path": path,
            "index": place,
            "count": many,
            "total": bad.numel(),
            "what": what,
            "dtype": dtype,
        },
        subject=scene.subject + path,
    )


def _pattern(observed: Observed) -> list[tuple[str, tuple[int, ...], list[int]]] | str:
    """Where numbers are lost; nothing at all for a value that passes."""
    memory = Memory(observed.storages)
    assert observed.value is not None  # the caller looked  # noqa: S101  # for the type checker: the caller looked
    found: list[tuple[str, tuple[int, ...], list[int]]] = []
    numbers = 0
    for path, leaf in leaves(observed.value):
        if isinstance(leaf, _Number):
            numbers += _size(leaf)
            bad = _bad_cells(leaf, memory)
            if bool(bad.any()):
                found.append((path, tuple(bad.shape), bad.flatten().nonzero().flatten().tolist()))
    return found if numbers else type(observed.value).__name__
