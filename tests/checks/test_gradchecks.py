# ruff: noqa: ISC004  # answers read best as they are
from __future__ import annotations

import random

import msgspec
import pytest

from checks import Finding, Gradcheck, examine
from checks.data import Nothing, Observed
from checks.registry import build
from checks.trial_run import make_world
from tests.checks.recognising import alike

SETUP = "import torch\nfrom torch import nn\nfrom torch.autograd import Function\n"
SOFTMAX = "def f(x):\n    return torch.softmax(x, 1)"
ROWS = Gradcheck(
    target="f", inputs={"x": "torch.randn(n, m)"}, sizes={"n": (1, 2), "m": (1, 3)}, trials=3
)
ROW = Gradcheck(target="f", inputs={"x": "torch.randn(n)"}, sizes={"n": (1, 3)}, trials=3)


def _examine(check: Gradcheck, answer: str, solution: str) -> Finding:
    return examine(check, answer=answer, solution=solution, setup=SETUP)


def _function(forward: str, backward: str) -> str:
    return (
        "class A(Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        f"        y = {forward}\n        ctx.save_for_backward(x, y)\n        return y\n"
        "    @staticmethod\n    def backward(ctx, g):\n        x, y = ctx.saved_tensors\n"
        f"        return {backward}\nf = A.apply\n"
    )


@pytest.mark.parametrize(
    "answer",
    [
        SOFTMAX,
        "def f(x):\n    e = (x - x.amax(1, keepdim=True)).exp()\n    return e / e.sum(1, True)",
        "f = nn.Softmax(dim=1)",
        _function("x.softmax(1)", "y * (g - (g * y).sum(1, keepdim=True))"),
        # works on float32 only: the result is a buffer of its own
        "def f(x):\n    out = torch.empty(x.shape)\n    for i, row in enumerate(x):\n"
        "        out[i] = row.softmax(0)\n    return out",
        "w = torch.ones(1)\ndef f(x):\n    return (x.T.contiguous().T.matmul(torch.eye(x.shape[1]))"
        " * w).softmax(1)",
    ],
)
def test_a_right_backward_passes_however_it_is_written(answer: str) -> None:
    """Autograd's own, one of a Function, and one that works on float32 only."""
    finding = _examine(ROWS, answer, SOFTMAX)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("", "not-defined", ["`f`"]),
        ("def f(x):\n    return x.softmax(0)", "other-dimension", ["dimension 0"]),
        (
            "def f(x):\n    e = x.exp()\n    return e / e.sum(1, True).detach()",
            "wrong-gradient",
            ["The gradient for `x`", "the slope, measured"],
        ),
        ("def f(x):\n    return x.detach().softmax(1)", "detached", ["on line 2, by `.detach()`"]),
        (_function("x.softmax(1)", "torch.zeros_like(g)"), "zero-gradient", ["zero everywhere"]),
        (_function("x.softmax(1)", "g"), "wrong-gradient", ["`x`"]),
        (
            _function("x.softmax(1)", "3 * y * (g - (g * y).sum(1, keepdim=True))"),
            "scaled-gradient",
            ["3 times", "factor"],
        ),
        (
            _function("x.softmax(1)", "-y * (g - (g * y).sum(1, keepdim=True))"),
            "sign-flipped-gradient",
            ["opposite sign"],
        ),
        (_function("x.softmax(1)", "g, g"), "wrong-gradient-count", ["2 gradients", "1 input"]),
        (
            _function("x.softmax(1)", "g").replace("x, y = ctx", "x, = ctx"),
            "nothing-saved",
            ["Line 9", "saved more"],
        ),
        ("def f(x):\n    x += 1\n    return (x - 1).softmax(1)", "input-changed", ["`x`"]),
        ("def f(x):\n    return 1 / 0", "raised", ["ZeroDivisionError"]),
    ],
)
def test_a_wrong_backward_is_named(answer: str, code: str, words: list[str]) -> None:
    """A softmax backward of zeros would pass under a sum; it does not here."""
    finding = _examine(ROWS, answer, SOFTMAX)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    assert (finding.check, finding.target) == ("gradcheck", "f")
    for word in words:
        assert word in finding.message


def test_a_wrong_function_with_its_own_backward_does_not_pass_unless_wanted() -> None:
    """`any_forward` compares a backward with the answer's own slope."""
    solution = "def f(x):\n    return x.sin()"
    answer = _function("x.exp()", "g * y")
    assert _examine(ROW, answer, solution).code in ("wrong-values", "scaled")
    own = msgspec.structs.replace(ROW, any_forward=True)
    assert _examine(own, answer, solution).status == "pass"
    finding = _examine(own, _function("x.exp()", "g * y * y"), solution)
    assert finding.code == "wrong-gradient"
    assert "the answer's own function" in finding.message
    assert _examine(own, "def f(x):\n    return y", solution).code == "raised"
    finding = _examine(own, "def f(x):\n    return torch.zeros(1)", solution)
    assert "the same result whatever its inputs" in finding.message
    assert (
        "no slope at any"
        in _examine(
            msgspec.structs.replace(own, inputs={"x": "-torch.rand(n) - 1"}),
            "def f(x):\n    return x.log()",
            solution,
        ).message
    )


