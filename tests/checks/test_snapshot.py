from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
import torch

from checks import data
from checks.snapshot import snapshot


def _look(thing: Any) -> data.Value:
    return snapshot({"x": thing})[0]["x"]


class _Lying:
    __class__ = torch.Tensor  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        raise SystemExit(name)

    def __repr__(self) -> str:
        raise KeyboardInterrupt


class _LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_args: Any, **_kwargs: Any) -> Any:
        raise SystemExit

    @property
    def shape(self) -> Any:  # type: ignore[override]
        return (7, 7)


class _EndlessList(list[int]):
    def __iter__(self) -> Any:
        while True:
            yield 1

    def __len__(self) -> int:
        return -1  # noqa: PLE0303  # it lies


def test_a_lying_class_is_opaque() -> None:
    """What an object says of itself does not count, and its repr may raise anything."""
    found = _look(_Lying())
    assert isinstance(found, data.Opaque)
    assert found.text == ""


def test_a_metaclass_that_raises_does_no_harm() -> None:
    """Even reading a class's name may run the learner's code."""

    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            raise SystemExit(name)

    class WithMeta(metaclass=Meta):
        pass

    assert isinstance(_look(WithMeta()), data.Opaque)


def test_a_tensor_subclass_is_looked_through() -> None:
    """__torch_function__ and overridden properties are not asked."""
    tensor = torch.arange(3.0).as_subclass(_LyingTensor)
    found = _look(tensor)
    assert isinstance(found, data.Tensor)
    assert found.shape == (3,)


def test_a_list_subclass_shows_its_real_items() -> None:
    """An endless iterator is never asked."""
    found = _look(_EndlessList([1, 2]))
    assert isinstance(found, data.List)
    assert len(found.items) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.eye(3).to_sparse(),
        lambda: torch.eye(3).to_sparse_csr(),
        lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8),
        lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
        lambda: torch.nn.Linear(2, 2),
        lambda: (i for i in range(3)),
        object,
        lambda: torch.sum,
        lambda: 10**20_000,
        lambda: "x" * 5_000_000,
        lambda: torch.zeros(1).expand(10**9),
        lambda: np.array(["a"]),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_cannot_travel_is_opaque(make: Any) -> None:
    """Unusual tensors, objects and giants are named, not sent."""
    assert isinstance(_look(make()), data.Opaque)


def test_cycles_and_depth_are_bounded() -> None:
    """A container that holds itself, or is nested without end, ends."""
    cycle: list[Any] = []
    cycle.append(cycle)
    found = _look(cycle)
    assert isinstance(found, data.List)
    assert isinstance(found.items[0], data.Opaque)
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert isinstance(_look(deep), data.List)


def test_giants_are_bounded() -> None:
    """A long list is named, and one that doubles at each level, too."""
    assert isinstance(_look(list(range(1_000_000))), data.Opaque)
    doubling: list[Any] = [1]
    for _ in range(30):
        doubling = [doubling, doubling]
    assert isinstance(_look(doubling), data.Opaque)


def test_a_tensor_beyond_its_storage_is_opaque() -> None:
    """A storage that was freed under the tensor is not read."""
    tensor = torch.arange(1000.0)
    tensor.untyped_storage().resize_(0)
    assert isinstance(_look(tensor), data.Opaque)


def test_a_meta_tensor_has_a_shape_and_no_data() -> None:
    """It can be compared in shape and dtype."""
    found = _look(torch.empty(2, 3, device="meta"))
    assert isinstance(found, data.Tensor)
    assert (found.storage, found.shape, found.device) == (None, (2, 3), "meta")


def test_lazy_conjugates_show_their_values() -> None:
    """Conjugate and negative views are bits on the tensor, not in its memory."""
    z = torch.tensor([1 + 2j])
    values, storages = snapshot({"conj": z.conj(), "imag": z.conj().imag})
    from checks.memory import Memory

    memory = Memory(storages)
    conj, imag = values["conj"], values["imag"]
    assert isinstance(conj, data.Tensor)
    assert isinstance(imag, data.Tensor)
    assert memory.tensor(conj).tolist() == [1 - 2j]
    assert memory.tensor(imag).tolist() == [-2.0]


def test_subclasses_of_plain_classes_are_seen_as_those() -> None:
    """A named tuple is a tuple, an OrderedDict a dict, a NumPy float a float."""
    point: Any = namedtuple("point", "x y")  # noqa: PYI024  # what learners write
    found = _look(point(1, 2))
    assert isinstance(found, data.Tuple)
    assert found.fields == ("x", "y")
    assert isinstance(_look(OrderedDict(a=1)), data.Dict)
    assert isinstance(_look(np.float64(1)), data.Float)
    assert isinstance(_look(np.ones(2)), data.Array)
    named = _look(torch.ones(2, 2).max(dim=1))
    assert isinstance(named, data.Tuple)
    assert named.kind == "torch.return_types.max"


def test_patched_torch_functions_do_not_mislead() -> None:
    """The methods were saved when the library was imported."""
    original = torch.Tensor.size
    try:
        torch.Tensor.size = lambda *_: (9, 9)  # type: ignore[assignment, method-assign]
        found = _look(torch.ones(2))
    finally:
        torch.Tensor.size = original  # type: ignore[method-assign]
    assert isinstance(found, data.Tensor)
    assert found.shape == (2,)
