# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from tests.checks.function_answers import judged

X = {"x": "torch.randn(n, m)"}
SIZES = {"n": [1, 6], "m": [2, 6]}

CAUSES = [
    ("x * 2", "(x * 2).T", "transposed", "dimensions 0 and 1"),
    ("x.mean(1, keepdim=True)", "x.mean(1)", "missing-dimension", "at position 1"),
    ("x.mean(1)", "x.sum(1)", "sum-not-mean", "sum over"),
    ("x.sum()", "x.mean()", "mean-not-sum", "mean over"),
    ("x.std(1, correction=0)", "x.std(1)", "biased", "correction=0"),
    ("x.var(1)", "x.var(1, correction=0)", "biased", "n - 1"),
    ("-x.log_softmax(1)", "x.log_softmax(1)", "sign-flipped", "opposite sign"),
    ("x.softmax(1)", "x.softmax(0)", "other-dimension", "sums to one over dimension 0"),
    ("x.log_softmax(1)", "x.log_softmax(0)", "other-dimension", "logarithm of what sums to one"),
    ("F.normalize(x, dim=1)", "F.normalize(x, dim=0)", "other-dimension", "length one over dimension 0"),
    ("x - x.mean(1, keepdim=True)", "x - x.mean(0, keepdim=True)", "other-dimension", "averages to zero"),
    ("x.sort(1).values", "x.sort(1, descending=True).values", "reversed-values", "the other way"),
    ("x.sort(1).values", "x", "other-order", "another order"),
    ("x.mean(1) - x[:, 0]", "x.mean(1, keepdim=True) - x[:, 0]", "broadcast", "Give both the same shape"),
    ("((x[:, :1] - x[:, 1:2]) ** 2).mean()", "((x[:, :1] - x[:, 1]) ** 2).mean()", "broadcast", "`sub` stretches shapes ("),
    ("x.max(1).values", "x.max(1)", "wrong-type", "values and the indices"),
    ("x[:, None].squeeze(1)", "x[:, None].squeeze()", "missing-dimension", "takes away every one"),
    ("x.T", "x.reshape(x.shape[1], x.shape[0])", "refilled", "keep the order of the elements"),
    ("x.roll(1, 1)", "x", "rolled", "off by one"),
    ("torch.arange(len(x))", "torch.arange(1, len(x) + 1)", "shifted", "by 1"),
    ("torch.arange(len(x) + 1)", "torch.arange(len(x))", "wrong-shape", "off by one"),
    ("x.sum().item()", "x.sum()", "wrong-type", "`.item()` takes the number out"),
    ("x.sum()", "x.sum().item()", "wrong-type", "Keep the tensor"),
    ("x.argmax(1)", "x.argmax(0)", "wrong-axis", "dimension 0 was reduced where dimension 1"),
    ("x.sum(1, keepdim=True)", "x.sum(0, keepdim=True)", "wrong-axis", "Look at `dim`"),
    ("x * 2", "(x * 2).flatten()", "flattened", "in one row"),
    ("x.norm()", "x.square().sum()", "squared", "square root"),
    ("x > 0", "x < 0", "negated", "wrong way round"),
    ("x.relu()", "x.abs()", "wrong-values", "The worst is at"),
]  # fmt: skip


@pytest.mark.parametrize("wrapped", ["{}", "{{'loss': 1, 'rows': [{}]}}"], ids=["plain", "inside"])
@pytest.mark.parametrize(("right", "wrong", "code", "word"), CAUSES)
def test_a_cause_is_named(right: str, wrong: str, code: str, word: str, wrapped: str) -> None:
    """In a result by itself as well as in a piece of a container, whose path is said."""
    answer, solution = (f"def f(x): return {wrapped.format(text)}" for text in (wrong, right))
    finding = judged(answer, solution, inputs=X, sizes=SIZES)
    assert finding.code == code, finding.message
    assert word in finding.message
    assert ("['rows'][0]" in finding.message) == (wrapped != "{}")


