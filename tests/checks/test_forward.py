# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, build
from tests.checks.nets import MLP, added, judge, seen

RETURN = "return self.fc2(torch.relu(self.fc1(x)))"
SQUARE = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))
"""
TURNED = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 4)
        self.inp = nn.Linear(4, 4)

    def forward(self, x):
        return self.out(torch.tanh(self.inp(x)))
"""
NORM = """class Norm(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(d))
        self.shift = nn.Parameter(torch.zeros(d))
        self.register_buffer('m', torch.zeros(d))
        self.register_buffer('v', torch.ones(d))

    def forward(self, x):
        if self.training:
            m, v = x.mean(0), x.var(0, correction=0)
            with torch.no_grad():
                self.m.mul_(0.9).add_(0.1 * m)
                self.v.mul_(0.9).add_(0.1 * x.var(0))
        else:
            m, v = self.m, self.v
        return (x - m) / (v + 1e-5).sqrt() * self.scale + self.shift
"""
DROP = added(MLP, "self.drop = nn.Dropout(0.5)").replace(
    RETURN, "return self.fc2(self.drop(torch.relu(self.fc1(x))))"
)


def _forward(
    answer: str, target: str = "MLP(12, 5, 3)", solution: str = MLP, **params: Any
) -> Finding:
    asked: dict[str, Any] = {"inputs": {"x": "torch.randn(n, 12)"}, "sizes": {"n": [2, 6]}}
    return judge("forward", target, answer, solution, {**asked, **params})


def _net(answer: str, solution: str = SQUARE) -> Finding:
    return _forward(answer, "Net()", solution, inputs={"x": "torch.randn(n, 4)"})


def _norm(answer: str) -> Finding:
    return _forward(answer, "Norm(4)", "Norm = nn.BatchNorm1d", inputs={"x": "torch.randn(n, 4)"})


@pytest.mark.parametrize(
    "answer",
    [
        MLP,
        MLP.replace("fc1", "b").replace("fc2", "a"),
        MLP.replace("torch.relu(self.fc1(x))", "self.fc1(x).clamp(min=0)"),
        "def MLP(n, h, k):\n    return nn.Sequential(nn.Linear(n, h), nn.ReLU(inplace=True), nn.Linear(h, k))",
        "class MLP(nn.Module):\n    def __init__(self, n, h, k):\n        super().__init__()\n        self.w2 = nn.Parameter(torch.randn(k, h))\n        self.b2 = nn.Parameter(torch.zeros(k))\n        self.w1 = nn.Parameter(torch.randn(h, n))\n        self.b1 = nn.Parameter(torch.zeros(h))\n    def forward(self, inputs):\n        return (inputs @ self.w1.T + self.b1).relu() @ self.w2.T + self.b2",
        "class MLP(nn.Module):\n    def __init__(self, n, h, k):\n        super().__init__()\n        self.layers = nn.ModuleList([nn.Linear(n, h), nn.Linear(h, k)])\n    def forward(self, x):\n        for i, layer in enumerate(self.layers):\n            x = layer(x.relu() if i else x)\n        return x",
        "class MLP(nn.Sequential):\n    def __init__(self, n, h, k):\n        super().__init__(nn.Linear(n, h), nn.ReLU(), nn.Linear(h, k))",
        MLP.replace(
            "def forward",
            "def train(self, mode=True):\n        return super().train(mode)\n\n    def forward",
        ),
        MLP.replace("nn.Linear(n, h)", "nn.LazyLinear(h)"),
        "class MLP(nn.Module):\n    def __init__(self, n, h, k):\n        super().__init__()\n        self.net = nn.Sequential(nn.Linear(n, h), nn.ReLU())\n        self.head = nn.Linear(h, k)\n        self.forward = lambda x: self.head(self.net(x))",
        MLP.replace("x)))", "x.clone().mul_(1))))"),
    ],
)
def test_the_same_computation_passes_however_it_is_written(answer: str) -> None:
    """Names, order, containers, raw parameters, lazy layers: none of it counts."""
    finding = _forward(answer)
    assert finding.status == "pass", finding.message


