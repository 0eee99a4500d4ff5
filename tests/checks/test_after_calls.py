# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from tests.checks.function_answers import judged

PARAMETERS: dict[str, Any] = {
    "given": "params = [torch.randn(n, requires_grad=True), torch.randn(2, requires_grad=True)]\n"
    "for p in params: p.grad = torch.randn_like(p)",
    "inputs": {"params": "params", "lr": "0.1"},
    "sizes": {"n": [1, 4]},
    "times": 3,
    "after": {"params": "same"},
    "trials": 2,
}
STEP = "def f(params, lr):\n    with torch.no_grad():\n        for p in params:\n            p -= lr * p.grad"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (STEP, "", []),
        ("def f(ps, lr):\n    for p in ps: p.data.add_(p.grad, alpha=-lr)", "", []),
        ("def f(ps, lr):\n    for p in ps: p.data = p.data - lr * p.grad", "", []),
        (STEP.replace("-=", "+="), "wrong-state", ["After the call, `params[0]`", "opposite way"]),
        (STEP.replace("lr *", "2 * lr *"), "wrong-state", ["2 times as far"]),
        (STEP.replace("lr *", "lr / 2 *"), "wrong-state", ["1/2 as far"]),
        ("def f(params, lr): pass", "state-not-changed", ["`params`", "leaves it as it was"]),
        ("def f(params, lr):\n    for p in params: p = p - lr * p.grad", "state-not-changed", []),
        ("def f(params, lr):\n    for p in params: p -= lr * p.grad", "raised", ["in-place"]),
    ],
)
def test_parameters_are_compared_after_every_call(answer: str, code: str, words: list[str]) -> None:
    """A list of parameters, built in both worlds, must end where the solution's ends."""
    finding = judged(answer, STEP, **PARAMETERS)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


MOMENTUM = """class Momentum:
    def __init__(self, params):
        self.params = list(params)
        self.v = [torch.zeros_like(p) for p in self.params]
    @torch.no_grad()
    def step(self):
        for p, v in zip(self.params, self.v):
            v.mul_(0.9).add_(p.grad)
            p -= 0.1 * v
"""
LAZY = MOMENTUM.replace("[torch.zeros_like(p) for p in self.params]", "None")


@pytest.mark.parametrize(
    ("answer", "code", "call"),
    [
        (LAZY.replace("for p, v in", "if self.v is None: self.v = [torch.zeros_like(p) for p in self.params]\n        for p, v in"), "", 0),
        (MOMENTUM.replace("v.mul_(0.9).add_(p.grad)", "v.add_(p.grad)"), "wrong-state", 2),
        (MOMENTUM.replace("0.1 * v", "0.1 * p.grad"), "wrong-state", 2),
        # The first velocity is the gradient itself: right until the gradient is written anew.
        (
            MOMENTUM.replace("            v.mul_(0.9).add_(p.grad)\n", "").replace(
                "        for p, v in zip(self.params, self.v):",
                "        self.v = [p.grad if v is None else v * 0.9 + p.grad for p, v in zip(self.params, self.v)]\n"
                "        for p, v in zip(self.params, self.v):",
            ).replace("[torch.zeros_like(p) for p in self.params]", "[None for p in self.params]"),
            "wrong-state",
            2,
        ),
    ],
)  # fmt: skip
def test_several_calls_on_the_same_objects(answer: str, code: str, call: int) -> None:
    """What is right once and wrong the second time is found, and the call is named."""
    finding = judged(
        answer,
        MOMENTUM,
        "optimizer.step",
        given="layer = nn.Linear(n, 2)\nfor p in layer.parameters(): p.grad = torch.randn_like(p)\n"
        "optimizer = Momentum(layer.parameters())",
        sizes={"n": [1, 4]},
        times=4,
        after={"layer": "same"},
        trials=2,
    )
    assert finding.code == code, finding.message
    if call:
        assert finding.details["call"] == call
        assert "The first call is right" in finding.message


TRAIN = """def f(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
"""


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (TRAIN.replace("zero_grad()", "zero_grad(set_to_none=False)"), "", ""),
        (
            TRAIN.replace("    optimizer.zero_grad()\n", ""),
            "wrong-state",
            "The first call is right",
        ),
        (TRAIN.replace("    optimizer.step()\n", ""), "state-not-changed", "should change `model`"),
        (TRAIN.replace("loss.item()", "loss"), "wrong-type", ".item()"),
        (
            TRAIN.replace("optimizer.step()", "optimizer.step(); optimizer.step()"),
            "wrong-state",
            "`model['",
        ),
    ],
)
def test_a_training_step(answer: str, code: str, word: str) -> None:
    """A model and its optimizer stay linked: parameters and the optimizer's state are compared."""
    finding = judged(
        answer,
        TRAIN,
        given="model = nn.Linear(n, 1)\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)",
        inputs={
            "model": "model",
            "optimizer": "optimizer",
            "x": "torch.rand(5, n)",
            "y": "torch.rand(5, 1)",
        },
        sizes={"n": [1, 4]},
        times=2,
        trials=2,
        after={"model": "same", "optimizer": "same"},
    )
    assert finding.code == code, finding.message
    assert word in finding.message


