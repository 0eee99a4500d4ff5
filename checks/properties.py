"""The check `property`."""

from __future__ import annotations

import ast
import random
from typing import ClassVar, Literal

import msgspec
import torch

from checks.base import Tolerance
from checks.codec import CodecError
from checks.data import Array, Bool, Float, Int, List, Observed, Tensor, Trial, Tuple, Value
from checks.diagnosis.lacks import Lack, Look, cell, worst
from checks.diagnosis.matrices import MATRIX_TESTS, SQUARE
from checks.diagnosis.properties import SLICE_TESTS, VALUE_TESTS
from checks.diagnosis.types import wrong_type
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.show import shape_of, show
from checks.targets import TargetCheck
from checks.tolerance import Relax, tolerances, wide

__all__ = ["Property"]

_TRIALS = 4
_LARGEST = 2_000
_COMPLEX = frozenset(
    {"orthogonal", "orthonormal-columns", "orthonormal-rows", "diagonal", "symmetric"}
)

Name = Literal[
    "rows-sum-to-one",
    "columns-sum-to-one",
    "sums-to-one",
    "probabilities",
    "zero-mean",
    "unit-norm",
    "in-unit-interval",
    "non-negative",
    "positive",
    "whole-numbers",
    "zeros-and-ones",
    "increasing",
    "decreasing",
    "non-decreasing",
    "non-increasing",
    "permutation",
    "one-hot",
    "distinct",
    "symmetric",
    "antisymmetric",
    "diagonal",
    "lower-triangular",
    "upper-triangular",
    "orthogonal",
    "orthonormal-columns",
    "orthonormal-rows",
    "permutation-matrix",
    "positive-definite",
    "invertible",
]


