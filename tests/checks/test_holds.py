from __future__ import annotations

import random
import re
from typing import Any

import pytest
import torch

from checks import Finding, Holds, examine
from checks.data import Float, Int, List, Nothing, Observed, Opaque, Str, Tensor, Trial, Value
from checks.registry import build
from checks.relations import read_relation
from checks.trial_run import make_world
from tests.checks.recognising import alike

SETUP = "import torch\nfrom torch import nn\n"
CODING = "def encode(t):\n    return t + 3\ndef decode(t):\n    return t - 3"


def _holds(answer: str, solution: str, relation: str, **params: Any) -> Finding:
    params.setdefault("inputs", {"x": "torch.randn(n) + 0.1"})
    params.setdefault("sizes", {"n": [1, 6]})
    check = build("holds", relation, {"because": "so it is", **params})
    return examine(check, answer=answer, solution=solution, setup=SETUP)


_RIGHT = [
    ("decode(encode(x)) == x", CODING.replace("3", "5"), CODING),
    ("decode(encode(x)) == x", "encode = lambda t: t.flip(0)\ndecode = encode", CODING),
    (
        "f(x).sum() == 1 and f(x) >= 0",
        "def f(x): return x.softmax(0)",
        "def f(x): return x * 0 + 1 / len(x)",
    ),
    ("0 <= f(x) <= 1", "f = torch.sigmoid", "def f(x): return x > 0"),
    ("f(x).flip(0) == f(y)", "def f(x): return x ** 2", "def f(x): return x.abs()"),
    ("f(x) == abs(f(x))", "f = torch.exp", "def f(x): return x.abs()"),
    (
        "f(x).shape == (3, 2)",
        "def f(x): return torch.zeros(3, 2)",
        "def f(x): return torch.ones(3, 2)",
    ),
    (
        "f(x).shape[0] == n + 1",
        "def f(x): return torch.zeros(len(x) + 1)",
        "def f(x): return torch.ones(len(x) + 1, 2)",
    ),
    ("len(f(x)) == 2", "def f(x): return [1, 2]", "def f(x): return (x, x)"),
    ("f(x)[0] + f(x)[1] == x", "def f(x): return [x, 0 * x]", "def f(x): return (x / 2, x / 2)"),
    ("f(x) == 'big'", "def f(x): return 'big'", "def f(x): return 'b' + 'ig'"),
    ("f(x) == None", "def f(x): return None", "def f(x): pass"),
    ("f(x) == [1, 2]", "def f(x): return [1, 2]", "def f(x): return list((1, 2))"),
    ("f(x) != x", "def f(x): return x + 1", "def f(x): return -x"),
    ("w @ w.T == 4", "w = torch.ones(1, 4)", "w = torch.full((1, 1), 2.0)"),
    ("m(x[None]).T[0, 0] < 1e9", "m = nn.Identity()", "m = nn.ReLU()"),
    ("f(x, 2) == 2 * f(x, 1)", "def f(x, k): return k * x", "def f(x, k): return x * k * 3"),
    ("f(x).max(0) == f(x).sort(0)[n - n - 1]", "def f(x): return x", "def f(x): return 2 * x"),
    ("f(x) == x.numel()", "def f(x): return len(x)", "def f(x): return torch.tensor(x.numel())"),
    (
        "f(x).item == 3",
        "class R: item = 3\ndef f(x): return R",
        "class R: item = 3\ndef f(x): return R",
    ),
    ("torch.exp(f(x)) == x.exp()", "def f(x): return x", "def f(x): return x.clone()"),
]


@pytest.mark.parametrize(("relation", "answer", "solution"), _RIGHT)
def test_what_keeps_to_it_passes_whatever_it_gives(
    relation: str, answer: str, solution: str
) -> None:
    """The answer need not equal the solution in anything."""
    inputs = {"x": "torch.randn(n) + 0.1", "y": "x.flip(0)"}
    if relation.startswith("m("):
        relation, inputs = relation.replace("x[None]", "z"), {"z": "torch.rand(1, n)"}
    if "n - n" in relation:
        relation = relation.replace("[n - n - 1]", "[-1]")
    finding = _holds(answer, solution, relation, inputs=inputs)
    assert finding.status == "pass", finding.message


