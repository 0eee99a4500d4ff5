# ruff: noqa: ISC004  # answers read best as they are
from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from checks import AutogradFunction, Finding, Gradcheck, examine
from checks.data import Int, Nothing, Observed, Raised, Str
from checks.diagnosis.custom_functions import explain_custom
from checks.registry import build
from checks.trial_run import make_world
from tests.checks.recognising import alike

SETUP = "import torch\nfrom torch import nn\nfrom torch.autograd import Function\n"
RELU = """class R(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * (x > 0)
"""
CHECK = AutogradFunction(
    target="R", inputs={"x": "torch.randn(n, m)"}, sizes={"n": (1, 3), "m": (1, 4)}
)


def _examine(answer: str, solution: str = RELU, check: AutogradFunction = CHECK) -> Finding:
    return examine(check, answer=answer, solution=solution, setup=SETUP)


def _asking(*asks: Any, check: AutogradFunction = CHECK) -> AutogradFunction:
    return msgspec.structs.replace(check, asks=asks)


@pytest.mark.parametrize(
    "answer",
    [
        RELU,
        RELU.replace("x > 0", "x >= 0"),  # at 0 both are right
        RELU.replace("    @staticmethod\n", ""),  # autograd does without
        RELU.replace("ctx.save_for_backward(x)", "ctx.x = x").replace(
            "x, = ctx.saved_tensors", "x = ctx.x"
        ),
        RELU.replace("return g * (x > 0)", "return g * (x > 0), None, None"),
        RELU.replace("x.clamp(min=0)", "torch.where(x > 0, x, 0.0)").replace(
            "x > 0)\n", "x > 0).to(g.dtype)\n"
        ),
        "class R(Function):\n    @staticmethod\n    def forward(x):\n        return x.relu()\n"
        "    @staticmethod\n    def setup_context(ctx, inputs, output):\n"
        "        ctx.save_for_backward(output)\n"
        "    @staticmethod\n    def vjp(ctx, g):\n"
        "        return g * ctx.saved_tensors[0].sign()\n",
        "class Base(Function):\n    @staticmethod\n    def backward(ctx, g):\n"
        "        return g * ctx.mask\nclass R(Base):\n    @staticmethod\n"
        "    def forward(ctx, x):\n        ctx.mask = (x > 0).float()\n"
        "        return x * ctx.mask\n",
    ],
)
def test_a_right_function_passes_however_it_is_written(answer: str) -> None:
    """Right results and right gradients are enough, unless the task asks for more."""
    finding = _examine(answer)
    assert finding.status == "pass", finding.message


_WRONG = [
    ("", "not-defined", None, ["`R`"]),
    ("def R(x):\n    return x.relu()", "wrong-type", None, ["is a function"]),
    ("R = nn.ReLU()", "wrong-type", None, ["is a module"]),
    ("R = nn.ReLU", "wrong-type", None, ["a class of another kind"]),
    (RELU + "R = R()", "wrong-type", None, ["an object made of a Function"]),
    ("class R(Function):\n    pass", "missing-method", 1, ["no `forward`"]),
    (
        RELU.split("    @staticmethod\n    def backward", maxsplit=1)[0],
        "missing-method",
        1,
        ["no `backward`"],
    ),
    (
        RELU.replace("forward(ctx, x)", "forward(x)"),
        "wrong-signature",
        None,
        ["`ctx` and each input"],
    ),
    (
        RELU.replace("    @staticmethod\n    def forward(ctx, x)", "    def forward(self, ctx, x)"),
        "wrong-signature",
        None,
        ["no `self`"],
    ),
    (
        RELU.replace("backward(ctx, g)", "backward(ctx)"),
        "wrong-signature",
        None,
        ["a gradient of each"],
    ),
    (
        RELU.replace("        ctx.save_for_backward(x)\n", ""),
        "nothing-saved",
        7,
        ["line 7", "ctx.save_for_backward"],
    ),
    (RELU.replace("x, = ", "x, y = "), "nothing-saved", 8, ["2 tensors", "saved 1"]),
    (
        RELU.replace("        ctx.save_for_backward(x)\n", "").replace(
            "x, = ctx.saved_tensors", "x = ctx.x"
        ),
        "nothing-saved",
        7,
        ["`ctx.x` on line 7 was never set"],
    ),
    (
        RELU.replace("        ctx.save_for_backward(x)\n", "")
        .replace("x, =", "x =")
        .replace("tensors", "tensors[0]"),
        "nothing-saved",
        7,
        ["line 7"],
    ),
    (
        RELU.replace("(x > 0)", "(x > 0), g"),
        "wrong-gradient-count",
        None,
        ["2 gradients", "1 input"],
    ),
    (RELU.replace("g * (x > 0)", "g.sum(0)"), "wrong-gradient-shape", None, ["shape of its input"]),
    (RELU.replace("g * (x > 0)", "2.0"), "wrong-gradient-type", None, ["a float"]),
    (RELU.replace("return g *", "g *"), "no-gradient", None, ["None for `x`", "`return` missing"]),
    (
        RELU.replace("g * (x > 0)", "(x > 0).float()"),
        "incoming-gradient-ignored",
        None,
        ["whatever gradient comes in", "chain rule"],
    ),
    (RELU.replace("return g", "return -g"), "sign-flipped-gradient", None, ["opposite sign"]),
    (RELU.replace("return g", "return 2 * g"), "scaled-gradient", None, ["2 times", "factor"]),
    (RELU.replace("(x > 0)", "(x < 0)"), "wrong-gradient", None, ["The gradient for `x`"]),
    (RELU.replace("g * (x > 0)", "g * 0 * x"), "zero-gradient", None, ["zero everywhere"]),
    (RELU.replace("min=0", "min=-9"), "missing-activation", None, ["`R.apply(x)`"]),
    (RELU.replace("x.clamp(min=0)", "x.clamp_(min=0)"), "input-changed", None, ["`x`"]),
    (
        RELU.replace("return x.clamp(min=0)", "x.clamp(min=0)"),
        "returned-nothing",
        None,
        ["`return`"],
    ),
    (RELU.replace("return g *", "return 1 / 0 *"), "raised", 9, ["ZeroDivisionError on line 9"]),
]