def test_a_function_that_is_right_at_a_point_only_is_told() -> None:
    """Its backward fits it, and not the solution next to that point."""
    case = msgspec.structs.replace(ROW, cases=({"x": "torch.tensor([1.0])"},), trials=0)
    finding = _examine(case, "def f(x):\n    return x ** 3", "def f(x):\n    return x ** 2")
    assert finding.code == "wrong-gradient"
    assert "the answer's own function, which is another one nearby" in finding.message


def test_a_backward_must_use_the_gradient_that_comes_in() -> None:
    """A lone scalar's output gradient is no one here."""
    solution = "def f(x):\n    return x.sum()"
    finding = _examine(ROW, _function("x.sum()", "torch.ones_like(x)"), solution)
    assert finding.code == "incoming-gradient-ignored"
    assert _examine(ROW, _function("x.sum()", "g.expand(x.shape)"), solution).status == "pass"


def test_inputs_are_moved_away_from_kinks() -> None:
    """Zeros are a kink of `relu`: two right answers differ there."""
    check = Gradcheck(target="f", inputs={"x": "torch.zeros(n)"}, sizes={"n": (1, 3)}, trials=2)
    relu = "def f(x):\n    return x.relu()"
    ramp = "def f(x):\n    return torch.where(x >= 0, x, 0 * x)"  # its derivative at 0 is 1
    assert _examine(check, ramp, relu).status == "pass"
    case = msgspec.structs.replace(check, cases=({"x": "torch.zeros(2)"},))
    finding = _examine(case, ramp, relu)
    assert finding.code == "wrong-gradient"
    assert "a kink at these inputs" in finding.message
    assert _examine(case, relu, ramp).status == "fail"
    assert _examine(case, relu, relu).status == "pass"


def test_ties_and_roots_are_kinks_too() -> None:
    """A tie of `max`, the root of 0, the rounding of a half."""
    check = Gradcheck(
        target="f",
        inputs={"x": "torch.ones(n).round()"},
        sizes={"n": (2, 3)},
        cases=({"x": "torch.zeros(2)"},),
        trials=2,
    )
    for body in ("x.amax(0)", "x.abs().sqrt()", "x.norm()", "(x + 0.5).round() + x"):
        finding = _examine(check, f"f = lambda x: {body}", f"f = lambda x: {body}")
        assert finding.status == "pass", finding.message


SECOND = msgspec.structs.replace(ROW, second=True)
EXP = _function("x.exp()", "g * y")


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (EXP, "", []),
        ("f = torch.exp", "", []),
        (EXP.replace("g * y", "g * y.detach()"), "detached", ["second derivative", "line 10"]),
        (
            EXP.replace(
                "    def backward",
                "    @torch.autograd.function.once_differentiable\n    def backward",
            ),
            "detached",
            ["no second derivative"],
        ),
        (
            EXP.replace("g * y", "g * (y.detach() + 2 * (y - y.detach()))"),
            "scaled-gradient",
            ["The second derivative for `x` is 2 times"],
        ),
    ],
)
def test_second_derivatives_are_measured(answer: str, code: str, words: list[str]) -> None:
    """A backward must itself be differentiable where that is asked for."""
    finding = _examine(SECOND, answer, "f = torch.exp")
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


def test_several_inputs_and_results_are_looked_at() -> None:
    """Numbers and whole-number tensors are no inputs to differentiate for."""
    check = Gradcheck(
        target="f",
        inputs={"x": "torch.randn(n, 2)", "w": "torch.randn(2)", "k": "3", "i": "torch.arange(n)"},
        sizes={"n": (1, 3)},
        trials=2,
    )
    solution = "def f(x, w, k, i):\n    return x @ w * k, {'w': w * w.sum(), 'i': i}"
    assert _examine(check, solution, solution).status == "pass"
    finding = _examine(check, solution.replace("w * w.sum()", "w * w.sum().detach()"), solution)
    assert "for `w`" in finding.message