class Property(TargetCheck, frozen=True, kw_only=True):
    """A property of a tensor, for when many answers are right.

        - property: p
          is: rows-sum-to-one
        - property: standardise(torch.rand(5, 3))
          is: zero-mean
          dim: 0
        - property: losses
          is: decreasing

    Only the property counts, neither the shape nor the dtype: add `shape` and `dtype` where they
    are asked for. The solution must have it, too. A call is tried under several seeds. A list of
    numbers counts as a tensor where the solution's value is one. Matrix properties are those of
    the last two dimensions.

    Attributes:
        is: the property. ``increasing`` and ``decreasing`` are strict.
        dim: the dimension that it holds along, for those that have one. By itself it is the last
            one, and the whole tensor for ``sums-to-one``, ``zero-mean`` and ``distinct``.
        atol: how far off a number may be, instead of what is usual for the dtype.
    """

    name: ClassVar[str] = "property"

    property_: Name = msgspec.field(name="is")
    dim: int | None = None
    atol: Tolerance | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        fixed = self.property_ in ("rows-sum-to-one", "columns-sum-to-one")
        if self.dim is not None and (fixed or self.property_ not in SLICE_TESTS):
            raise ValueError(f"`dim` has no meaning for {self.property_}")

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Several seeds where the target is more than a name."""
        named = isinstance(ast.parse(self.target.strip(), mode="eval").body, ast.Name)
        return tuple(Trial(seed=rng.getrandbits(31)) for _ in range(1 if named else _TRIALS))

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """That the property is missing, and where."""
        truth = _tensor(expected, scene.expected)
        if truth is None:
            message = f"the solution's `{self.target}` is no tensor and no list of numbers"
            return Difference(code="lesson-error", message=message)
        fault = self._missing(truth, expected, scene)
        if fault is not None:
            message = f"the solution is not {self.property_}: {fault.message}"
            return Difference(code="lesson-error", message=message)
        if isinstance(expected, Tensor | Array) and not isinstance(actual, Tensor | Array):
            return wrong_type(actual, expected, scene, "")
        found = _tensor(actual, scene.actual)
        if found is None:
            return wrong_type(actual, expected, scene, "")
        if truth.numel() and not found.numel():
            message = f"`{self.target}` is empty: there is no number in it."
            return Difference(code="empty", message=message, actual=show(actual, scene.actual))
        return self._missing(found, actual, scene)

    def _missing(self, tensor: torch.Tensor, value: Value, scene: Scene) -> Difference | None:
        unfit = self._unfit(tensor)
        if unfit is not None:
            return unfit
        lack = self._lack(tensor)
        if lack is None:
            return None
        return Difference(
            code="lacks-property",
            message=f"{lack.says} {lack.hint}".strip(),
            expected=self.property_.replace("-", " "),
            actual=show(value, scene.actual),
            details={
                "property": self.property_,
                "index": list(lack.index),
                "count": int(lack.bad.sum()),
                "total": lack.bad.numel(),
            },
            subject=self.target,
        )

    def _unfit(self, tensor: torch.Tensor) -> Difference | None:
        """Why the property has no meaning for such a tensor."""
        found = self._unfit_shape(tensor)
        if found is not None:
            return found
        matrix = self.property_ in MATRIX_TESTS
        if tensor.is_complex() and self.property_ not in _COMPLEX:
            message = f"`{self.target}` holds complex numbers, where real ones are expected."
            return Difference(code="wrong-dtype", message=message)
        lost = ~torch.isfinite(wide(tensor)) if matrix else torch.isnan(wide(tensor))
        if not bool(lost.any()):
            return None
        index = worst(lost.to(torch.uint8))
        value = wide(tensor)[index].item()
        message = f"`{cell(self.target, index)}` is {value}."
        return Difference(code="not-finite", message=message, details={"index": list(index)})

    def _unfit_shape(self, tensor: torch.Tensor) -> Difference | None:
        has = f"`{self.target}` has shape {shape_of(tuple(tensor.shape))}"
        matrix = self.property_ in MATRIX_TESTS or self.property_ == "columns-sum-to-one"
        dim = self._dim(tensor)
        if tensor.dim() < (2 if matrix else 1) and (matrix or dim is not None):
            wanted = "a matrix" if matrix else "a tensor with a dimension"
            return Difference(code="missing-dimension", message=f"{has}, but {wanted} is expected.")
        if dim is not None and not 0 <= dim < tensor.dim():
            message = f"{has}, which has no dimension {self.dim}."
            return Difference(code="missing-dimension", message=message)
        if self.property_ in SQUARE and tensor.shape[-1] != tensor.shape[-2]:
            message = f"{has}, but only a square matrix can be {self.property_}."
            return Difference(code="wrong-shape", message=message)
        if self.property_ in MATRIX_TESTS and max(tensor.shape[-2:]) > _LARGEST:
            return Difference(code="too-large", message=f"{has}: too large to be looked at.")
        return None

    def _dim(self, tensor: torch.Tensor) -> int | None:
        """The dimension, counted from the front."""
        usual = SLICE_TESTS.get(self.property_, (None, None))[1]
        dim = usual if self.dim is None else self.dim
        return dim if dim is None or dim >= 0 else dim + tensor.dim()

    def _lack(self, tensor: torch.Tensor) -> Lack | None:
        names = str(tensor.dtype).removeprefix("torch.")
        rtol = None if self.atol is None else 0.0
        rtol, atol = tolerances(names, names, Relax(rtol=rtol, atol=self.atol))
        numbers = wide(tensor)
        if not numbers.is_complex():
            numbers = numbers.to(torch.float64)
        dim = self._dim(tensor)
        look = Look(tensor=numbers, subject=self.target, dim=dim, rtol=rtol, atol=atol)
        if self.property_ in SLICE_TESTS:
            return SLICE_TESTS[self.property_][0](look)
        return (VALUE_TESTS | MATRIX_TESTS)[self.property_](look)

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or have it, or lack it in the same places."""
        if left.value is None or right.value is None:
            return super().alike(left, right, reference)
        sides = [self._signature(left), self._signature(right)]
        return bool(sides[0] == sides[1])

    def _signature(self, observed: Observed) -> tuple[object, ...]:
        """How the property is missing; the same for all values that have it."""
        assert observed.value is not None  # the caller looked  # noqa: S101  # for the type checker: the caller looked
        tensor = _tensor(observed.value, Memory(observed.storages))
        if tensor is None:
            return (type(observed.value).__name__,)
        unfit = self._unfit(tensor)
        if unfit is not None or not tensor.numel():
            return (unfit.code if unfit is not None else "empty", tuple(tensor.shape))
        lack = self._lack(tensor)
        if lack is None:
            return ("holds",)
        return (lack.hint, tuple(lack.bad.shape), lack.bad.flatten().tolist())


def _tensor(value: Value, memory: Memory) -> torch.Tensor | None:  # noqa: PLR0911  # one case per kind
    """The tensor, or a list of numbers as one; None where it is neither."""
    match value:
        case Array(tensor=tensor):
            return _tensor(tensor, memory)
        case Tensor():
            try:
                return memory.tensor(value)
            except CodecError:
                return None
        case Float(value=number) | Bool(value=number):
            return torch.tensor(number, dtype=torch.float64)
        case Int(digits=digits) if len(digits) < 18:
            return torch.tensor(value.value, dtype=torch.int64)
        case List(items=items) | Tuple(items=items) if items:
            found = [_tensor(item, memory) for item in items]
            cells = [t for t in found if t is not None and not t.dim() and not t.is_complex()]
            if len(cells) == len(items):
                return torch.stack([t.to(torch.float64) for t in cells])
    return None
