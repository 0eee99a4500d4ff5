from __future__ import annotations

import contextlib

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.codec import (
    ITEM_SIZES,
    CodecError,
    decode_observed,
    decode_trials,
    encode_observed,
    encode_trials,
)
from checks.data import Int, List, Nothing, Observed, Tensor, Trial, Value, Warned
from checks.memory import Memory, restore
from checks.snapshot import snapshot

_SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)


def _random(dtype: torch.dtype, shape: tuple[int, ...], seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    size = (*shape, dtype.itemsize)
    raw = torch.randint(0, 256, size, generator=generator, dtype=torch.uint8)
    if dtype == torch.bool:
        raw %= 2
    return raw.view(dtype).reshape(shape)


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    flat = tensor.clone(memory_format=torch.contiguous_format).reshape(-1)
    return flat.clone().view(torch.uint8) if flat.numel() else torch.empty(0)


def _travel(value: Value, storages: tuple[bytes, ...]) -> torch.Tensor:
    data = encode_observed([Observed(value=value, storages=storages)])
    (observed,) = decode_observed(data)
    assert isinstance(observed.value, Tensor)
    return Memory(observed.storages).tensor(observed.value)


@given(
    name=st.sampled_from(sorted(ITEM_SIZES)),
    shape=_SHAPES,
    seed=st.integers(0, 10**6),
    order=st.randoms(use_true_random=False),
    step=st.integers(1, 3),
)
@settings(max_examples=150, deadline=None)
def test_tensors_arrive_bit_by_bit(
    name: str, shape: tuple[int, ...], seed: int, order: object, step: int
) -> None:
    """Every dtype, shape and stride survives the way there, NaN payloads and all."""
    dtype: torch.dtype = getattr(torch, name)
    tensor = _random(dtype, shape, seed)
    axes = list(range(len(shape)))
    order.shuffle(axes)  # type: ignore[attr-defined]
    tensor = tensor.permute(axes)
    if tensor.dim():
        tensor = tensor[::step]
    values, storages = snapshot({"t": tensor})
    found = _travel(values["t"], storages)
    assert found.dtype == tensor.dtype
    assert found.shape == tensor.shape
    if tensor.numel():
        assert found.stride() == tensor.stride()
    assert torch.equal(_bits(found), _bits(tensor))


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.binary(max_size=20)
)
_KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.integers()
_THINGS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(_KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(thing=_THINGS)
@settings(max_examples=150, deadline=None)
def test_python_values_arrive_as_they_were(thing: object) -> None:
    """None, bools, ints of any size, floats, texts, bytes and containers of them survive."""
    values, storages = snapshot({"x": thing})
    data = encode_trials([Trial(seed=1, inputs=values, storages=storages)])
    (trial,) = decode_trials(data)
    assert trial.inputs is not None
    found = restore(trial.inputs, trial.storages)["x"]
    assert found == thing
    assert type(found) is type(thing)


def test_views_that_share_memory_share_it_afterwards() -> None:
    """Writing through one restored view is seen through the other."""
    base = torch.arange(6.0)
    values, storages = snapshot({"base": base, "view": base.view(2, 3).T})
    assert len(storages) == 1
    things = restore(values, storages)
    things["base"][1] = 50.0
    assert things["view"][1, 0] == 50.0
    assert things["view"].stride() == (1, 3)


def test_restored_inputs_can_be_resized() -> None:
    """A restored tensor owns its memory like any other."""
    values, storages = snapshot({"x": torch.arange(3.0)})
    x = restore(values, storages)["x"]
    x.resize_(100)
    assert x.shape == (100,)


def test_a_small_view_of_a_large_storage_travels_alone() -> None:
    """Only what can be seen is sent."""
    large = torch.arange(4_000_000, dtype=torch.float32)
    values, storages = snapshot({"x": large[10:14]})
    assert sum(len(s) for s in storages) < 100
    assert _travel(values["x"], storages).tolist() == [10.0, 11.0, 12.0, 13.0]


def test_autograd_state_travels() -> None:
    """requires_grad, leaf and operation are known on the other side."""
    w = torch.ones(2, requires_grad=True)
    values, storages = snapshot({"w": w, "y": w * 2, "p": torch.nn.Parameter(torch.ones(1))})
    w_value, y_value, p_value = (values[name] for name in "wyp")
    assert isinstance(w_value, Tensor)
    assert isinstance(y_value, Tensor)
    assert isinstance(p_value, Tensor)
    assert (w_value.requires_grad, w_value.is_leaf, w_value.grad_fn) == (True, True, "")
    assert (y_value.is_leaf, y_value.grad_fn) == (False, "MulBackward0")
    things = restore(values, storages)
    assert things["w"].requires_grad
    assert isinstance(things["p"], torch.nn.Parameter)


_GOOD = encode_observed(
    [
        Observed(
            value=List((Int("0x1"), snapshot({"": torch.arange(4.0).reshape(2, 2)})[0][""])),
            storages=(torch.arange(4.0).numpy().tobytes(),),
            warnings=(Warned("careful", line=3),),
        )
    ]
)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_damaged_bytes_raise_codec_errors_only(data: st.DataObject) -> None:
    """Whatever is flipped, cut or added: a CodecError or something sound comes of it."""
    damaged = bytearray(_GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(damaged) - 1))
        damaged[position] = data.draw(st.integers(0, 255))
    cut = damaged[: data.draw(st.integers(0, len(damaged)))]
    for broken in (bytes(damaged), bytes(cut), bytes(damaged) + b"\xc1"):
        try:
            (*observed,) = decode_observed(broken)
        except CodecError:
            continue
        for one in observed:
            with contextlib.suppress(CodecError):
                restore({"": one.value or Nothing()}, one.storages)