def test_tensors_in_containers_are_inputs_too() -> None:
    """Each by its place."""
    check = Gradcheck(
        target="f",
        inputs={"p": "[torch.zeros(n), {'w': (torch.randn(2), 3)}]", "x": "torch.randn(n)"},
        sizes={"n": (1, 3)},
        trials=2,
    )
    solution = "def f(p, x):\n    return (p[0] * x).relu().sum() + p[1]['w'][0].exp()"
    assert _examine(check, solution, solution).status == "pass"
    finding = _examine(check, solution.replace("[0].exp()", "[0].detach().exp()"), solution)
    assert "`p[1]['w'][0]`" in finding.message
    assert finding.code == "detached"


def test_what_given_builds_runs_in_float64_as_well() -> None:
    """A module's parameters are converted with the inputs."""
    check = Gradcheck(
        target="f",
        given="net = nn.Linear(2, 2)",
        inputs={"net": "net", "x": "torch.randn(n, 2)"},
        sizes={"n": (1, 2)},
        trials=2,
    )
    solution = "def f(net, x):\n    return net(x).tanh()"
    assert (
        _examine(check, "def f(net, x):\n    return torch.tanh(net(x))", solution).status == "pass"
    )
    finding = _examine(check, "def f(net, x):\n    return net(x).data.tanh()", solution)
    assert finding.code == "detached"


@pytest.mark.parametrize(
    ("inputs", "solution", "word"),
    [
        ("torch.randn(n)", "f = 3", "not a function"),
        ("torch.randn(n)", "def f(x):\n    return x > 0", "no float tensor"),
        (
            "torch.randn(n)",
            "w = torch.ones(1, 1)\ndef f(x):\n    return x[None] @ w.expand(len(x), 1)",
            "float64",
        ),
        ("torch.randn(n)", _function("x.exp()", "g * y * 2"), "its slope"),
        ("torch.randn(n)", _function("x.exp()", "1 / 0"), "cannot be differentiated"),
        (
            "torch.arange(n)",
            "w = torch.ones(1, requires_grad=True)\ndef f(x):\n    return x * w",
            "float tensor?",
        ),
        ("-torch.rand(n) - 1", "f = torch.log", "no slope at any"),
        ("torch.randn(601)", "f = torch.exp", "number by number"),
        ("torch.randn(n, q)", "f = torch.exp", "'q' is not defined"),
    ],
)
def test_a_solution_that_cannot_be_measured_is_the_lessons_fault(
    inputs: str, solution: str, word: str
) -> None:
    """It never counts against the learner, whatever they answered."""
    check = msgspec.structs.replace(ROW, inputs={"x": inputs})
    for answer in (solution, ""):
        finding = _examine(check, answer, solution)
        assert finding.status == "error", finding.message
    if word != "not a function":
        assert word in finding.message


def test_a_forged_observation_fails() -> None:
    """Missing derivatives, or slopes of the answer's own making, are no pass."""
    drawn = ROW.draw(random.Random(0))  # noqa: S311  # the same each time on purpose
    world, _ = make_world(SETUP, "f = torch.exp", drawn)
    trials = tuple(ROW.prepare(world, trial) for trial in drawn)
    right = ROW.observe(world, trials)
    assert ROW.compare(right, right, source="").status == "pass"
    none: list[Observed] = [msgspec.structs.replace(o, gradients={}) for o in right]
    bare = [msgspec.structs.replace(o, facts={}) for o in right]
    empty = [Observed() for _ in right]
    odd = [
        msgspec.structs.replace(
            o, gradients={"x": Nothing()}, facts=dict.fromkeys(o.facts, Nothing())
        )
        for o in right
    ]
    own = msgspec.structs.replace(ROW, any_forward=True)
    for forged in (none, bare, empty, odd, []):
        for check in (ROW, own):
            assert check.compare(tuple(forged), right, source="").status == "fail"


def test_mistakes_are_recognised_by_their_derivatives() -> None:
    """The same wrong backward in other words."""
    mistake = _function("x.exp()", "g * x")
    assert alike(ROW, _function("x.exp()", "x * g"), mistake, setup=SETUP, solution="f = torch.exp")
    assert not alike(ROW, EXP, mistake, setup=SETUP, solution="f = torch.exp")
    once = EXP.replace("g * y", "g * y.detach()")
    assert not alike(SECOND, EXP, once, setup=SETUP, solution="f = torch.exp")
    assert alike(
        SECOND, once.replace("detach()", "data"), once, setup=SETUP, solution="f = torch.exp"
    )


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({}, "`inputs`"),
        ({"inputs": {"x": "1 +"}}, "no Python expression"),
        ({"inputs": {"x": "1"}, "sizes": {"n": [3, 1]}}, "range"),
        ({"inputs": {"x": "1"}, "trials": 0}, "trials"),
        ({"inputs": {"x": "1"}, "mutates": ["x"]}, "mutates"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, object], word: str) -> None:
    """With the reason that `function` gives."""
    with pytest.raises(ValueError, match=word):
        build("gradcheck", "f", params)
