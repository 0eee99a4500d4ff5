# ruff: noqa: E501, S311  # answers read best as they are; draws repeat on purpose
from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import Function
from checks.codec import CodecError, decode_observed, encode_observed
from checks.codes import CODES
from checks.data import Dict, Int, List, Nothing, Observed, Opaque, Raised, Str, Tensor
from checks.facts import Chance, Stretch, Watch, Work
from checks.registry import build
from checks.trial_run import make_world
from tests.checks.function_answers import SETUP, judged

CHECK = Function(
    target="f",
    given="model = nn.Linear(n, 2)",
    inputs={"model": "model", "x": "torch.rand(3, n)"},
    sizes={"n": (1, 6)},
    after={"model": "same", "model.weight": "unchanged", "model.bias.grad": "cleared"},
    calls={"linear": 1},
    vectorised=True,
    gradients=True,
    times=2,
    trials=1,
)
SOLUTION = "def f(model, x): return model(x)"


def _observed(check: Function, code: str) -> tuple[Observed, ...]:
    drawn = check.draw(random.Random(1))
    world, failed = make_world(SETUP, code, drawn)
    assert failed is None
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    return decode_observed(encode_observed(check.observe(world, trials)))


REFERENCE = _observed(CHECK, SOLUTION)
RAISED = Raised(type="TypeError", message="f() takes 99999999999 positional arguments but -1 were given", stage="call")  # fmt: skip

_VALUES = st.sampled_from(
    [
        Nothing(),
        Int("0x1"),
        Str("x" * 50),
        Opaque("thing"),
        List((Nothing(), Opaque("f"))),
        Dict(((Str("weight"), Nothing()),)),
        Tensor(storage=0, dtype="float32", shape=(2, 2), stride=(0, 0)),
        Tensor(storage=None, dtype="float32", shape=(3, 2), stride=(2, 1), device="meta"),
        Tensor(storage=0, dtype="uint64", shape=(), stride=()),
    ]
)
_NUMBERS = st.integers(-(2**62), 2**62)
_TEXTS = st.text(max_size=5) | st.just("9" * 5000) | st.just("1" * 7) | st.just("\u0663")
_PLACES = ["", "x", "local:model", "after:model", "after:model.weight", "after:model.bias.grad"]
_WORK = st.builds(
    Work,
    calls=st.dictionaries(_TEXTS | st.just("linear"), _NUMBERS, max_size=2),
    operations=st.dictionaries(_TEXTS, _NUMBERS, max_size=2),
    lines=st.dictionaries(_TEXTS, _NUMBERS, max_size=2),
    taken=_NUMBERS,
)
_STRETCHES = st.builds(
    Stretch,
    operation=_TEXTS,
    left=st.lists(_NUMBERS, max_size=3).map(tuple),
    right=st.lists(_NUMBERS, max_size=3).map(tuple),
    line=st.none() | _NUMBERS,
)
_CHANCES = st.builds(
    Chance,
    made=st.dictionaries(st.sampled_from(["torch", "random", "x"]), _NUMBERS, max_size=2),
    states=st.dictionaries(st.sampled_from(["torch", "numpy", "x"]), _NUMBERS, max_size=2),
)
_SEEN = st.dictionaries(st.sampled_from(_PLACES), _VALUES, max_size=4)
_FORGED = st.builds(
    Observed,
    value=st.none() | _VALUES,
    raised=st.sampled_from([None, None, RAISED]),
    after=_SEEN,
    before=_SEEN,
    after_raised=st.sampled_from([None, RAISED]),
    gradients=_SEEN,
    gradient_raised=st.sampled_from([None, RAISED]),
    chance=st.none() | _CHANCES,
    work=st.none() | _WORK,
    watch=st.none()
    | st.builds(
        Watch,
        draws=st.lists(_TEXTS, max_size=3).map(tuple),
        stretches=st.lists(_STRETCHES, max_size=2).map(tuple),
    ),
    storages=st.just((b"\1" * 16,)),
)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_sent_ends_in_a_finding(data: st.DataObject) -> None:
    """Forged observations, mixed with honest ones, never pass, never raise, are never an error."""
    mixed = []
    for honest in REFERENCE:
        forged = data.draw(_FORGED)
        fields = data.draw(st.sets(st.sampled_from(_FORGED_FIELDS)))
        changes: dict[str, Any] = {name: getattr(forged, name) for name in fields}
        changes["later"] = data.draw(st.lists(_FORGED, max_size=2).map(tuple))
        changes["again"] = data.draw(st.none() | _FORGED)
        changes["value"] = data.draw(_VALUES)
        mixed.append(msgspec.structs.replace(honest, **changes))
    finding = CHECK.compare(tuple(mixed), REFERENCE, source="def f(model, x): return 1")
    assert finding.status == "fail"
    assert finding.code in CODES
    CHECK.behaves_like(tuple(mixed), REFERENCE, reference=REFERENCE)