_WRONG = [
    ("decode(encode(x)) == x", CODING.replace("- 3", "- 2"), CODING, "At [0], the left side is"),
    ("f(x).sum() == 1", "f = torch.sigmoid", "def f(x): return x.softmax(0)", "the right side 1"),
    ("f(x) >= 0", "def f(x): return x - 10", "f = torch.abs", "the right side 0"),
    ("f(x) > 0", "def f(x): return x * 0", "f = torch.exp", "the left side is 0.0"),
    (
        "f(x) == g(x)",
        "def f(x): return x\ndef g(x): return x[:, None]",
        "f = g = torch.abs",
        "shape",
    ),
    ("f(x) + x == x", "def f(x): return x * float('nan')", "f = torch.zeros_like", "is nan"),
    ("f(x) + x == 2 * x", "def f(x): return x[:, None]", "def f(x): return x", "do not agree"),
    ("f(x) != x", "def f(x): return x.clone()", "f = torch.neg", "Both sides are equal."),
    ("f(x) == 'a'", "def f(x): return 'b'", "def f(x): return 'a'", "not equal"),
    ("f(x) == 1", "def f(x): return 'b'", "def f(x): return 1", "not equal"),
    ("f(x) < 1", "def f(x): return 'b'", "def f(x): return 0", "Only numbers are larger"),
    ("f(x).sum() == 1", "def f(x): return [1]", "def f(x): return torch.ones(1)", "no `sum`"),
    ("f(x)[2] == 1", "def f(x): return [1]", "def f(x): return [1, 1, 1]", "cannot be calculated"),
    ("f(x).T == x", "def f(x): return 1", "def f(x): return x", "has shape ()"),
    ("f(x) @ x >= 0", "def f(x): return torch.ones(9)", "def f(x): return x", "cannot be calc"),
    ("f(x) < 1", "def f(x): return 1j", "def f(x): return 0", "Complex numbers"),
]


@pytest.mark.parametrize(("relation", "answer", "solution", "words"), _WRONG)
def test_what_does_not_keep_to_it_is_told_where_and_why(
    relation: str, answer: str, solution: str, words: str
) -> None:
    """The author's reason, both sides, and the inputs."""
    finding = _holds(answer, solution, relation, because="so it should be.")
    assert (finding.status, finding.code) == ("fail", "does-not-hold"), finding.message
    assert f"`{relation}` does not hold: so it should be. " in finding.message
    assert words in finding.message
    assert "That was with x of shape" in finding.message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("g = 1", "not-defined"),
        ("def f(x): 1 / 0", "raised"),
        ("def f(x): return object()", "wrong-type"),
        ("def f(x): return x[:0]", "empty"),
        ("f = 3", "raised"),
    ],
)
def test_an_answer_that_gives_nothing_fails_with_its_own_cause(answer: str, code: str) -> None:
    """Not defined, raised, nothing to calculate with."""
    finding = _holds(answer, "f = torch.exp", "f(x) > 0")
    assert (finding.status, finding.code) == ("fail", code)


@pytest.mark.parametrize(
    ("solution", "inputs"),
    [
        ("f = torch.neg", {"x": "torch.rand(n) + 1"}),
        ("g = 1", {"x": "torch.rand(n)"}),
        ("def f(x): 1 / 0", {"x": "torch.rand(n)"}),
        ("f = torch.exp", {"x": "torch.rand(k)"}),
        ("f = torch.exp", {"x": "nn.Linear(1, 1)"}),
        ("def f(x): return object()", {"x": "torch.rand(n)"}),
    ],
)
def test_a_solution_that_does_not_keep_to_it_is_the_lessons_fault(
    solution: str, inputs: dict[str, str]
) -> None:
    """So is one whose inputs cannot be made."""
    assert _holds("f = torch.exp", solution, "f(x) > 0", inputs=inputs).status == "error"


def test_patched_functions_have_no_part_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer's world only says what its own names give."""
    check = Holds(
        target="f(x).flip(0) == f(y)",
        inputs={"x": "torch.arange(float(n)) ** 2", "y": "-x"},
        sizes={"n": (2, 6)},
        because="f turns things round",
    )
    drawn = check.draw(random.Random(0))  # noqa: S311  # draws repeat on purpose
    worlds = [make_world(SETUP, f"def f(x): return x * {k}", drawn)[0] for k in (0, 1)]
    trials = tuple(check.prepare(worlds[0], trial) for trial in drawn)
    reference = check.observe(worlds[0], trials)
    with monkeypatch.context() as patched:
        # What a hostile answer would do in its own process.
        patched.setattr(torch.Tensor, "flip", lambda tensor, *_: tensor * 0)
        patched.setattr(torch.Tensor, "__eq__", lambda *_: True)
        patched.setattr(torch, "isclose", lambda one, *_, **__: torch.ones_like(one).bool())
        seen = check.observe(worlds[1], trials)
    assert check.compare(seen, reference, source="").code == "does-not-hold"
    assert check.compare(reference, reference, source="").status == "pass"


def test_every_operand_gets_inputs_of_its_own() -> None:
    """What one call does to its argument is not seen by the next."""
    answer = "def encode(t):\n    t += 3\n    return t\ndef decode(t):\n    t -= 3\n    return t"
    assert _holds(answer, CODING, "decode(encode(x)) == x").status == "pass"
    spoils = "def encode(t):\n    t *= 0\n    return t\ndef decode(t):\n    return t"
    assert _holds(spoils, CODING, "decode(encode(x)) == x").status == "fail"


