# ruff: noqa: FBT001  # hypothesis gives what it gives
from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.comparing import compare_values
from checks.difference import Scene
from checks.memory import Memory
from checks.snapshot import snapshot
from checks.tolerance import Relax, close

_NUMBERS = st.floats(-1e3, 1e3) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0])
_DTYPES = st.sampled_from(
    [
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.int64,
        torch.bool,
        torch.uint8,
    ]
)


def _same(actual: torch.Tensor, expected: torch.Tensor) -> bool:
    values, storages = snapshot({"a": actual, "e": expected})
    memory = Memory(storages)
    scene = Scene(subject="y", actual=memory, expected=memory)
    return compare_values(values["a"], values["e"], scene) is None


def _close_for_torch(actual: torch.Tensor, expected: torch.Tensor) -> bool:
    try:
        torch.testing.assert_close(actual, expected, equal_nan=True)
    except AssertionError:
        return False
    return True


@given(
    numbers=st.lists(_NUMBERS, min_size=1, max_size=6),
    wobble=st.sampled_from([0.0, 1e-9, 1e-7, 1e-6, 2e-6, 1e-5, 1e-4, 1e-3, 2e-3, 0.1]),
    dtype=_DTYPES,
    shaped=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_values_agree_with_assert_close(
    numbers: list[float], wobble: float, dtype: torch.dtype, shaped: bool
) -> None:
    """What torch's own comparison accepts passes, what it refuses fails."""
    if not dtype.is_floating_point:
        numbers = [float(abs(int(n)) % 200) if math.isfinite(n) else 1.0 for n in numbers]
    expected = torch.tensor(numbers, dtype=torch.float64)
    actual = (expected * (1 + wobble)).to(dtype)
    expected = expected.to(dtype)
    if shaped:
        expected = expected[:, None]
    assert _same(actual, expected) == _close_for_torch(actual, expected)


@given(
    shape=st.lists(st.integers(0, 3), max_size=3).map(tuple),
    other=st.lists(st.integers(0, 3), max_size=3).map(tuple),
)
@settings(max_examples=100, deadline=None)
def test_nothing_is_broadcast(shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    """Tensors of ones are the same exactly if their shapes are."""
    assert _same(torch.ones(shape), torch.ones(other)) == (shape == other)


def test_different_shapes_are_refused_by_close() -> None:
    """The comparison itself cannot be made to broadcast."""
    with pytest.raises(ValueError, match="different shapes"):
        close(torch.ones(2), torch.ones(2, 1))


def test_ints_are_exact_beyond_what_floats_can_hold() -> None:
    """2**60 and 2**60 + 1 differ."""
    left, right = torch.tensor([2**60]), torch.tensor([2**60 + 1])
    assert not close(left, right).any()


@pytest.mark.parametrize(
    "dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.uint16, torch.uint32]
)
def test_unusual_dtypes_are_compared(dtype: torch.dtype) -> None:
    """Also the dtypes that torch itself can hardly calculate with."""
    tensor = torch.tensor([1.0, 2.0]).to(dtype)
    assert close(tensor, tensor.clone()).all()
    assert not close(tensor, torch.tensor([1.0, 4.0]).to(dtype))[1]


def test_an_authors_tolerance_holds_exactly() -> None:
    """No allowance is added to what the author set."""
    relax = Relax(rtol=0.0, atol=0.0)
    tensor = torch.full((100,), 1e5)
    assert not close(tensor + 0.01, tensor, relax, terms=10**6).any()
