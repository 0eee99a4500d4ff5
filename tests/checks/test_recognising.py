# ruff: noqa: FBT001, S311  # hypothesis gives what it gives; draws repeat on purpose
from __future__ import annotations

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks import Check, Function, Gradient, Values
from checks.codes import CODES
from checks.data import (
    Bool,
    Dict,
    Float,
    Int,
    List,
    Nothing,
    Observed,
    Opaque,
    Raised,
    Size,
    Str,
    Tensor,
    Tuple,
    Value,
)
from checks.trial_run import make_world, observe_answer

SETUP = "import torch\nfrom torch import nn\n"


def _alike(check: Check, answer: str, mistake: str, solution: str = "", seed: int = 0) -> bool:
    drawn = check.draw(random.Random(seed))
    world, failed = make_world(SETUP, solution, drawn)
    assert failed is None
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    left, right = (
        observe_answer(check, trials, answer=text, setup=SETUP) for text in (answer, mistake)
    )
    reference = check.observe(world, trials) if solution else ()
    return check.behaves_like(left, right, source=answer, other_source=mistake, reference=reference)


ROWS = Function(target="f", inputs={"x": "torch.rand(n, m)"}, sizes={"n": (1, 5), "m": (1, 5)})


def test_the_same_mistake_in_other_words_is_recognised() -> None:
    """Values, exceptions of torch with their shapes, and side effects decide."""
    mistake = "def f(x): return x / x.sum(dim=1)"
    assert _alike(ROWS, "def f(data):\n    s = data.sum(1)\n    return data.div(s)", mistake)
    assert not _alike(ROWS, "def f(x): return x / x.sum(dim=0)", mistake)
    assert not _alike(ROWS, "def f(x): return x / x.sum(dim=1, keepdim=True)", mistake)
    assert not _alike(ROWS, "def f(x): return x / x.sum(dim=1)[:3]", mistake)


def test_changing_an_input_is_behaviour() -> None:
    """The right result with a side effect is not the right result."""
    mistake = "def f(x):\n    x += 1\n    return x"
    assert _alike(ROWS, "def f(y):\n    y.add_(1)\n    return y", mistake)
    assert not _alike(ROWS, "def f(y): return y + 1", mistake)


def test_exceptions_are_alike_by_type_and_words() -> None:
    """Other names and numbers are the same mistake, another message of torch is not."""
    check = Values(target="y")
    assert _alike(check, "y = undefined_one", "y = undefined_two")
    assert _alike(check, "y = torch.ones(2) @ torch.ones(3)", "y = torch.ones(4) @ torch.ones(5)")
    assert not _alike(check, "y = torch.ones(2).view(3)", "y = torch.ones(4) @ torch.ones(5)")
    assert not _alike(check, "y = 1", "y = undefined_two")


def test_uninitialised_memory_is_recognised_by_its_shape() -> None:
    """`torch.Tensor(3)` holds anything: that it is not the scalar 3 is the mistake."""
    check = Values(target="y")
    mistake, answer = "y = torch.Tensor(3).fill_(1)", "y = torch.Tensor(3).fill_(2)"
    assert not _alike(check, answer, mistake)
    assert _alike(check, answer, mistake, solution="y = torch.tensor(3)")
    assert not _alike(check, "y = torch.Tensor(2)", mistake, solution="y = torch.tensor(3)")


def test_two_wrong_ranges_of_one_length_are_two_mistakes() -> None:
    """Only uninitialised memory is recognised by shape: numbers that were written must agree."""
    check = Values(target="y")
    answer, mistake = "y = torch.arange(2, 4)", "y = torch.arange(1, 3)"
    assert not _alike(check, answer, mistake, solution="y = torch.arange(1, 4)")


def test_gradients_are_alike_by_state_and_value() -> None:
    """None for want of a leaf is another mistake than None for want of backward()."""
    check = Gradient(target="w")
    tracked = "w = torch.ones(2, requires_grad=True)"
    assert _alike(check, tracked, tracked + "\nloss = w.sum()")
    assert not _alike(check, "w = torch.ones(2)", tracked)
    assert not _alike(check, tracked + "\nw.sum().backward()", tracked)


_TENSORS = st.builds(
    lambda shape, dtype: Tensor(
        storage=0, dtype=dtype, shape=tuple(shape), stride=(0,) * len(shape)
    ),
    st.lists(st.integers(0, 3), max_size=3),
    st.sampled_from(["float32", "int64", "bool", "complex64", "float16", "uint8"]),
)
VALUES = st.recursive(
    st.just(Nothing())
    | st.booleans().map(Bool)
    | st.integers().map(lambda n: Int(hex(n)))
    | st.floats().map(Float)
    | st.text(max_size=3).map(Str)
    | st.just(Size((2,)))
    | st.just(Opaque("thing"))
    | _TENSORS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda v: List(tuple(v)))
        | st.lists(inner, max_size=3).map(lambda v: Tuple(tuple(v)))
        | st.lists(st.tuples(inner, inner), max_size=2).map(lambda v: Dict(tuple(v)))
    ),
    max_leaves=6,
)


_EXPANDED = Tensor(storage=0, dtype="float32", shape=(1,), stride=(0,))


@example(left=Dict(()), right=Dict(((_EXPANDED, Nothing()),)), any_order=False, atol=None)
@given(left=VALUES, right=VALUES, any_order=st.booleans(), atol=st.sampled_from([None, 0.5]))
@settings(max_examples=400, deadline=None)
def test_whatever_is_sent_is_compared_without_a_crash(
    left: Value, right: Value, any_order: bool, atol: float | None
) -> None:
    """A forged reply can only be wrong: every comparison ends in a finding with a known code."""
    check = Values(target="y", any_order=any_order, atol=atol)
    storages = (b"\1" * 16,)
    answer = (Observed(value=left, storages=storages),)
    reference = (Observed(value=right, storages=storages),)
    finding = check.compare(answer, reference, source="")
    assert finding.status in ("pass", "fail", "error")
    assert (finding.code == "") == (finding.status == "pass")
    assert finding.status == "pass" or finding.code in CODES
    check.behaves_like(answer, reference)
    Gradient(target="y").compare(
        (Observed(gradients={"y": left}, after={"y": left}, storages=storages),),
        (Observed(gradients={"y": right}, after={"y": right}, storages=storages),),
        source="",
    )


def test_forged_exceptions_are_compared_without_a_crash() -> None:
    """Empty and odd fields of a forged exception only make the answer wrong."""
    check = Values(target="y")
    reference = (Observed(value=Int("0x1")),)
    for raised in (
        Raised(type=""),
        Raised(type="X", missing=".", line=-5),
        Raised(type="SyntaxError", stage="run", line=10**9),
        Raised(type="TypeError", message="positional argument" * 100, stage="call"),
    ):
        finding = check.compare((Observed(raised=raised),), reference, source="")
        assert finding.status == "fail"