_WRONG = [
    (
        MLP.replace(RETURN, "return self.fc2(self.fc1(x))"),
        "wrong-values",
        ["every value differs", "in eval mode, with x of shape (2, 12)"],
    ),
    (MLP.replace("torch.relu", "torch.tanh"), "wrong-values", ["eval mode"]),
    (
        MLP.replace(RETURN, RETURN + ".softmax(-1)"),
        "extra-activation",
        ["is the softmax of what is expected"],
    ),
    (MLP.replace(RETURN, RETURN + ".relu()"), "extra-activation", ["relu"]),
    (MLP.replace(RETURN, RETURN + ".log_softmax(-1)"), "extra-activation", ["the log_softmax of"]),
    (
        MLP.replace(RETURN, "return nn.Linear(5, 3)(torch.relu(self.fc1(x)))").replace(
            "        self.fc2 = nn.Linear(h, k)\n", ""
        ),
        "missing-parameter",
        ["makes a layer with new weights at every call"],
    ),
    (
        MLP.replace(
            RETURN, "h = torch.relu(self.fc1(x))\n        h *= 1\n        return self.fc2(h)"
        ),
        "raised",
        ["`h`, the result of `relu` on line 8", "line 9 writes into it in place"],
    ),
    (MLP.replace(RETURN, "return 2 * self.fc2(torch.relu(self.fc1(x)))"), "scaled", ["2 times"]),
    (
        MLP.replace(RETURN, "return self.fc2(torch.relu(self.fc1(x))).mean(0)"),
        "missing-dimension",
        ["dimension"],
    ),
    (MLP.replace(RETURN, RETURN + ".squeeze(0)"), "", []),
    (MLP.replace("return ", ""), "returned-nothing", ["`return`"]),
    (MLP.replace("def forward", "def foward"), "no-forward", ["`foward`", "misspelt"]),
    (
        MLP.replace("    def forward", "        def forward").replace(
            "        return", "            return"
        ),
        "no-forward",
        ["indentation"],
    ),
    (MLP.replace("(n, h)", "(h, n)"), "swapped-features", ["(12, 5)"]),
    (MLP.replace("self.fc1 =", "fc1 ="), "missing-parameter", ["local variable"]),
    (MLP.replace("self.fc1(x)", "self.fc1(x).detach()"), "detached", ["line 8, by `.detach()`"]),
    (MLP.replace(RETURN, "with torch.no_grad():\n            " + RETURN), "detached", ["no_grad"]),
    (MLP.replace("self.fc1(x)", "self.fc3(x)"), "raised", ["fc3", "line 8", "with x of shape"]),
    (
        added(MLP, "self.act = nn.Sigmoid(),").replace(
            RETURN, "return self.act(self.fc2(torch.relu(self.fc1(x))))"
        ),
        "not-registered",
        ["comma", "line 6"],
    ),
    (
        added(MLP, "self.act = [nn.ReLU()]").replace("torch.relu(", "self.act("),
        "not-registered",
        ["`self.act` is a Python list"],
    ),
    (
        MLP.replace(RETURN, "x *= 0.7\n        x /= 0.7\n        " + RETURN),
        "input-changed",
        ["changes `x` itself"],
    ),
    (
        MLP.replace("nn.Linear(n, h)", "nn.Linear(n, h).requires_grad_(False)"),
        "frozen",
        ["`fc1.weight` and `fc1.bias`"],
    ),
    (MLP.replace("forward(self, x)", "forward(self, x, y)"), "raised", ["TypeError"]),
    ("MLP = nn.Linear", "missing-parameter", ["2 parameters"]),
    ("def MLP(*sizes): return lambda x: x", "not-a-module", ["function"]),
    ("", "not-defined", ["`MLP`"]),
    (MLP.replace(RETURN, "raise SystemExit"), "raised", ["SystemExit"]),
    (MLP.replace("        super().__init__()\n", ""), "no-super-init", ["super().__init__()"]),
]


@pytest.mark.parametrize(("answer", "code", "words"), _WRONG)
def test_another_computation_is_named_by_its_cause(
    answer: str, code: str, words: list[str]
) -> None:
    """Each wrong module gets exactly its code, and a message that says what to look at."""
    finding = _forward(answer)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message, finding.message


def test_a_missing_activation_is_named() -> None:
    """The solution ends with a softmax, the answer gives logits."""
    finding = _forward(MLP, solution=MLP.replace(RETURN, RETURN + ".softmax(-1)"))
    assert finding.code == "missing-activation"
    assert "softmax" in finding.message


