# ruff: noqa: FBT001  # hypothesis gives what it gives
"""What must be true of `values` for any tensors at all."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks import Finding, Values, build, examine
from checks.codec import ITEM_SIZES, decode_observed, encode_observed
from checks.data import Observed
from checks.snapshot import snapshot
from checks.trial_run import make_world

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_COMPLEX = ("complex64", "complex128")
_INTEGERS = ("uint8", "int8", "int16", "int32", "int64")
_ODD = ("uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2")
_DTYPES = st.sampled_from([*_FLOATS, *_COMPLEX, *_INTEGERS, "bool"])
_SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
_SPECIAL = [float("nan"), float("inf"), -float("inf"), 0.0, -0.0]
_NUMBERS = st.floats(-50, 50, width=16) | st.sampled_from(_SPECIAL)


def _finding(actual: Any, expected: Any, **params: Any) -> Finding:
    """What `values` says of two values that have travelled."""
    sides = []
    for thing in (actual, expected):
        values, storages = snapshot({"y": thing})
        observed = Observed(value=values["y"], storages=storages)
        sides.append(decode_observed(encode_observed((observed,))))
    return Values(target="y", **params).compare(*sides, source="")


def _passes(actual: Any, expected: Any, **params: Any) -> bool:
    finding = _finding(actual, expected, **params)
    assert finding.status in ("pass", "fail"), finding
    return finding.status == "pass"


def _made(numbers: list[float], shape: tuple[int, ...], dtype: str) -> torch.Tensor:
    """A tensor of that shape, its numbers those of the list again and again."""
    kind: torch.dtype = getattr(torch, dtype)
    if not (kind.is_floating_point or kind.is_complex):
        numbers = [float(abs(int(n))) if abs(n) < 100 else 1.0 for n in numbers]
    count = torch.Size(shape).numel()
    repeated = torch.tensor([numbers[i % len(numbers)] for i in range(count)], dtype=torch.float64)
    return (
        repeated.to(torch.complex128).to(kind).reshape(shape)
        if kind.is_complex
        else (repeated.to(kind).reshape(shape))
    )


@st.composite
def _tensors(draw: st.DrawFn, dtypes: st.SearchStrategy[str] = _DTYPES) -> torch.Tensor:
    numbers = draw(st.lists(_NUMBERS, min_size=1, max_size=9))
    return _made(numbers, draw(_SHAPES), draw(dtypes))


def _elsewhere(tensor: torch.Tensor, how: int) -> torch.Tensor:
    """The same values with other strides, another offset, or in a larger storage."""
    dims = tensor.dim()
    if how == 1 and dims > 1:
        return tensor.transpose(0, dims - 1).contiguous().transpose(0, dims - 1)
    if how == 2 and dims:
        return torch.stack([tensor, tensor], dim=dims)[..., 1]
    if how == 3 and dims:
        return torch.cat([tensor, tensor])[len(tensor) :]
    if how == 4:
        return tensor[None].expand(3, *tensor.shape)[2]
    return tensor.clone()


@given(tensor=_tensors(), how=st.integers(0, 4), other=st.integers(0, 4))
@settings(max_examples=250, deadline=None)
def test_only_values_count_not_how_they_lie_in_memory(
    tensor: torch.Tensor, how: int, other: int
) -> None:
    """Strides, offsets, NaN, infinities, empty and 0-d tensors: the same is the same."""
    assert _passes(_elsewhere(tensor, how), _elsewhere(tensor, other))


def _close_for_torch(actual: torch.Tensor, expected: torch.Tensor) -> bool:
    try:
        torch.testing.assert_close(actual, expected, equal_nan=True)
    except AssertionError:
        return False
    return True


@given(
    tensor=_tensors(),
    how=st.integers(0, 4),
    wobble=st.sampled_from([0.0, 1e-8, 3e-7, 1e-6, 2e-6, 5e-5, 5e-4, 2e-3, 2e-2, 0.3]),
    at=st.integers(0, 200),
    dtype=_DTYPES,
    retype=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_the_verdict_is_that_of_assert_close(  # noqa: PLR0917  # hypothesis gives them by name
    tensor: torch.Tensor, how: int, wobble: float, at: int, dtype: str, retype: bool
) -> None:
    """One cell off by more or less than the tolerance, or another dtype."""
    actual = tensor.clone()
    if tensor.numel() and (tensor.is_floating_point() or tensor.is_complex()):
        cell = actual.view(-1)[at % tensor.numel()]
        cell.mul_(1 + wobble) if at % 2 else cell.add_(wobble)
    if retype:
        actual = actual.real if actual.is_complex() and "complex" not in dtype else actual
        actual = actual.to(getattr(torch, dtype))
    # Where many float32 cells of one size were added up, a little more is allowed on purpose.
    assume(tensor.numel() < 16 or tensor.dtype != torch.float32)
    assert _passes(_elsewhere(actual, how), tensor) == _close_for_torch(actual, tensor)


@given(tensor=_tensors(), at=st.integers(0, 200), how=st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_a_perturbed_cell_never_passes(tensor: torch.Tensor, at: int, how: int) -> None:
    """Whichever cell it is, also a NaN or an infinity."""
    assume(tensor.numel())
    actual = tensor.clone()
    cells = actual.view(-1)
    place = at % tensor.numel()
    before = cells[place].clone()
    if tensor.dtype == torch.bool:
        cells[place] = ~before
    elif torch.isfinite(before):
        cells[place] = (
            before + 1 if not tensor.is_floating_point() else before + 1 + before.abs() / 5
        )
    else:
        cells[place] = 0
    assert not _passes(_elsewhere(actual, how), tensor)


@given(tensor=_tensors(), how=st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_another_shape_never_passes(tensor: torch.Tensor, how: int) -> None:
    """Broadcast, squeezed, flattened, or with a dimension more: not even where all are equal."""
    dims = tensor.dim()
    others = [
        tensor[None],
        tensor[..., None],
        tensor.expand(2, *tensor.shape),
        tensor.squeeze(),
        tensor.flatten(),
        tensor.flatten()[0] if tensor.numel() else tensor[None],
    ]
    other = others[how]
    assume(other.shape != tensor.shape)
    assert not _passes(other, tensor)
    assert not _passes(tensor, other)
    if dims > 1 and tensor.shape[0] != tensor.shape[1]:
        assert not _passes(tensor.transpose(0, 1), tensor)


@given(tensor=_tensors(), dtype=_DTYPES)
@settings(max_examples=200, deadline=None)
def test_another_dtype_never_passes_unless_it_may(tensor: torch.Tensor, dtype: str) -> None:
    """And with `any_dtype` it is still the value that counts."""
    kind = getattr(torch, dtype)
    assume(kind != tensor.dtype and (kind.is_complex or not tensor.is_complex()))
    retyped = tensor.to(kind)
    assert not _passes(retyped, tensor)
    exact = [t.to(torch.complex128) for t in (retyped, tensor)]
    if torch.equal(*exact) and bool(torch.isfinite(tensor).all()):
        assert _passes(retyped, tensor, any_dtype=True)


@given(
    rows=st.lists(
        st.lists(st.floats(-9, 9, width=16), min_size=3, max_size=3), min_size=3, max_size=3
    )
)
@settings(max_examples=100, deadline=None)
def test_a_transposed_square_matrix_passes_only_if_it_is_symmetric(rows: list[list[float]]) -> None:
    """The shape does not give it away."""
    matrix = torch.tensor(rows)
    assert _passes(matrix.T, matrix) == _close_for_torch(matrix.T, matrix)


@given(
    tensor=_tensors(st.sampled_from(_FLOATS)), factor=st.sampled_from([-1.0, 0.5, 1.1, 2.0, 3.0])
)
@settings(max_examples=150, deadline=None)
def test_a_multiple_passes_only_where_it_is_the_same(tensor: torch.Tensor, factor: float) -> None:
    """Zero and infinity are their own multiples."""
    scaled = tensor * factor
    assert _passes(scaled, tensor) == _close_for_torch(scaled, tensor)


@pytest.mark.parametrize("dtype", sorted(ITEM_SIZES))
@pytest.mark.parametrize("any_order", [False, True])
@pytest.mark.parametrize("any_dtype", [False, True])
def test_every_dtype_that_travels_is_compared(dtype: str, any_order: bool, any_dtype: bool) -> None:
    """Also those that torch can hardly sort or add; a wrong one gets a finding, not a crash."""
    params = {"any_order": any_order, "any_dtype": any_dtype}
    for shape in ((), (3,), (2, 2), (0, 2)):
        tensor = _made([1.0, 0.0, 1.0, 1.0], shape, dtype)
        assert _passes(tensor, tensor.clone(), **params)
        if tensor.numel():
            wrong = _made([0.0], shape, dtype)
            finding = _finding(wrong, tensor, **params)
            assert finding.status == "fail"
            assert finding.message


@pytest.mark.parametrize("any_order", [False, True])
def test_numbers_that_only_uint64_holds_are_no_negative_ones(any_order: bool) -> None:
    """2 ** 64 - 1 and -1 have the same bits."""
    most = torch.tensor([2**64 - 1, 1], dtype=torch.uint64)
    assert not _passes(torch.tensor([-1, 1]), most, any_dtype=True, any_order=any_order)
    large = torch.tensor([2**63, 1], dtype=torch.uint64)
    assert _passes(torch.tensor([2.0**63, 1.0]), large, any_dtype=True, any_order=any_order)


_LONG = "a" * 300


@pytest.mark.parametrize(
    ("actual", "expected", "same"),
    [
        ({_LONG + "x": 1}, {_LONG + "y": 1}, False),
        ({_LONG + "x": 1, _LONG + "y": 2}, {_LONG + "x": 3, _LONG + "y": 2}, False),
        ({_LONG + "x": 1, _LONG + "y": 2}, {_LONG + "y": 2, _LONG + "x": 1}, True),
        ({_LONG + "x"}, {_LONG + "y"}, False),
        ({10**200: 1}, {10**200 + 1: 1}, False),
        ({0.1 + 0.2}, {0.3}, True),
        ({0.1 + 0.2, 1.0}, {1.0, 0.3}, True),
        ({0.1, 0.2}, {0.1}, False),
        ({1: 2}, {True: 2}, False),
        ({1}, {1.0}, False),
        ({(1, "a"): 2}, {(1, "a"): 2}, True),
        ({(1, "a"): 2}, {(1, "b"): 2}, False),
        ({float("nan"): 1}, {float("nan"): 1}, True),
        ({frozenset({1, 2})}, {frozenset({2, 1})}, True),
        ({torch.float32: 1}, {torch.float64: 1}, False),
        ({None: 1}, {None: 1}, True),
        ([True], [1], False),
        ([1], [1.0], False),
        ([1.0], [1 + 0j], False),
        ([float("nan"), float("inf")], [float("nan"), float("inf")], True),
        ([float("inf")], [-float("inf")], False),
        ([[], ()], [[], ()], True),
        ([[]], [()], False),
        ([{}], [set()], False),
        ((1, (2, [3, {"k": 4}])), (1, (2, [3, {"k": 5}])), False),
        ("a", b"a", False),
        (10**400, 10**400, True),
        (10**400, 10**400 + 1, False),
        (-0.0, 0.0, True),
    ],
)
def test_plain_values_are_the_same_only_if_they_are(actual: Any, expected: Any, same: bool) -> None:
    """Long keys, numbers of three types, containers in containers."""
    assert _passes(actual, expected) == same


def test_a_path_leads_to_the_difference() -> None:
    """However deep it lies, with the keys as they are written."""
    tensor = torch.arange(6.0).reshape(2, 3)
    wrong = tensor.clone()
    wrong[1, 2] = 9
    finding = _finding([{"w": (tensor, {3: wrong})}], [{"w": (tensor, {3: tensor})}])
    assert "`y[0]['w'][1][3]`" in finding.message
    assert finding.details["index"] == [1, 2]


@pytest.mark.parametrize("params", [{"any_dtype": True}, {"atol": 0.5}, {"rtol": 0.1}])
def test_a_scalar_that_would_broadcast_fails_under_any_relaxation(params: dict[str, Any]) -> None:
    """What is relaxed is never the shape."""
    for expected in (torch.ones(3), torch.ones(1), torch.ones(2, 2)):
        for actual in (torch.tensor(1.0), 1.0, torch.ones(1, 1, 1), [1.0, 1.0, 1.0]):
            assert not _passes(actual, expected, **params)


_CHECKS: list[tuple[str, Any, dict[str, Any]]] = [
    ("shape", "y", {"is": ["n", 3]}),
    ("dtype", "y", {}),
    ("device", "y", {}),
    ("values", "y", {}),
    ("values", "f(x)", {"atol": 1e-4}),
    ("finite", "y", {}),
    ("property", "y", {"is": "rows-sum-to-one"}),
    ("contiguous", "y", {}),
    ("strides", "y", {}),
    ("shares_storage", ["x", "y"], {}),
    ("unchanged", "x", {}),
    ("prints", "f(x)", {}),
    ("raises", "f('a')", {}),
    ("no_warning", "f(x)", {}),
    ("uses", "softmax", {}),
]
_ANSWERS = [
    "def f(x):\n    return x.softmax(1)\ny = f(x)",
    "def f(x):\n    return torch.nn.functional.softmax(x)\ny = f(x).T",
    "def f(x):\n    print(1)\n    x += 1\n    return x / 0\ny = x[:1]",
    "import random\ndef f(x):\n    return x * random.random() + torch.rand(3)\ny = f(x)",
    "y = x.double()",
]


@pytest.mark.parametrize("answer", _ANSWERS)
def test_the_verdict_does_not_depend_on_the_order_of_the_checks(answer: str) -> None:
    """Each finding is the same, whichever check looked at the world of its own before."""
    setup = "import torch\nx = torch.rand(2, 3) + 0.5"
    solution = _ANSWERS[0].replace("return", "return 1.0 *")
    checks = [build(*entry) for entry in _CHECKS]
    alone = [
        examine(check, answer=answer, solution=solution, setup=setup, seed=1) for check in checks
    ]
    for seed in range(3):
        order = list(range(len(checks)))
        random.Random(seed).shuffle(order)  # noqa: S311  # repeats on purpose
        again = [
            examine(checks[i], answer=answer, solution=solution, setup=setup, seed=1) for i in order
        ]
        assert [again[order.index(i)] for i in range(len(checks))] == alone


def test_looking_changes_nothing_that_others_look_at() -> None:
    """Where there is no fork, checks look at one world one after the other."""
    setup = "import torch\nx = torch.rand(2, 3) + 0.5"
    checks = [build(*entry) for entry in _CHECKS if entry[0] != "uses"]
    rng = random.Random(0)  # noqa: S311  # repeats on purpose
    trials = [check.draw(rng) for check in checks]
    seen = []
    for order in (list(range(len(checks))), list(reversed(range(len(checks))))):
        world, failed = make_world(setup, _ANSWERS[0], trials[0])
        assert failed is None
        found = {i: checks[i].observe(world, trials[i]) for i in order}
        seen.append([found[i] for i in range(len(checks))])
    for check, one, two in zip(checks, *seen, strict=True):
        assert check.behaves_like(one, two), check
