from __future__ import annotations

import pytest

from checks import Finding, Finite, examine
from checks.data import Float, Int, Observed, Opaque, Str, Tensor, Tuple, Value
from tests.checks.recognising import alike

SETUP = (
    "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
    "x = torch.tensor([[1., 1000., 2.], [0., 1, 2]])\n"
)


def _finite(answer: str, solution: str = "y = x", target: str = "y") -> Finding:
    return examine(Finite(target=target), answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    ("answer", "solution"),
    [
        ("y = x.softmax(1)", "y = x"),
        ("y = torch.zeros(7)", "y = x"),
        ("y = x.long()", "y = x"),
        ("y = [1.0, {'a': x}, 3, 'text', None]", "y = [2.0]"),
        ("y = 3", "y = 2.0"),
        ("y = 1 + 2j", "y = 1j"),
        ("y = x.to(torch.complex64)", "y = x"),
        ("y = x[:0]", "y = x[:0]"),
        ("y = nn.Linear(3, 2)", "y = nn.BatchNorm1d(3)"),
        ("y = torch.tensor([1.0, 448.0]).to(torch.float8_e4m3fn)", "y = x"),
        ("y = x.half() * 60", "y = x"),
        ("y = x.numpy()", "y = x"),
        ("y = x.to('meta')", "y = x"),
    ],
)
def test_finite_numbers_pass_whatever_they_are(answer: str, solution: str) -> None:
    """Neither the shape nor the values nor the dtype count."""
    finding = _finite(answer, solution)
    assert finding.status == "pass", finding.message


_LOST = [
    ("y = x.exp()", 1, ["inf at [0, 1]", "`exp` on line 1", "more than 88"]),
    (
        "e = x.exp()\ny = e / e.sum(1, True)",
        1,
        ["A division on line 2", "inf/inf", "`exp` on line 1"],
    ),
    ("y = x.log()", 1, ["-inf at [1, 0]", "logarithm of 0"]),
    ("y = (-1 - x).log()", 1, ["none of its 6", "negative number"]),
    ("y = (x - 5).sqrt()", 1, ["root of a negative"]),
    ("y = 1 / x", 1, ["inf at [1, 0]", "division by 0"]),
    ("y = x / x", 1, ["nan at [1, 0]", "0/0"]),
    ("y = x.half() * 1000", 1, ["float16 ends at 65504", "float32 reaches"]),
    ("y = (x * 1e5).half()", 1, ["5 of its 6", "65504 do not fit"]),
    ("y = x\nfor i in range(40):\n    y = y * 100", 3, ["float32 ends at 3.4e38"]),
    ("y = x.clone()\ny[0, 1] = float('inf')", 2, ["An assignment on line 2"]),
    ("y = x[:1, :1].std(1)", 1, ["n - 1"]),
    ("y = x[:0].mean()", 1, ["mean of no numbers"]),
    ("a = x.exp()\nb = x.log()\ny = a + 1", 1, ["`exp` on line 1"]),
    ("m = x.masked_fill(x > -1, -torch.inf)\ny = m.softmax(1)", 2, ["all numbers are -inf"]),
    ("def f(a):\n    return a.exp()\ny = [0.0, {'k': f(x)}][1]['k']", 2, ["`exp` on line 2"]),
]


@pytest.mark.parametrize(("answer", "line", "words"), _LOST)
def test_the_operation_that_lost_a_number_is_named(
    answer: str, line: int, words: list[str]
) -> None:
    """By its line, and with the reason."""
    finding = _finite(answer)
    assert (finding.status, finding.code, finding.line) == ("fail", "not-finite", line)
    for word in words:
        assert word in finding.message


@pytest.mark.parametrize(
    ("answer", "solution", "words"),
    [
        ("y = float('nan')", "y = 1.0", ["`y` is nan"]),
        ("y = x.exp().sum().item()", "y = 1.0", ["`exp` on line 1"]),
        ("y = [x, (1.0, x.exp())]", "y = [x]", ["`y[1][1]` is inf at [0, 1]"]),
        ("y = {'w': x / 0}", "y = {}\ny['v'] = x", ["`y['w']`"]),
        ("y = complex(1, float('inf'))", "y = 1j", ["inf"]),
        (
            "y = nn.Linear(2, 2)\nwith torch.no_grad():\n    y.weight.fill_(float('nan'))",
            "y = nn.Linear(2, 2)",
            ["`y['weight']`", "`fill_` on line 3"],
        ),
    ],
)
def test_containers_numbers_and_modules_are_looked_through(
    answer: str, solution: str, words: list[str]
) -> None:
    """The message has the path."""
    finding = _finite(answer, solution)
    assert (finding.status, finding.code) == ("fail", "not-finite")
    for word in words:
        assert word in finding.message