def test_squeeze_fails_at_batch_1() -> None:
    """The smallest sizes are certain to be tried."""
    finding = _forward(MLP.replace(RETURN, RETURN + ".squeeze()"), sizes={"n": [1, 6]})
    assert finding.code == "missing-dimension"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (TURNED, ""),
        (TURNED.replace("self.inp(x)", "self.out(x)"), "wrong-values"),
        (TURNED.replace("self.out(torch", "self.inp(torch"), "wrong-values"),
        (
            SQUARE.replace("self.b(torch.tanh(self.a(x)))", "self.a(torch.tanh(self.b(x)))"),
            "wrong-values",
        ),
        (SQUARE.replace("self.b = nn.Linear(4, 4)", "self.b = self.a"), "missing-parameter"),
    ],
)
def test_layers_of_one_shape_may_be_made_in_any_order(answer: str, code: str) -> None:
    """Where names differ, orders are tried; one layer used twice fits none."""
    assert _net(answer).code == code


def test_one_layer_again_and_again() -> None:
    """A list that repeats one object holds one layer."""
    several = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.all = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])\n"
        "    def forward(self, x):\n        for f in self.all:\n            x = f(x)\n"
        "        return x\n"
    )
    repeated = several.replace("[nn.Linear(4, 4) for _ in range(3)]", "[nn.Linear(4, 4)] * 3")
    finding = _net(repeated, solution=several)
    assert (finding.code, finding.line) == ("not-distinct", 4)
    assert "every item is the same object" in finding.message


def test_several_layers_of_one_shape_are_told_apart() -> None:
    """Query, key and value: made in reverse under other names, they pass; mixed up, they do not."""
    solution = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x):
        return (self.q(x) @ self.k(x).T / 2).softmax(-1) @ self.v(x)