@pytest.mark.parametrize(
    ("columns", "right", "wrong", "never"),
    [
        (4, "x / x.sum(1, keepdim=True)", "x / x.mean(1, keepdim=True)", "where their mean"),
        (2, "x.square().sum(1).sqrt()", "x.square().mean(1).sqrt()", "`std` and `var`"),
        (2, "x", "x[:, :1]", "off by one"),
    ],
)
def test_a_cause_is_not_named_that_cannot_be_it(
    columns: int, right: str, wrong: str, never: str
) -> None:
    """A mean as a divisor is no sum, a mean of squares no `std`, a size of 1 not one too few."""
    answer, solution = (f"def f(x): return {text}" for text in (wrong, right))
    finding = judged(answer, solution, inputs={"x": f"torch.rand(3, {columns}) + 1"})
    assert finding.status == "fail"
    assert never not in finding.message


def test_a_dimension_that_was_put_in_is_no_accident() -> None:
    """Who writes `[:, None]` has every element meet every other on purpose: another cause."""
    setup = "x - (x[:, 0][:, None] - x[:, 0]).sum(1, keepdim=True)"
    finding = judged(
        f"def f(x): return {setup} + 1", "def f(x): return 2 * x", inputs=X, sizes=SIZES
    )
    assert finding.code != "broadcast", finding.message


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize(("right", "wrong", "code", "word"), CAUSES[6:18])
def test_a_cause_is_no_luck(right: str, wrong: str, code: str, word: str, seed: int) -> None:
    """Other hidden draws, the same finding."""
    finding = judged(
        f"def f(x): return {wrong}", f"def f(x): return {right}", inputs=X, sizes=SIZES, seed=seed
    )
    assert finding.code == code, finding.message


WEIGHTS: dict[str, Any] = {
    "inputs": {"x": "torch.randn(n, m)", "w": "torch.randn(m)"},
    "sizes": {"n": [2, 6], "m": [2, 6]},
    "gradients": True,
    "trials": 3,
}
OWN = (
    "class T(torch.autograd.Function):\n"
    "    @staticmethod\n    def forward(ctx, z):\n        y = z.tanh(); ctx.save_for_backward(y); return y\n"
    "    @staticmethod\n    def backward(ctx, g):\n        y, = ctx.saved_tensors; return {}\n"
    "def f(x, w): return {{'y': [T.apply(x @ w).mean()]}}"
)


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (OWN.format("g * (1 - y * y)"), "", ""),
        (OWN.format("-g * (1 - y * y)"), "sign-flipped-gradient", "opposite sign"),
        (OWN.format("3 * g * (1 - y * y)"), "scaled-gradient", "3 times"),
        (OWN.format("g * 0"), "zero-gradient", "zero everywhere"),
        (OWN.format("g * (1 - y)"), "wrong-gradient", "The gradient for `x`"),
        ("def f(x, w): return {'y': [(x @ w.detach()).tanh().mean()]}", "detached", "`w`"),
        ("def f(x, w): return {'y': [(x @ w).tanh().sum()]}", "sum-not-mean", "['y'][0]"),
    ],
)
def test_gradients_of_a_piece_of_a_container(answer: str, code: str, word: str) -> None:
    """A loss inside a dict is differentiated like one by itself."""
    finding = judged(answer, "def f(x, w): return {'y': [torch.tanh(x @ w).mean()]}", **WEIGHTS)
    assert finding.code == code, finding.message
    assert word in finding.message


def test_gradients_for_a_list_of_tensors() -> None:
    """Float tensors inside an input count as much as the input itself."""
    params: dict[str, Any] = {
        "inputs": {"ws": "[torch.randn(n), torch.randn(n)]"},
        "sizes": {"n": [2, 4]},
        "gradients": True,
        "trials": 2,
    }
    solution = "def f(ws): return (ws[0] * ws[1]).sum()"
    assert judged("def f(ws): return ws[0] @ ws[1]", solution, **params).status == "pass"
    finding = judged("def f(ws): return ws[0] @ ws[1].detach()", solution, **params)
    assert finding.code == "detached", finding.message
    assert "`ws[1]`" in finding.message


def test_nothing_to_differentiate_is_the_lessons_fault() -> None:
    """Without a float input nothing would ever be compared."""
    finding = judged("def f(k): return k", "def f(k): return k", inputs={"k": "3"}, gradients=True)
    assert finding.status == "error"