_FORGED_FIELDS = [
    "raised",
    "after",
    "before",
    "after_raised",
    "gradients",
    "gradient_raised",
    "chance",
    "work",
    "watch",
]


def test_honest_observations_pass() -> None:
    """The forged ones above differ from these."""
    assert CHECK.compare(REFERENCE, REFERENCE, source="").status == "pass"


@pytest.mark.parametrize(
    "changes",
    [
        {"later": ()},
        {"work": None},
        {"before": {}},
        {"after": {}},
        {"value": None},
        {"gradients": {}},
    ],
)
def test_what_is_left_out_fails(changes: dict[str, Any]) -> None:
    """An answer whose process keeps something back does not pass."""
    partly = tuple(msgspec.structs.replace(seen, **changes) for seen in REFERENCE)
    finding = CHECK.compare(partly, REFERENCE, source="")
    assert finding.status == "fail", changes


def test_observations_nested_in_observations_are_refused() -> None:
    """A later call has no later calls."""
    deep = Observed(later=(Observed(later=(Observed(),)),))
    with pytest.raises(CodecError, match="nested"):
        decode_observed(encode_observed([deep]))
    with pytest.raises(CodecError, match="calls"):
        decode_observed(encode_observed([Observed(later=(Observed(),) * 1001)]))
    bad = Tensor(storage=7, dtype="float32", shape=(), stride=())
    for hidden in (Observed(again=Observed(value=bad)), Observed(before={"x": bad})):
        with pytest.raises(CodecError, match="storage"):
            decode_observed(encode_observed([hidden]))


HOSTILE = [
    "class Bad:\n    def __getattribute__(self, name): raise SystemExit\n    __class__ = property(lambda s: torch.Tensor)\ndef f(model, x): return Bad()",
    "def f(model, x):\n    model.__class__ = type('M', (nn.Module,), {'named_parameters': lambda s: 1/0})\n    return model",
    "def f(model, x):\n    model._parameters = None\n    return x",
    "def f(model, x):\n    class L(list):\n        def __iter__(self): raise SystemExit\n    model.extra = L()\n    return L([1])",
    "import sys\ndef f(model, x):\n    sys.settrace(None)\n    return model(x) * 2",
    "def f(model, x):\n    exec(compile('y = 1\\n' * 3, chr(0xd800) * 3, 'exec'))\n    return x",
    "def f(model, x): raise type('E', (BaseException,), {'__str__': lambda s: 1/0})",
]


@pytest.mark.parametrize("answer", HOSTILE)
def test_hostile_objects_only_fail(answer: str) -> None:
    """Objects that lie or raise make the answer wrong and nothing else."""
    finding = judged(
        answer,
        SOLUTION,
        given="model = nn.Linear(n, 2)",
        inputs={"model": "model", "x": "torch.rand(3, n)"},
        sizes={"n": [1, 6]},
        after={"model": "same"},
        times=2,
        trials=1,
        vectorised=True,
        calls={"linear": 1},
    )
    assert (finding.status, finding.code in CODES) == ("fail", True), finding


def test_a_check_built_from_yaml_equals_one_built_in_python() -> None:
    """What is forged above is what a lesson would use."""
    params: dict[str, Any] = {"inputs": {"x": "1"}, "after": {"x": "same"}, "calls": {"exp": "same", "log": [0, 2], "sum": 1}}  # fmt: skip
    assert build("function", "f", params) == Function(
        target="f",
        inputs={"x": "1"},
        after={"x": "same"},
        calls={"exp": "same", "log": (0, 2), "sum": 1},
    )