@pytest.mark.parametrize(("answer", "code", "line", "words"), _WRONG)
def test_a_wrong_function_is_named_by_its_cause(
    answer: str, code: str, line: int | None, words: list[str]
) -> None:
    """What torch says of each is put in the learner's own names."""
    finding = _examine(answer)
    assert (finding.status, finding.code, finding.line) == ("fail", code, line), finding.message
    assert (finding.check, finding.target) == ("autograd_function", "R")
    for word in words:
        assert word in finding.message


def test_a_kink_counts_in_a_given_case_only() -> None:
    """ReLU at 0: what the solution has there, if the author asks for it."""
    other = RELU.replace("x > 0", "x >= 0")
    zeros = msgspec.structs.replace(CHECK, inputs={"x": "torch.zeros(n, m)"})
    assert _examine(other, check=zeros).status == "pass"
    asked = msgspec.structs.replace(CHECK, cases=({"x": "torch.zeros(2)"},))
    assert _examine(other, check=asked).code == "wrong-gradient"


SCALE = """class S(Function):
    @staticmethod
    def forward(ctx, x, w, k):
        ctx.save_for_backward(x, w)
        ctx.k = k
        return x * w * k
    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        gx = g * w * ctx.k if ctx.needs_input_grad[0] else None
        gw = (g * x * ctx.k).sum(0) if ctx.needs_input_grad[1] else None
        return gx, gw, None
"""
SCALING = AutogradFunction(
    target="S",
    inputs={"x": "torch.randn(n, m)", "w": "torch.randn(m)", "k": "2.5"},
    sizes={"n": (1, 3), "m": (1, 4)},
)
UNSUMMED = SCALE.replace(".sum(0)", "")


def test_a_gradient_that_is_not_summed_is_seen() -> None:
    """Autograd sums it without a word: neither its gradient nor gradcheck would show it."""
    finding = _examine(UNSUMMED, SCALE, SCALING)
    assert finding.code == "wrong-gradient-shape"
    assert "for `w`, whose shape is (" in finding.message
    assert finding.details["actual_shape"][1:] == finding.details["expected_shape"]
    assert finding.details["actual_shape"] != [1, 1]  # which would not show what became of it
    through_engine = Gradcheck(target="S.apply", inputs=SCALING.inputs, sizes=SCALING.sizes)
    assert examine(through_engine, answer=UNSUMMED, solution=SCALE, setup=SETUP).status == "pass"
    # A solution that leaves it to autograd asks for no more itself.
    assert _examine(UNSUMMED, UNSUMMED, SCALING).status == "pass"
    assert _examine(SCALE, UNSUMMED, SCALING).status == "pass"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (SCALE.replace("gx, gw, None", "gx, gw"), "wrong-gradient-count", ["3 inputs"]),
        (
            SCALE.replace("gx, gw, None", "gx, gw, g.sum()"),
            "gradient-for-non-tensor",
            ["Input 3", "None"],
        ),
        (SCALE.replace("gx, gw, None", "gw, gx, None"), "wrong-gradient-shape", ["Gradient 1"]),
        (SCALE.replace("gx, gw, None", "gx, None, None"), "no-gradient", ["None for `w`"]),
    ],
)
def test_each_input_needs_its_gradient(answer: str, code: str, words: list[str]) -> None:
    """In order, with None for what is no tensor."""
    finding = _examine(answer, SCALE, SCALING)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