def test_the_untaken_branch_of_where_is_named() -> None:
    """The forward value is fine, the gradient is not."""
    finding = _finite(
        "w = x.clone().requires_grad_()\n"
        "torch.where(w > 0, w.log(), torch.zeros(())).sum().backward()",
        "w = x.clone()\nw.grad = x",
        "w.grad",
    )
    assert finding.code == "not-finite"
    assert "branch of `where` that is not taken" in finding.message


def test_a_function_is_looked_at_through_a_call() -> None:
    """The line is the answer's own, inside of the function, where the inf came up first."""
    finding = _finite(
        "def soft(a):\n    e = a.exp()\n    return e / e.sum()",
        "def soft(a):\n    return a.softmax(1)",
        "soft(x)",
    )
    assert finding.line == 2
    assert "A division on line 3" in finding.message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "not-defined"),
        ("y = 1/0", "raised"),
        ("y = None", "wrong-type"),
        ("y = 'nan'", "wrong-type"),
        ("y = [1.0]", "wrong-type"),
        ("y = x.to_sparse()", "wrong-type"),
        ("y = x[:0]", "empty"),
    ],
)
def test_what_holds_no_numbers_does_not_pass(answer: str, code: str) -> None:
    """Nothing is finite by being nothing."""
    finding = _finite(answer)
    assert (finding.status, finding.code) == ("fail", code)


@pytest.mark.parametrize("solution", ["y = x.exp()", "z = 1", "y = 'a'", "y = object()", "y = []"])
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """Also one that is not finite itself."""
    assert _finite("y = x", solution).status == "error"


def test_a_second_run_that_fails_costs_only_the_hint() -> None:
    """What cannot be run twice is still not finite."""
    answer = "y = x.exp()\nif 'ran' in globals(): raise ValueError\nran = True"
    finding = _finite(answer)
    assert (finding.code, finding.line) == ("not-finite", 1)
    answer = "if 'ran' in globals(): raise ValueError\nran = True\ny = x.exp()"
    finding = _finite(answer)
    assert (finding.code, finding.line) == ("not-finite", None)
    assert "float32 ends at" in finding.message


def test_the_second_run_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The learner sees the output of the first."""
    _finite("print('hello')\ny = x.exp()")
    assert capsys.readouterr().out == "hello\n"


_STEP = (Str("exp"), Int("0x1"), Str("inf"), Str("float32"))


@pytest.mark.parametrize(
    "origin",
    [
        Int("0x1"),
        Tuple(()),
        Tuple((Int("0x1"),)),
        Tuple((Tuple((Str("exp"), Int("0x1"))),)),
        Tuple((Tuple((Str("`; rm"), *_STEP[1:])),)),
        Tuple((Tuple((_STEP[0], Int("0x" + "f" * 4000), *_STEP[2:])),)),
        Tuple((Tuple((*_STEP[:2], Str("fine"), Str("float32"))),)),
        Tuple((Tuple((*_STEP[:3], Str("float99"))),)),
        Tuple((Tuple(_STEP),) * 1000),
        Opaque("x"),
        Tensor(storage=None, dtype="float32", shape=(), stride=()),
    ],
)
def test_a_forged_origin_changes_no_verdict(origin: Value) -> None:
    """It is a hint: what makes no sense is left out."""
    check = Finite(target="y")
    lost = Observed(value=Float(float("inf")), after={"origin": origin})
    finding = check.compare((lost,), (Observed(value=Float(1.0)),), source="y = 1")
    assert (finding.status, finding.code) == ("fail", "not-finite")
    fine = Observed(value=Float(1.0), after={"origin": origin})
    assert check.compare((fine,), (Observed(value=Float(1.0)),), source="").status == "pass"


@pytest.mark.parametrize(
    "value",
    [Opaque("Tensor", "sparse"), Tensor(storage=None, dtype="float32", shape=(), stride=())],
)
def test_what_cannot_be_looked_at_never_passes_for_numbers(value: Value) -> None:
    """An opaque value fails, a tensor without data holds no NaN."""
    check = Finite(target="y")
    finding = check.compare((Observed(value=value),), (Observed(value=Float(1.0)),), source="")
    assert finding.status == ("fail" if isinstance(value, Opaque) else "pass")
    assert check.compare((), (Observed(value=Float(1.0)),), source="").code == "unobserved"
    assert check.compare((Observed(),), (Observed(value=Float(1.0)),), source="").status == "fail"


def test_answers_are_alike_where_they_lose_the_same_numbers() -> None:
    """Which operation lost them does not matter, and finite numbers are all alike."""
    check = Finite(target="y")
    assert alike(check, "y = x.exp()", "y = (2 * x).exp()", setup=SETUP)
    assert alike(check, "y = x", "y = 2 * x", setup=SETUP)
    assert not alike(check, "y = x.exp()", "y = x.log()", setup=SETUP)
    assert not alike(check, "y = x.exp()", "y = x", setup=SETUP)
    assert not alike(check, "y = x.exp()", "y = 1/0", setup=SETUP)
    assert not alike(check, "y = None", "y = x", setup=SETUP)