CLEARED: dict[str, Any] = {
    "given": "model = nn.Linear(2, 1)\nfor p in model.parameters(): p.grad = torch.ones_like(p)",
    "inputs": {"model": "model"},
    "after": {"model": "cleared", "model.weight": "unchanged", "model.training": "unchanged"},
    "trials": 1,
}


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        ("def f(model):\n    for p in model.parameters(): p.grad = None", "", ""),
        ("def f(model):\n    for p in model.parameters(): p.grad.zero_()", "", ""),
        ("def f(model): model.weight.grad = None", "not-cleared", "None or zero"),
        ("def f(model):\n    model.zero_grad(); model.eval()", "state-changed", "`model.training`"),
        ("def f(model):\n    model.zero_grad(); model.bias.data += 1", "input-changed", "`model['bias']`"),
    ],
)  # fmt: skip
def test_what_must_be_cleared_and_what_must_stay(answer: str, code: str, word: str) -> None:
    """None and zero are both cleared; all else of a model must stay as it was."""
    finding = judged(answer, "def f(model): model.zero_grad()", **CLEARED)
    assert finding.code == code, finding.message
    assert word in finding.message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(m): nn.init.uniform_(m.weight)", ""),
        ("def f(m): nn.init.uniform_(m.weight.clone())", "state-not-changed"),
    ],
)
def test_something_must_change_however(answer: str, code: str) -> None:
    """`changed` does not say into what."""
    finding = judged(
        answer,
        "def f(m): nn.init.normal_(m.weight)",
        given="m = nn.Linear(2, 2)",
        inputs={"m": "m"},
        after={"m": "changed"},
        trials=1,
    )
    assert finding.code == code, finding.message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(w, x):\n    (w * x).sum().backward()", ""),
        ("def f(w, x):\n    w.grad = x.clone()", ""),
        ("def f(w, x):\n    for _ in range(2): (w * x).sum().backward()", "accumulated-gradient"),
        ("def f(w, x):\n    (-w * x).sum().backward()", "sign-flipped-gradient"),
        ("def f(w, x):\n    (w.detach() * x).sum()", "no-backward"),
    ],
)
def test_a_gradient_is_a_state_like_others(answer: str, code: str) -> None:
    """`.grad` after the call is explained as a gradient."""
    finding = judged(
        answer,
        "def f(w, x): (x * w).sum().backward()",
        given="w = torch.rand(3, requires_grad=True)",
        inputs={"w": "w", "x": "torch.rand(3) + 1"},
        after={"w.grad": "same"},
        trials=1,
    )
    assert finding.code == code, finding.message


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        ("def f(model, x): return model.forward(x)", "", ""),
        ("def f(model, x):\n    model.bias.data += 1\n    return model(x) - 1", "input-changed", "`model['bias']`"),
    ],
)  # fmt: skip
def test_what_the_world_built_must_stay_as_it_was(answer: str, code: str, word: str) -> None:
    """A model that went in is an input like any other, unless the solution changes it, too."""
    finding = judged(
        answer,
        "def f(model, x): return model(x)",
        given="model = nn.Linear(3, 2)",
        inputs={"model": "model", "x": "torch.rand(4, 3)"},
        atol=1e-5,
        trials=1,
    )
    assert finding.code == code, finding.message
    assert word in finding.message


def test_mutates_reaches_what_the_world_built() -> None:
    """A model that is meant to be changed is compared with the solution's."""
    params: dict[str, Any] = {
        "given": "model = nn.Linear(3, 2)",
        "inputs": {"model": "model"},
        "mutates": ["model"],
        "trials": 1,
    }
    solution = "def f(model): nn.init.zeros_(model.bias)"
    assert judged("def f(m): m.bias.data.fill_(0)", solution, **params).status == "pass"
    assert judged("def f(m): m.bias.data.fill_(1)", solution, **params).code == "wrong-change"
    assert judged("def f(m): pass", solution, **params).code == "input-not-changed"


