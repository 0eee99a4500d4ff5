# answers read best as they are
from __future__ import annotations

import random
from typing import Any

import pytest

from checks import Finding, build
from checks.trial_run import make_world
from tests.checks.nets import SETUP, judge, seen

DROP = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(8, 4)
        self.drop = nn.Dropout(0.3)

    def forward(self, x):
        return self.drop(self.line(x))
"""
RETURN = "return self.drop(self.line(x))"
BATCH = "Net = lambda: nn.BatchNorm1d(8)"
NORM = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('m', torch.zeros(8))
        self.register_buffer('v', torch.ones(8))

    def forward(self, x):
        if self.training:
            m, v = x.mean(0), x.var(0, correction=0)
            with torch.no_grad():
                self.m.mul_(0.9).add_(0.1 * m)
                self.v.mul_(0.9).add_(0.1 * x.var(0))
        else:
            m, v = self.m, self.v
        return (x - m) / (v + 1e-5).sqrt()
"""
BUFFERS = (
    "self.register_buffer('m', torch.zeros(8))\n        self.register_buffer('v', torch.ones(8))"
)
UPDATE = "self.m.mul_(0.9).add_(0.1 * m)\n                self.v.mul_(0.9).add_(0.1 * x.var(0))"


def _modes(answer: str, solution: str = DROP, target: str = "Net()") -> Finding:
    params: dict[str, Any] = {"inputs": {"x": "torch.randn(n, 8)"}, "sizes": {"n": [2, 6]}}
    return judge("train_eval", target, answer, solution, params)


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (DROP, "", ""),
        (DROP.replace(RETURN, "return F.dropout(self.line(x), 0.1, self.training)"), "", ""),
        (
            DROP.replace(
                RETURN, "return self.line(x) * torch.rand(4) if self.training else self.line(x)"
            ),
            "",
            "",
        ),
        ("Net = lambda: nn.Sequential(nn.Dropout(), nn.Linear(8, 4))", "", ""),
        (DROP.replace(RETURN, "return F.dropout(self.line(x))"), "random-in-eval", "line 8"),
        (
            DROP.replace(RETURN, "return F.dropout(self.line(x), training=not self.training)"),
            "random-in-eval",
            "self.training",
        ),
        (
            DROP.replace(RETURN, "return nn.Dropout()(self.line(x))"),
            "random-in-eval",
            "Make it once, in `__init__`",
        ),
        (
            DROP.replace("self.drop = nn.Dropout(0.3)", "self.drops = [nn.Dropout(0.3)]").replace(
                "self.drop(", "self.drops[0]("
            ),
            "random-in-eval",
            "`self.drops` is a Python list",
        ),
        (DROP.replace(RETURN, "return self.line(x)"), "not-random", "In training mode"),
        (DROP.replace(RETURN, "self.eval()\n        " + RETURN), "mode-changed", "to eval mode"),
        (
            DROP.replace(RETURN, "self.train()\n        " + RETURN),
            "mode-changed",
            "to training mode",
        ),
        (DROP.replace("return ", ""), "returned-nothing", "return"),
        (DROP.replace("(8, 4)", "(8, 3)"), "wrong-shape", "(4, 3)"),
        (DROP.replace("self.line(x)", "self.lime(x)"), "raised", "lime"),
        (DROP.replace("    def forward", "    def farward"), "no-forward", "farward"),
        ("Net = lambda: None", "not-a-module", "None"),
        ("", "not-defined", "Net"),
    ],
)
def test_dropout_belongs_to_training(answer: str, code: str, word: str) -> None:
    """In which mode chance plays a part is compared, not how."""
    finding = _modes(answer)
    assert finding.code == code, finding.message
    assert word in finding.message


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (BATCH, "", ""),
        (NORM, "", ""),
        (NORM.replace("'m'", "'mean'").replace("self.m", "self.mean"), "", ""),
        (
            NORM.replace(BUFFERS, "self.m, self.v = torch.zeros(8), torch.ones(8)"),
            "not-registered",
            "register_buffer",
        ),
        (NORM.replace("if self.training", "if True"), "modes-alike", "both modes"),
        (NORM.replace(UPDATE, "pass"), "buffer-not-moved", "running statistics"),
        (
            NORM.replace("m, v = self.m, self.v", "m, v = self.m, self.v\n            self.m += 1"),
            "random-in-eval",
            "Net()",
        ),
        (
            NORM.replace(
                "m, v = self.m, self.v",
                "m, v = self.m, self.v\n            self.register_buffer('last', x.sum())",
            ),
            "buffer-moved",
            "in eval mode changes a buffer",
        ),
        ("Net = lambda: nn.LayerNorm(8)", "modes-alike", "expected to differ"),
        (
            "Net = lambda: nn.Sequential(nn.BatchNorm1d(8), nn.Dropout())",
            "random-in-train",
            "no part in it",
        ),
    ],
)
def test_running_statistics_move_in_training(answer: str, code: str, word: str) -> None:
    """Buffers change in training mode only, and eval mode uses them."""
    finding = _modes(answer, BATCH)
    assert finding.code == code, finding.message
    assert word in finding.message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Net = lambda: nn.Linear(8, 8)", ""),
        ("Net = lambda: nn.BatchNorm1d(8)", "modes-apart"),
        ("Net = lambda: nn.Dropout()", "random-in-train"),
        ("Net = lambda: nn.Dropout(0)", ""),
    ],
)
def test_a_module_may_have_no_modes(answer: str, code: str) -> None:
    """Then both must give the same."""
    assert _modes(answer, "Net = lambda: nn.Linear(8, 8)").code == code


def test_a_model_that_stays_the_same_is_left_as_it_was() -> None:
    """Other checks look at the same object: modes, weights and statistics are put back."""
    code = "model = nn.Sequential(nn.BatchNorm1d(8), nn.Dropout())\nmodel[0].eval()\n"
    check = build("train_eval", "model", {"inputs": {"x": "torch.randn(4, 8)"}})
    trials = check.draw(random.Random(0))  # noqa: S311  # reproducible on purpose
    world, _ = make_world(SETUP, code, trials)
    model = world.namespace["model"]
    before = {name: t.clone() for name, t in model.state_dict().items()}
    prepared = tuple(check.prepare(world, trial) for trial in trials)
    check.observe(world, prepared)
    assert [m.training for m in model.modules()] == [True, False, True]
    assert all((t == before[name]).all() for name, t in model.state_dict().items())


@pytest.mark.parametrize(
    "solution",
    ["", "Net = 3", DROP.replace("self.line(x)", "self.lime(x)"), "Net = lambda: nn.Linear(7, 8)"],
)
def test_a_solution_that_cannot_be_called_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _modes(DROP, solution).status == "error"


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (DROP.replace(RETURN, "return F.dropout(self.line(x), 0.9)"), True),
        (DROP, False),
        (DROP.replace(RETURN, "return self.line(x)"), False),
        ("Net = 3", False),
    ],
)
def test_mistakes_are_recognised_by_their_modes(other: str, *, alike: bool) -> None:
    """Two answers that are random in eval mode are the same mistake."""
    params: dict[str, Any] = {"inputs": {"x": "torch.randn(n, 8)"}, "sizes": {"n": [2, 6]}}
    check = build("train_eval", "Net()", params)
    wrong = DROP.replace(RETURN, "return F.dropout(self.line(x))")
    assert check.behaves_like(*seen(check, wrong, other, DROP)) is alike