def test_rounding_is_allowed_for_and_can_be_set() -> None:
    """By the coarsest dtype that took part."""
    half = "def f(x): return x.half() / 3"
    assert _holds(half, "def f(x): return x / 3", "f(x) * 3 == x").status == "pass"
    off = "def f(x): return x / 3 + 0.001"
    assert _holds(off, "def f(x): return x / 3", "f(x) * 3 == x").status == "fail"
    assert _holds(off, "def f(x): return x / 3", "f(x) * 3 == x", atol=0.1).status == "pass"


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        ("f(x)", "compares nothing"),
        ("f(x) == 1 or f(x) == 2", "joined by `and`"),
        ("x == x", "no name of the answer's"),
        ("1 == 1", "no name of the answer's"),
        ("f(x) in [1]", "the relations are"),
        ("f(x.flip(0)) == 1", "what is made of `x` needs a name"),
        ("f(x + 1) == 1", "give `x + 1` a name in `inputs`"),
        ("sorted(f(x)) == x", "`sorted` is none of the answer's names"),
        ("torch.linalg.norm(f(x)) == 1", "`torch` is none"),
        ("F.softmax(f(x), 0) == 1", "`F` is none"),
        ("f(x)[k] == 1", "index `k` is not made of numbers"),
        ("[v for v in f(x)] == 1", "cannot be calculated"),
        ("(lambda: 1)() == f(x)", "is no call"),
        ("f(x) ==", "no Python expression"),
        ("not f(x) == 1", "compares nothing"),
        ("f(x) & 1 == 1", "cannot be calculated"),
    ],
)
def test_what_the_judge_could_not_calculate_is_refused(relation: str, words: str) -> None:
    """The author reads what to write instead."""
    with pytest.raises(ValueError, match=re.escape(words)):
        build("holds", relation, {"because": "so", "inputs": {"x": "1"}})


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"because": ""},
        {"because": "b", "sizes": {"n": [3, 1]}},
        {"because": "b", "sizes": {"n": -1}},
        {"because": "b", "inputs": {"a b": "1"}},
        {"because": "b", "inputs": {"a": "1 +"}},
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any]) -> None:
    """A reason is needed, sizes must be possible."""
    with pytest.raises(ValueError, match="holds"):
        build("holds", "f(x) == 1", params)


def test_operands_are_the_answers_calls_alone() -> None:
    """All else is calculated by the judge."""
    read = read_relation("a.flip(0) + f(g(x), k=2)[0] == 2 * abs(M(3)(x).T) + y", ["x", "y"])
    assert read.operands == ("a", "f(g(x), k=2)", "M(3)(x)")
    assert read_relation("m.norm(x) == m.norm(2)", ["x"]).operands == ("m.norm(x)", "m")


@pytest.mark.parametrize(
    "value",
    [
        None,
        Nothing(),
        Str("x"),
        Opaque("x"),
        List((Float(1.0),)),
        Int("0x" + "f" * 4000),
        Tensor(storage=None, dtype="float32", shape=(2,), stride=(1,)),
        Tensor(storage=0, dtype="complex64", shape=(2,), stride=(1,)),
        Tensor(storage=0, dtype="uint8", shape=(4096, 4000), stride=(0, 0)),
        Tensor(storage=0, dtype="float8_e5m2", shape=(0, 3), stride=(1, 1)),
    ],
)
@pytest.mark.parametrize(
    "relation",
    ["f(x).sum() == 1", "f(x) @ f(x).T > 2", "f(x)[0] == 'y'", "len(f(x)) == 9", "2 ** f(x) < 0"],
)
def test_forged_data_never_pass(relation: str, value: Value | None) -> None:
    """Whatever is sent, however large: the judge calculates or says that it cannot."""
    check = Holds(target=relation, because="so", inputs={"x": "1"})
    trial = Trial(seed=1, inputs={"x": Int("0x1")})
    forged = Observed(after={} if value is None else {"f(x)": value}, storages=(b"\3" * 16,))
    found = check.difference(forged, Observed(trial=trial, after={"f(x)": Float(1.0)}), "")
    assert found is not None
    assert found.code in ("does-not-hold", "wrong-type", "unobserved", "empty")
    check.shows_same(forged, forged)


def test_answers_are_alike_if_their_operands_are() -> None:
    """What the judge calculates follows from them."""
    check = build(
        "holds", "f(x) > 0", {"because": "b", "inputs": {"x": "torch.rand(n)"}, "sizes": {"n": 3}}
    )
    assert alike(check, "f = torch.neg", "def f(x): return -x", setup=SETUP)
    assert not alike(check, "f = torch.neg", "def f(x): return -2 * x", setup=SETUP)
    assert not alike(check, "f = torch.neg", "def f(x): 1 / 0", setup=SETUP)
    assert alike(check, "def f(x): 1 / 0", "def f(t): 2 / 0", setup=SETUP)
