"""The check `shares_storage`."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
import numpy as np
import torch

from checks.base import Expression, check_expression
from checks.data import Array, Int, Nothing, Observed, Tensor, Trial, Tuple, Value
from checks.diagnosis.lacks import cell
from checks.diagnosis.raising import what_raised
from checks.diagnosis.views import find_view
from checks.diagnosis.writes import find_copy
from checks.difference import Difference
from checks.pairs import PairCheck
from checks.show import kind_of
from checks.snapshot import is_tensor
from checks.world import World

__all__ = ["SharesStorage"]

_T = torch.Tensor
_untyped_storage, _numel, _from_numpy = _T.untyped_storage, _T.numel, torch.from_numpy
_Extent: TypeAlias = tuple[int, int]
_MOST = 1_000_000


class SharesStorage(PairCheck, frozen=True, kw_only=True):
    """Whether two tensors share memory, so that writing into one changes the other.

        - shares_storage: [x, y]              # a view, or a copy: as in the solution
        - shares_storage: [x, "f(x)"]
        - shares_storage: [best, "model.weight"]

    Where the two share memory in the solution, they must in the answer; where they do not, they
    must not. NumPy arrays may be among them.
    """

    name: ClassVar[str] = "shares_storage"

    target: Annotated[tuple[Expression, ...], msgspec.Meta(min_length=2, max_length=2)]

    def __post_init__(self) -> None:
        for expression in self.target:
            check_expression(expression, "the target")

    @property
    def subject(self) -> str:
        """Both expressions."""
        return ", ".join(self.target)

    def look(self, world: World, trial: Trial) -> Observed:
        """Both tensors, and where their memory begins and ends."""
        world.seed(trial.seed)
        attempt = world.attempt("target", lambda: [world.evaluate(e) for e in self.target])
        if attempt.raised is not None:
            return Observed(raised=attempt.raised)
        values, storages = world.look(dict(zip(self.target, attempt.value, strict=True)))
        extents = world.attempt("look", lambda: [_extent(thing) for thing in attempt.value])
        return Observed(
            value=Tuple(tuple(extents.value or ())),
            after=values,
            storages=storages,
            raised=extents.raised,
        )

    def fault(self, reference: Observed) -> str:
        """The solution raised, or has no memory to speak of."""
        unshared = _shared(reference) is None
        return super().fault(reference) or (
            f"`{self.subject}` are not two tensors with memory" if unshared else ""
        )

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """A copy instead of shared memory, or the other way round."""
        if answer.raised is not None:
            return what_raised(answer.raised, self.subject, source)
        found = _shared(answer)
        if found is None:
            return self._no_memory(answer)
        if found == _shared(reference):
            return None
        whole, part = self.target
        if found:
            first, second = _same_place(self.target, answer)
            view = find_view(source, part) or find_view(source, whole)
            hint = f"{view} " if view else ""
            return Difference(
                code="shared-memory",
                message=f"`{part}` shares the memory of `{whole}`: changing `{first}` changes "
                f"`{second}`, too. {hint}`.clone()` makes a copy.",
                expected="memory of its own",
                actual="shared memory",
            )
        copy = find_copy(source, part) or find_copy(source, whole)
        hint = f" `{copy[1]}` on line {copy[0]} copies." if copy else ""
        first = _first_cell(part, answer.after.get(part, Nothing()))
        return Difference(
            code="copied",
            message=f"`{part}` is a copy: changing `{first}` does not change `{whole}`.{hint}",
            expected="shared memory",
            actual="memory of its own",
            line=copy[0] if copy else None,
        )

    def _no_memory(self, answer: Observed) -> Difference:
        for expression in self.target:
            value = answer.after.get(expression)
            value = value.tensor if isinstance(value, Array) else value
            if value is not None and not isinstance(value, Tensor):
                message = f"`{expression}` is {kind_of(value)}, but a tensor is expected."
                return Difference(code="wrong-type", message=message, actual=kind_of(value))
            if isinstance(value, Tensor) and not math.prod(value.shape):
                message = f"`{expression}` is empty: it has no memory to share."
                return Difference(code="empty", message=message)
        return Difference(code="unobserved", message="The answer's process gave no memory.")

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Both share memory, or neither does."""
        return _shared(left) == _shared(right)


def _extent(thing: Any) -> Value:
    """Where the memory of a tensor begins and ends; Nothing where there is none."""
    if type(thing) is np.ndarray:
        thing = _from_numpy(thing)
    if not is_tensor(thing) or not _numel(thing):
        return Nothing()
    memory = _untyped_storage(thing)
    start, size = memory.data_ptr(), memory.nbytes()
    return Tuple((Int(hex(start)), Int(hex(start + size)))) if start and size else Nothing()


def _shared(observed: Observed) -> bool | None:
    """Whether the two stretches of memory overlap; None where there are no two."""
    match observed.value:
        case Tuple(items=(Tuple(items=(Int(), Int()) as one), Tuple(items=(Int(), Int()) as two))):
            a, b = _numbers(one), _numbers(two)
            return max(a[0], b[0]) < min(a[1], b[1])
    return None


def _numbers(items: tuple[Value, ...]) -> _Extent:
    first, second = (item.value if isinstance(item, Int) else 0 for item in items)
    return first, second


def _first_cell(name: str, value: Value) -> str:
    dims = len(value.shape) if isinstance(value, Tensor) else 1
    return cell(name, (0,) * dims)


def _same_place(names: tuple[str, ...], observed: Observed) -> tuple[str, str]:
    """An element of the second tensor, and the element of the first at the same place."""
    whole, part = names
    one, two = (observed.after.get(name) for name in names)
    found = (part, whole)
    if not isinstance(one, Tensor) or not isinstance(two, Tensor) or one.storage != two.storage:
        return found
    if one.dtype != two.dtype or not 0 < math.prod(one.shape) <= _MOST:
        return found
    places = torch.zeros(one.shape, dtype=torch.int64)
    for axis, step in enumerate(one.stride):
        view = [1] * len(one.shape)
        view[axis] = -1
        places += (torch.arange(one.shape[axis]) * step).view(view)
    hits = (places + one.offset == two.offset).nonzero()
    if not len(hits):
        return found
    return _first_cell(part, two), cell(whole, hits[0].tolist())