def test_a_cause_of_a_few_trials_is_not_named() -> None:
    """What is zero by chance in the smallest trial does not explain the others."""
    finding = judged(
        "def f(x): return (x - x.mean(0)) ** 3", "def f(x): return x - x.mean(1, keepdim=True)",
        inputs=X, sizes=SIZES,
    )  # fmt: skip
    assert finding.code == "wrong-values", finding.message


def test_the_shown_trial_is_not_ambiguous() -> None:
    """With shape (1, 1) nobody can say which of the two is missing."""
    finding = judged(
        "def f(x): return x.sum(1)", "def f(x): return x.sum(1, keepdim=True)",
        inputs=X, sizes={"n": [1, 6], "m": [1, 6]},
    )  # fmt: skip
    assert finding.details["axis"] == 1
    assert finding.details["inputs"]["x"].startswith("tensor(")


@pytest.mark.parametrize(
    ("answer", "any_type", "code"),
    [
        ("def f(x): return [x.mean().item(), (1, torch.tensor(2.5)), tuple(x.tolist()), list(x.shape), torch.tensor(3)]", True, ""),
        ("def f(x): return [x.mean().item(), (1, torch.tensor(2.5)), tuple(x.tolist()), list(x.shape), torch.tensor(3)]", False, "wrong-type"),
        ("def f(x): return x.mean().double(), [1, 2.5], x.tolist(), x.shape, 3", True, "wrong-dtype"),
        ("def f(x): return x.mean().item() + 1, [1, 2.5], x.tolist(), x.shape, 3", True, "shifted"),
        ("def f(x): return x.mean(), [1, 2.5], x, x.shape, 3", True, "wrong-type"),
        ("def f(x): return x.mean(), [1, 2.5], x.tolist(), x.shape, 3.0", True, "wrong-type"),
        ("def f(x): return x.mean(), [1, 2.5], x.tolist(), x.shape, True", True, "wrong-type"),
    ],
)  # fmt: skip
def test_any_type_relaxes_the_type_alone(answer: str, any_type: bool, code: str) -> None:  # noqa: FBT001
    """A number for a 0-d tensor, a tuple for a list; values and kinds of numbers still count."""
    solution = "def f(x): return (x.mean(), [1, 2.5], x.tolist(), x.shape, 3)"
    finding = judged(
        answer, solution, inputs={"x": "torch.rand(n)"}, sizes={"n": [2, 4]}, any_type=any_type
    )
    assert finding.code == code, finding.message


MLP = """class MLP(nn.Module):
    def __init__(self, a, b, c):
        super().__init__()
        self.hidden = nn.Linear(a, b)
        self.out = nn.Linear(b, c)
    def forward(self, x): return self.out(self.hidden(x).relu())
"""
RENAMED = MLP.replace("self.hidden", "self.h").replace("self.out", "self.o")
SEQUENTIAL = "class MLP(nn.Sequential):\n    def __init__(self, a, b, c): super().__init__(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c))"
LISTED = MLP.replace("self.hidden = nn.Linear(a, b)", "self.l = [nn.Linear(a, b)]").replace(
    "self.hidden", "self.l[0]"
)


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (RENAMED, "", ""),
        (SEQUENTIAL, "", ""),
        (LISTED, "no-gradient", "nothing that would be `hidden.weight`"),
        (RENAMED.replace(".relu()", ".relu().detach()"), "detached", "line 6"),
        (RENAMED.replace(".relu()", ".sigmoid()"), "wrong-values", ""),
    ],
)
def test_a_layer_may_have_any_name(answer: str, code: str, word: str) -> None:
    """Parameters are found by their shapes where the task does not say what they are called."""
    finding = judged(
        answer, MLP, "MLP(12, 5, 3)",
        inputs={"x": "torch.randn(b, 12)"}, sizes={"b": [1, 4]}, gradients=True, trials=2,
    )  # fmt: skip
    assert finding.code == code, finding.message
    assert word in finding.message