@given(data=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_raise_codec_errors_only(data: bytes) -> None:
    """Noise never decodes into something unsound."""
    for decode in (decode_trials, decode_observed):
        try:
            decode(data)
        except CodecError:
            continue


def _tensor(**changes: object) -> Tensor:
    good = Tensor(storage=0, dtype="float32", shape=(2, 2), stride=(2, 1))
    return msgspec.structs.replace(good, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": "object"},
        {"dtype": "quint8"},
        {"shape": (-2, 2)},
        {"stride": (-2, 1)},
        {"offset": -1},
        {"offset": 1},
        {"shape": (3, 2)},
        {"shape": (2, 3)},
        {"stride": (3, 1)},
        {"shape": (2,)},
        {"shape": (2**62, 2**62), "stride": (0, 0)},
        {"shape": (2**30,), "stride": (0,)},
        {"storage": 1},
        {"storage": -1},
        {"device": "cuda:0; rm"},
        {"dtype": "float64"},
    ],
)
def test_a_tensor_that_does_not_fit_is_refused(changes: dict[str, object]) -> None:
    """Bounds, dtypes and byte counts are proved before anything is allocated."""
    observed = Observed(value=_tensor(**changes), storages=(b"\0" * 16,))
    with pytest.raises(CodecError):
        decode_observed(msgspec.msgpack.encode([observed]))


def test_deep_and_wide_values_are_refused() -> None:
    """Neither nesting nor item count can exhaust the judge."""
    deep: Value = Int("0x1")
    for _ in range(60):
        deep = List((deep,))
    with pytest.raises(CodecError):
        decode_observed(msgspec.msgpack.encode([Observed(value=deep)]))
    wide = List((Int("0x1"),) * 150_000)
    with pytest.raises(CodecError):
        decode_observed(msgspec.msgpack.encode([Observed(value=wide)]))
    with pytest.raises(CodecError):
        decode_observed(b"\x91\x81\xa5value" + b"\x82\xa1t\xa4list\xa5items\x91" * 100_000)


@pytest.mark.parametrize("digits", ["", "1", "0x", "0xg", "0x" + "f" * 6000, "--0x1", "0X1"])
def test_damaged_ints_are_refused(digits: str) -> None:
    """An int that would not parse, or takes long to, is no int."""
    with pytest.raises(CodecError):
        decode_observed(msgspec.msgpack.encode([Observed(value=Int(digits))]))


def test_many_expanded_tensors_are_refused() -> None:
    """A stride of 0 cannot stand for more memory than the bytes that came, many times over."""
    big = _tensor(shape=(4096, 4096), stride=(0, 0))
    with pytest.raises(CodecError):
        decode_observed(
            msgspec.msgpack.encode([Observed(value=List((big,) * 50), storages=(b"\0" * 16,))])
        )