def test_a_task_may_ask_for_more() -> None:
    """`asks`: what works without is wrong only then."""
    asked = _asking("staticmethod", "save_for_backward", "needs_input_grad", check=SCALING)
    assert _examine(SCALE, SCALE, asked).status == "pass"
    plain = SCALE.replace("    @staticmethod\n    def backward", "    def backward")
    kept = SCALE.replace("ctx.k = k", "ctx.k = k\n        ctx.w = w")
    always = SCALE.replace(" if ctx.needs_input_grad[1] else None", "")
    for answer, code, word in (
        (plain, "not-static", "`backward` of `S`"),
        (kept, "kept-on-context", "`ctx.w` holds a tensor"),
        (always, "needless-gradient", "for `w` as well"),
    ):
        assert _examine(answer, SCALE, SCALING).status == "pass"
        finding = _examine(answer, SCALE, asked)
        assert finding.code == code, finding.message
        assert word in finding.message
    assert _examine(plain, SCALE, asked).line == 7
    assert _examine(always, always, asked).status == "pass"


DOUBLE = """class D(Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x
    @staticmethod
    def backward(ctx, g):
        return 2 * g
"""


def test_a_change_in_place_must_be_marked() -> None:
    """Gradients are right without it here, and wrong later."""
    check = AutogradFunction(
        target="D", inputs={"x": "torch.randn(n)"}, sizes={"n": (1, 3)}, mutates=("x",)
    )
    assert _examine(DOUBLE, DOUBLE, check).status == "pass"
    finding = _examine(DOUBLE.replace("        ctx.mark_dirty(x)\n", ""), DOUBLE, check)
    assert finding.code == "not-marked-dirty"
    assert "`ctx.mark_dirty(x)`" in finding.message
    copy = DOUBLE.replace("x.mul_(2)", "x = x * 2").replace("        ctx.mark_dirty(x)\n", "")
    assert _examine(copy, DOUBLE, check).code == "input-not-changed"


PAIR = """class P(Function):
    @staticmethod
    def forward(ctx, x):
        signs = x.sign()
        ctx.mark_non_differentiable(signs)
        ctx.save_for_backward(signs)
        return x.abs(), signs
    @staticmethod
    def backward(ctx, g, _):
        return g * ctx.saved_tensors[0]
"""


def test_a_result_may_be_marked_as_not_differentiable() -> None:
    """Which results require a gradient is compared one by one."""
    check = AutogradFunction(target="P", inputs={"x": "torch.randn(n)"}, sizes={"n": (1, 3)})
    assert _examine(PAIR, PAIR, check).status == "pass"
    unmarked = PAIR.replace("        ctx.mark_non_differentiable(signs)\n", "")
    finding = _examine(unmarked, PAIR, check)
    assert finding.code == "still-tracked"
    assert "`P.apply(x)[1]`" in finding.message
    assert _examine(PAIR, unmarked, check).code == "detached"
    fewer = PAIR.replace("backward(ctx, g, _)", "backward(ctx, g)")
    assert _examine(fewer, PAIR, check).code == "wrong-signature"


def test_a_result_must_come_through_the_class() -> None:
    """An `apply` of one's own would get round `backward`."""
    answer = RELU + "    apply = staticmethod(torch.relu)\n"
    finding = _examine(answer)
    assert finding.code == "detached"
    assert "does not go through" in finding.message


@pytest.mark.parametrize(
    ("solution", "word"),
    [
        ("R = 3", "an int"),
        ("", "`R` is not defined"),
        (RELU.replace("ctx.save_for_backward(x)", "pass"), "cannot be differentiated"),
        (RELU.replace("return x.clamp(min=0)", "return [1.0]"), "no result"),
        (RELU.split("    @staticmethod\n    def backward", maxsplit=1)[0], "no `backward`"),
    ],
)
def test_a_solution_without_a_function_is_the_lessons_fault(solution: str, word: str) -> None:
    """It never counts against the learner, whatever they answered."""
    for answer in (RELU, ""):
        finding = _examine(answer, solution)
        assert finding.status == "error"
        assert word in finding.message