@pytest.mark.parametrize(("sign", "code"), [("-=", ""), ("+=", "wrong-state")])
def test_a_state_may_have_any_names(sign: str, code: str) -> None:
    """So are a model's parameters after the call."""
    step = "def f(model):\n    with torch.no_grad():\n        for p in model.parameters(): p {} 0.1 * p"
    finding = judged(
        RENAMED + step.format(sign), MLP + step.format("-="),
        given="model = MLP(4, 3, 2)", inputs={"model": "model"}, after={"model": "same"}, trials=1,
    )  # fmt: skip
    assert finding.code == code, finding.message


SUM_OF_SQUARES = "def f(w):\n    (w * 2).pow(2).sum().backward()\n    return w.grad"


@pytest.mark.parametrize(
    ("answer", "solution", "params", "expected"),
    [
        (
            "def f(p, y):\n    return F.mse_loss(p, y.squeeze(1))",
            "def f(p, y): return F.mse_loss(p, y)",
            {"inputs": {"p": "torch.randn(n, 1)", "y": "torch.randn(n, 1)"}},
            ("broadcast", 2, "PyTorch warned on line 2 that two shapes were stretched"),
        ),
        (
            "def f(x):\n    return F.softmax(x)",
            "def f(x): return F.softmax(x, dim=-1)",
            {"inputs": {"x": "torch.randn(2, n, 3)"}},
            ("other-dimension", 2, "on line 2 that `dim` was left out"),
        ),
        (
            "def f(w):\n    y = w * 2\n    y.pow(2).sum().backward()\n    return y.grad",
            SUM_OF_SQUARES,
            {"given": "w = torch.ones(n, requires_grad=True)", "inputs": {"w": "w"}},
            ("returned-nothing", 4, "On line 4, `.grad` of a tensor is read that is no leaf"),
        ),
        (
            "def f(x):\n    y = x.exp().sum()\n    if y.requires_grad: y.backward()\n    return y",
            "def f(x): return x.exp().sum()",
            {"inputs": {"x": "torch.randn(n)"}, "gradients": True},
            ("graph-freed", None, "used up"),
        ),
    ],
)
def test_what_pytorch_said_is_passed_on(
    answer: str, solution: str, params: dict[str, Any], expected: tuple[str, int | None, str]
) -> None:
    """A warning, with the line it came from, explains more than the numbers do."""
    code, line, word = expected
    finding = judged(answer, solution, sizes={"n": [2, 5]}, trials=2, **params)
    assert (finding.code, finding.line) == (code, line), finding.message
    assert word in finding.message


def test_a_warning_of_a_later_call_is_passed_on() -> None:
    """Not only of the first one."""
    answer = (
        "def f(w):\n    y = w * 2\n    if w.grad is None:\n        y.pow(2).sum().backward()\n"
        "        return w.grad.clone()\n    y.sum().backward()\n    return y.grad"
    )
    finding = judged(
        answer,
        "def f(w):\n    (w * 2).pow(2).sum().backward()\n    return w.grad.clone()",
        given="w = torch.ones(n, requires_grad=True)",
        inputs={"w": "w"},
        sizes={"n": [1, 3]},
        times=2,
        trials=1,
    )
    assert finding.code == "returned-nothing"
    assert "The first call is right" in finding.message
    assert "On line 7" in finding.message


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("def f(x):\n    x + 1", "Is a `return` missing?"),
        ("def f(x):\n    if x.sum() > 9: return x", "one way through it"),
        ("def f(x):\n    return print(x)", "what it returns None"),
        ("f = lambda x: [].append(x)", "what it returns None"),
    ],
)
def test_a_result_of_none_has_several_reasons(answer: str, word: str) -> None:
    """A missing `return` is only named where there is none."""
    finding = judged(answer, "def f(x): return x + 1", inputs={"x": "torch.rand(3)"}, trials=1)
    assert finding.code == "returned-nothing"
    assert word in finding.message


def test_an_iterator_is_no_list() -> None:
    """It says how to make one of it."""
    params: dict[str, Any] = {"inputs": {"x": "[1, 2]"}, "trials": 1}
    finding = judged("def f(x): return map(str, x)", "def f(x): return ['1', '2']", **params)
    assert "`list(...)` collects" in finding.message