@pytest.mark.parametrize(
    ("solution", "params", "word"),
    [
        ("def f(x): return x", {"after": {"x": "changed"}}, "not changed"),
        ("def f(x): x.add_(1)", {"after": {"x": "unchanged"}, "mutates": ["x"]}, "not unchanged"),
        ("def f(x): return x", {"after": {"x": "cleared"}}, "not cleared"),
        ("def f(x): return x", {"after": {"nothing": "same"}}, "NameError"),
        ("def f(x): return x", {"after": {"f": "same"}}, "cannot be compared"),
        ("def f(x):\n    global y\n    y = x", {"after": {"y": "changed"}}, "before the call"),
    ],
)
def test_a_lesson_that_asks_for_the_impossible(
    solution: str, params: dict[str, Any], word: str
) -> None:
    """What the solution itself does not fulfil is the lesson's fault."""
    finding = judged("def f(x): return x", solution, inputs={"x": "torch.rand(2) + 1"}, **params)
    assert finding.status == "error", finding
    assert word in finding.message


def test_a_large_model_leaves_room_for_the_result() -> None:
    """What only must not change is not sent as a whole."""
    params: dict[str, Any] = {
        "given": "model = nn.Linear(1500, 1500)",
        "inputs": {"model": "model", "x": "torch.rand(2, 1500)"},
        "after": {"model.weight": "unchanged"},
        "trials": 3,
    }
    solution = "def f(model, x): return model(x)"
    assert (
        judged("def f(m, x): return F.linear(x, m.weight, m.bias)", solution, **params).status
        == "pass"
    )
    wrong = "def f(m, x):\n    y = m(x)\n    m.weight.data[0, 0] += 1e-3\n    return y"
    assert judged(wrong, solution, **params).code == "input-changed"
    wrong = "def f(m, x):\n    y = m(x)\n    m.weight.data[0, 0] += 1e-3\n    return y"
    del params["inputs"]["model"]
    params["script"] = "return f(model, x)"
    assert judged(wrong, solution, **params).code == "state-changed"


def test_states_of_every_kind() -> None:
    """Generators, optimizers, lists and dicts of modules have states, too."""
    given = (
        "g = torch.Generator().manual_seed(n)\nnets = {'a': [nn.Linear(n, 1), nn.BatchNorm1d(n)]}\n"
        "o = torch.optim.Adam(nets['a'][0].parameters())"
    )
    params: dict[str, Any] = {
        "given": given,
        "inputs": {"g": "g", "nets": "nets", "o": "o"},
        "sizes": {"n": [1, 3]},
        "after": {"g": "same", "nets": "unchanged", "o": "same", "nets['a'][1].training": "same"},
        "trials": 1,
    }
    solution = "def f(g, nets, o):\n    nets['a'][1].eval()\n    return torch.rand(2, generator=g)"
    assert judged(solution, solution, **params).status == "pass"
    for wrong, code in (
        (solution.replace("rand(2", "rand(4"), "wrong-shape"),
        (solution.replace("    return", "    torch.rand(1, generator=torch.Generator())\n    return"), ""),
        (solution.replace(".eval()", ".reset_running_stats()"), "state-not-changed"),
        (solution.replace("    return", "    nets['a'][1].running_mean += 1\n    return"), "input-changed"),
        (solution.replace("    return", "    o.param_groups[0]['lr'] = 1.0\n    return"), "input-changed"),
    ):  # fmt: skip
        finding = judged(wrong, solution, **params)
        assert finding.code == code, (wrong, finding.message)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("def f(x): x.mul_(2)", ""),
        ("def f(x): x *= 3", "wrong-state"),
        ("def f(x): x * 2", "state-not-changed"),
    ],
)
def test_an_argument_that_after_looks_at_may_change(answer: str, code: str) -> None:
    """It need not be named twice; another one must stay as it was."""
    finding = judged(
        answer, "def f(x): x += x", inputs={"x": "torch.rand(3)"}, after={"x": "same"}, trials=1
    )
    assert finding.code == code, finding.message


def test_a_large_column_that_was_a_row_can_be_looked_at() -> None:
    """Its memory is in order, though its strides are not the usual ones."""
    column: dict[str, Any] = {
        "given": "c = torch.rand(1, 2000).T",
        "inputs": {"c": "c"},
        "after": {"c": "changed"},
        "mutates": ["c"],
        "trials": 1,
    }
    double = "def f(c): c.mul_(2)"
    assert judged("def f(c): c += c", double, **column).status == "pass"
    assert judged("def f(c): c + c", double, **column).code == "input-not-changed"