"""
    renamed = solution.replace("self.q, self.k, self.v =", "self.value, self.key, self.query =")
    renamed = (
        renamed.replace("self.q(x)", "self.query(x)")
        .replace("self.k(x)", "self.key(x)")
        .replace("self.v(x)", "self.value(x)")
    )
    assert _net(renamed, solution).status == "pass"
    assert _net(renamed.replace("softmax(-1)", "softmax(0)"), solution).status == "fail"
    finding = _net(renamed.replace("self.value(x)", "self.key(x)"), solution)
    assert finding.status == "fail"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("", "", ""),
        ("self.m.mul_(0.9).add_(0.1 * m)", "self.m = 0.9 * self.m + 0.1 * m", ""),
        ("'m'", "'running_mean'", "raised"),
        ("self.register_buffer('m', torch.zeros(d))", "self.m = torch.zeros(d)", ""),
        ("0.1 * x.var(0)", "0.1 * v", "wrong-values"),
        ("self.m.mul_(0.9).add_(0.1 * m)", "pass", "wrong-values"),
        ("if self.training", "if True", "wrong-values"),
        ("correction=0", "correction=1", "wrong-values"),
        ("1e-5", "1e-3", "wrong-values"),
        ("with torch.no_grad():", "if True:", ""),
    ],
)
def test_both_modes_count_and_what_training_leaves_behind(
    before: str, after: str, code: str
) -> None:
    """Batch normalisation by hand: statistics, modes, and what eval mode makes of them."""
    finding = _norm(NORM.replace(before, after) if before else NORM)
    assert finding.code == code, finding.message


def test_a_buffer_of_the_same_name_must_hold_the_same() -> None:
    """Even where no result depends on it."""
    solution = added(MLP, "self.register_buffer('calls', torch.tensor(0))").replace(
        RETURN, "self.calls += 1\n        " + RETURN
    )
    finding = _forward(solution.replace("self.calls += 1", "self.calls += 2"), solution=solution)
    assert finding.code == "wrong-buffer-values"
    assert "`calls`" in finding.message
    assert _forward(solution.replace("calls", "count"), solution=solution).status == "pass"


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (DROP, "", ""),
        (
            DROP.replace(
                "self.drop(torch.relu(self.fc1(x)))",
                "F.dropout(torch.relu(self.fc1(x)), 0.5, self.training)",
            ),
            "",
            "",
        ),
        (
            DROP.replace(
                "self.drop(torch.relu(self.fc1(x)))",
                "torch.relu(self.fc1(x)) * (torch.rand(len(x), 5).gt(0.5) * 2 if self.training else 1)",
            ),
            "",
            "",
        ),
        (DROP.replace("0.5", "0.1"), "otherwise-random", "another probability"),
        (
            DROP.replace(
                "self.drop(torch.relu(self.fc1(x)))",
                "torch.relu(self.fc1(x)) * (torch.rand(len(x), 5).gt(0.5) if self.training else 1)",
            ),
            "otherwise-random",
            "1 / (1 - p)",
        ),
        (MLP, "not-random", "in training mode"),
        (
            DROP.replace(
                "self.drop(torch.relu(self.fc1(x)))", "F.dropout(torch.relu(self.fc1(x)))"
            ),
            "random-in-eval",
            "line 9",
        ),
        (
            DROP.replace(
                "self.drop(torch.relu(self.fc1(x)))", "nn.Dropout(0.5)(torch.relu(self.fc1(x)))"
            ),
            "random-in-eval",
            "at every call",
        ),
        (DROP.replace("torch.relu(", "torch.tanh("), "wrong-values", "eval mode"),
    ],
)
def test_chance_is_compared_by_its_distribution(answer: str, code: str, word: str) -> None:
    """Dropout may draw other numbers, but as often, and in training mode only."""
    finding = _forward(answer, solution=DROP)
    assert finding.code == code, finding.message
    assert word in finding.message


def test_chance_is_compared_in_the_order_that_fits() -> None:
    """The layers were made in another order; dropout lies between them."""
    drop = "F.dropout(torch.tanh(self.a(x)), 0.5, self.training)"
    solution = SQUARE.replace("torch.tanh(self.a(x))", drop)
    turned = TURNED.replace("torch.tanh(self.inp(x))", drop.replace("self.a", "self.inp"))
    assert _net(turned, solution).status == "pass"
    assert _net(turned.replace("0.5", "0.1"), solution).code == "otherwise-random"


def test_random_buffers_are_given_the_same_numbers() -> None:
    """Where the solution draws a buffer, the answer may draw it in another order."""
    code = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        DRAW\n        self.register_buffer('r', torch.randn(4, 4))\n    def forward(self, x):\n        return x @ self.r + self.w"
    solution = code.replace("DRAW", "self.w = nn.Parameter(torch.randn(4))")
    answer = code.replace("DRAW", "torch.randn(9); self.w = nn.Parameter(torch.randn(4))")
    assert _net(answer, solution).status == "pass"
    assert _net(answer.replace("@ self.r", "@ self.r.T"), solution).status == "fail"


@pytest.mark.parametrize(
    "solution",
    [
        "nn.LSTM(4, 3)",
        "nn.MultiheadAttention(4, 2)",
        "nn.Embedding(5, 3)",
        "nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)",
        "torch.nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))",
        "nn.Conv1d(4, 3, 2).double()",
        "nn.Linear(4, 3).to(torch.complex64)",
    ],
)
def test_torchs_own_modules_agree_with_themselves(solution: str) -> None:
    """Tuples as results, integers as inputs, several inputs, other dtypes."""
    inputs: dict[str, Any] = {"x": "torch.randn(6, 4, 4)"}
    if "Attention" in solution:
        inputs |= {"k": "torch.randn(6, 4, 4)", "v": "torch.randn(6, 4, 4)"}
    if "Embedding" in solution:
        inputs = {"x": "torch.randint(5, (n,))"}
    if "double" in solution:
        inputs = {"x": "torch.randn(n, 4, 6).double()"}
    if "complex" in solution:
        inputs = {"x": "torch.randn(n, 4, dtype=torch.complex64)"}
    code = f"net = {solution}"
    finding = _forward(code, "net", code, inputs=inputs)
    assert finding.status == "pass", finding.message


def test_large_models_fit() -> None:
    """A gradient of many numbers is thinned out."""
    finding = _forward(MLP, "MLP(784, 300, 10)", inputs={"x": "torch.randn(n, 784)"})
    assert finding.status == "pass", finding.message
    wrong = MLP.replace("self.fc1(x)", "(self.fc1(x) + self.fc1(x).detach()) / 2")
    finding = _forward(wrong, "MLP(784, 300, 10)", inputs={"x": "torch.randn(n, 784)"})
    assert "gradient" in finding.code


@pytest.mark.parametrize(
    ("solution", "inputs"),
    [
        ("MLP = 3", {"x": "torch.randn(n, 12)"}),
        ("def MLP(*sizes): return 3", {"x": "torch.randn(n, 12)"}),
        (MLP, {"x": "torch.randn(n, 11)"}),
        (MLP, {"x": "nonsense"}),
        (MLP.replace(RETURN, "raise ValueError('no')"), {"x": "torch.randn(n, 12)"}),
        ("def MLP(*sizes): return nn.BatchNorm1d(12)", {"x": "torch.randn(1, 12)"}),
    ],
)
def test_a_solution_that_cannot_be_called_is_the_lessons_fault(
    solution: str, inputs: dict[str, str]
) -> None:
    """It never counts against the learner."""
    finding = _forward(MLP, solution=solution, inputs=inputs)
    assert finding.status == "error", finding.message


@pytest.mark.parametrize(
    ("answer", "other", "alike"),
    [
        (
            MLP.replace("torch.relu", "torch.tanh"),
            "def MLP(n, h, k): return nn.Sequential(nn.Linear(n, h), nn.Tanh(), nn.Linear(h, k))",
            True,
        ),
        (
            MLP.replace("torch.relu", "torch.tanh"),
            MLP.replace("torch.relu", "torch.sigmoid"),
            False,
        ),
        (
            MLP.replace("(n, h)", "(h, n)"),
            MLP.replace("(n, h)", "(h, n)").replace("fc1", "a"),
            True,
        ),
        (MLP.replace("(n, h)", "(h, n)"), MLP.replace("torch.relu", "torch.tanh"), False),
        (
            MLP.replace("self.fc1(x)", "self.fc9(x)"),
            MLP.replace("self.fc1(x)", "self.fc8(x)"),
            True,
        ),
        (MLP.replace("self.fc1(x)", "self.fc9(x)"), MLP, False),
    ],
)
def test_mistakes_are_recognised_by_what_is_computed(
    answer: str, other: str, *, alike: bool
) -> None:
    """Names do not matter, results do."""
    check = build(
        "forward", "MLP(12, 5, 3)", {"inputs": {"x": "torch.randn(n, 12)"}, "sizes": {"n": [2, 5]}}
    )
    assert check.behaves_like(*seen(check, answer, other, MLP)) is alike


def test_a_mistake_that_raises_in_some_sizes_only_is_recognised() -> None:
    """Layers that do not fit raise, but where the sizes happen to be equal they compute."""
    check = build(
        "forward",
        "MLP(n, h, k)",
        {"inputs": {"x": "torch.randn(2, n)"}, "sizes": {name: [1, 6] for name in "nhk"}},
    )
    wrong = MLP.replace("nn.Linear(h, k)", "nn.Linear(n, k)")
    assert wrong != MLP
    renamed = wrong.replace("fc1", "hidden")
    assert check.behaves_like(*seen(check, renamed, wrong, MLP))
    assert not check.behaves_like(
        *seen(check, renamed, MLP.replace("torch.relu", "torch.tanh"), MLP)
    )


def test_an_order_is_looked_for_in_every_trial() -> None:
    """Where all sizes are equal there are several orders, in other trials one: it is among them."""
    solution = """def make(n, w, k):
    return nn.Sequential(nn.Linear(n, w), nn.Tanh(), nn.Linear(w, k))
"""
    answer = """class Net(nn.Module):
    def __init__(self, n, w, k):
        super().__init__()
        self.head = nn.Linear(w, k)
        self.base = nn.Linear(n, w)

    def forward(self, x):
        return self.head(torch.tanh(self.base(x)))

def make(n, w, k):
    return Net(n, w, k)
"""
    sizes = {"n": [2, 4], "w": [2, 4], "k": [2, 4]}
    params = {"inputs": {"x": "torch.randn(3, n)"}, "sizes": sizes}
    finding = judge("forward", "make(n, w, k)", answer, solution, params)
    assert finding.status == "pass", finding.message
    mixed = answer.replace("torch.tanh(self.base(x))", "self.base(x)")
    assert judge("forward", "make(n, w, k)", mixed, solution, params).status == "fail"