@pytest.mark.parametrize(
    "hostile",
    [
        "class M(type(Function)):\n    def __getattribute__(cls, name):\n        raise SystemExit\n"
        "class R(Function, metaclass=M):\n    pass",
        "class R:\n    __class__ = Function\n    apply = forward = backward = None",
        RELU.replace("return g * (x > 0)", "raise SystemExit"),
        RELU.replace("return g * (x > 0)", "return type('T', (tuple,), {'__len__': 1})((g,))"),
        RELU.replace(
            "ctx.save_for_backward(x)", "ctx.__dict__['a'] = x\n        ctx.save_for_backward(x)"
        ).replace("g * (x > 0)", "[g]"),
    ],
)
def test_hostile_classes_are_contained(hostile: str) -> None:
    """A fail with a code, never an accident of the tutor's."""
    finding = _examine(hostile)
    assert finding.status == "fail"
    assert finding.message


def test_a_forged_observation_fails() -> None:
    """A missing look at the class, the results or the gradients is no pass."""
    drawn = CHECK.draw(random.Random(0))  # noqa: S311  # the same each time on purpose
    world, _ = make_world(SETUP, RELU, drawn)
    trials = tuple(CHECK.prepare(world, trial) for trial in drawn)
    right = CHECK.observe(world, trials)
    assert CHECK.compare(right, right, source="").status == "pass"
    facts = right[0].facts
    for forged in (
        [Observed() for _ in right],
        [msgspec.structs.replace(o, facts={}) for o in right],
        [msgspec.structs.replace(o, gradients={}) for o in right],
        [msgspec.structs.replace(o, facts=dict.fromkeys(facts, Nothing())) for o in right],
        [
            msgspec.structs.replace(o, facts={**o.facts, "tracked outputs": Int("0x1")})
            for o in right
        ],
        [msgspec.structs.replace(o, facts={**o.facts, "kind": Str("x" * 10_000)}) for o in right],
        [],
    ):
        assert CHECK.compare(tuple(forged), right, source="").status == "fail"


def test_mistakes_are_recognised_by_what_backward_returns() -> None:
    """Autograd hides a sum that is missing; the comparison does not."""
    assert not alike(SCALING, SCALE, UNSUMMED, setup=SETUP, solution=SCALE)
    other = UNSUMMED.replace("g * x * ctx.k", "ctx.k * (x * g)")
    assert alike(SCALING, other, UNSUMMED, setup=SETUP, solution=SCALE)
    nothing = RELU.replace("        ctx.save_for_backward(x)\n", "")
    assert alike(CHECK, nothing.replace("x, =", "(x,) ="), nothing, setup=SETUP, solution=RELU)
    assert not alike(CHECK, RELU, nothing, setup=SETUP, solution=RELU)
    assert not alike(CHECK, "R = nn.ReLU", "R = nn.ReLU()", setup=SETUP, solution=RELU)
    plain = RELU.replace("    @staticmethod\n", "")
    assert alike(CHECK, plain, RELU, setup=SETUP, solution=RELU)
    assert not alike(_asking("staticmethod"), plain, RELU, setup=SETUP, solution=RELU)


def test_texts_of_other_torch_versions_and_odd_ones_are_read() -> None:
    """By type first, then loosely; what is not known is said as it is."""
    wording = "Function RBackward returned a gradient different from None at position 2, but …"
    said = explain_custom(Raised(type="RuntimeError", message=wording), "R.apply", "")
    assert said.code == "gradient-for-non-tensor"
    old = "Legacy autograd function with non-static forward method is deprecated."
    assert explain_custom(Raised(type="RuntimeError", message=old), "R", "").code == "not-static"
    unpack = Raised(type="ValueError", message="not enough values to unpack (expected 2, got 1)")
    assert explain_custom(unpack, "R.apply", "a, b = [1]").code == "raised"
    lost = Raised(
        type="AttributeError", message="'RBackward' object has no attribute 'saved_tensors'"
    )
    assert explain_custom(lost, "R.apply", "").code == "raised"


def test_wrong_parameters_are_refused() -> None:
    """With a reason."""
    for params, word in (
        ({}, "`inputs`"),
        ({"inputs": {"x": "1"}, "asks": ["speed"]}, "asks"),
        ({"inputs": {"x": "1"}, "mutates": ["y"]}, "no input"),
    ):
        with pytest.raises(ValueError, match=word):
            build("autograd_function", "R", params)
