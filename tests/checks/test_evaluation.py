# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Evaluation, Finding, examine
from checks.data import Bytes, Float, Observed
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
GIVEN = """model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1))
data = torch.utils.data.TensorDataset(torch.rand(n, 3), torch.rand(n, 1))
loader = torch.utils.data.DataLoader(data, batch_size=4)
"""
EVALUATE = """def evaluate(model, loader):
    mode = model.training
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            total += F.mse_loss(model(x), y).item() * len(x)
            n += len(x)
    model.train(mode)
    return total / n
"""


def _evaluate(answer: str, **params: Any) -> Finding:
    fields = {
        "target": "evaluate(model, loader)",
        "given": GIVEN,
        "sizes": {"n": (1, 15)},
        **params,
    }
    return examine(Evaluation(**fields), answer=answer, solution=EVALUATE, setup=SETUP)


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


AT_ONCE = """@torch.inference_mode()
def evaluate(model, loader):
    model.eval()
    x, y = map(torch.stack, zip(*loader.dataset))
    out = F.mse_loss(model(x), y).item()
    model.train()
    return out
"""


@pytest.mark.parametrize(
    "answer", [EVALUATE, AT_ONCE, _swap(EVALUATE, ("no_grad", "inference_mode"))]
)
def test_a_right_evaluation_passes_however_it_is_written(answer: str) -> None:
    """All at once, or in inference mode."""
    finding = _evaluate(answer)
    assert finding.status == "pass", finding.message


PLAIN_MEAN = _swap(EVALUATE, (" * len(x)", ""), ("n += len(x)", "n += 1"))


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (PLAIN_MEAN, "unweighted-mean", ["one size", "last one is smaller", "Weigh each"]),
        (
            _swap(EVALUATE, ("    model.eval()\n", "")),
            "evaluated-in-training-mode",
            ["ValueError", "`model.eval()`"],
        ),
        (
            _swap(EVALUATE, ("torch.no_grad()", "torch.enable_grad()")),
            "evaluation-recorded",
            ["`torch.no_grad()`"],
        ),
        (
            _swap(EVALUATE, ("    model.train(mode)\n", "")),
            "wrong-mode",
            ["leaves `model` in evaluation mode"],
        ),
        (
            _swap(EVALUATE, ("return total", "model[0].bias.data.zero_()\n    return total")),
            "wrongly-trained",
            ["`model.0.bias`"],
        ),
        (_swap(EVALUATE, ("total / n", "torch.tensor(total / n)")), "wrong-type", ["`.item()`"]),
        (_swap(EVALUATE, ("return total / n", "total / n")), "returned-nothing", ["`return`"]),
        (_swap(EVALUATE, ("total / n", "total / n + 0.5")), "wrong-values", []),
        (_swap(EVALUATE, ("total / n", "total / n * (n + 1)")), "wrong-values", []),
        (_swap(EVALUATE, ("total / n", "total / m")), "raised", ["NameError"]),
        (
            "def evaluate(model, loader):\n    while True:\n        model(loader.dataset[0][0])",
            "evaluated-in-training-mode",
            [],
        ),
        ("def evaluate(model, loader):\n    return 0.5", "wrong-values", []),
        ("evaluate_ = 3", "not-defined", ["`evaluate_`"]),
    ],
)
def test_a_wrong_evaluation_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _evaluate(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_without_dropout_the_mode_is_seen_all_the_same() -> None:
    """The number is right by accident; the mode is not."""
    given = GIVEN.replace("nn.BatchNorm1d(4), nn.Dropout(0.5)", "nn.ReLU()")
    finding = _evaluate(_swap(EVALUATE, ("    model.eval()\n", "")), given=given)
    assert finding.code == "evaluated-in-training-mode"


def test_uneven_batches_alone_give_a_hint() -> None:
    """Without a trial of even batches the cause is asked for, not stated."""
    finding = _evaluate(PLAIN_MEAN, sizes={}, given=GIVEN.replace("(n,", "(7,"))
    assert finding.code == "wrong-values"
    assert "count the same?" in finding.message
    assert _evaluate(PLAIN_MEAN, sizes={}, given=GIVEN.replace("(n,", "(8,")).status == "pass"


def test_tolerances_are_the_authors() -> None:
    """`atol` and `any_dtype` relax the result."""
    off = _swap(EVALUATE, ("total / n", "total / n + 0.01"))
    assert _evaluate(off).status == "fail"
    assert _evaluate(off, atol=0.1).status == "pass"


def test_an_endless_evaluation_is_stopped() -> None:
    """It takes too long where the solution does not."""
    endless = "def evaluate(model, loader):\n    model.eval()\n    with torch.no_grad():\n        while True:\n            model(loader.dataset[0][0][None])"
    assert _evaluate(endless, seconds=0.2, trials=1, sizes={"n": 3}).code == "timeout"


@pytest.mark.parametrize(
    "solution", ["", "def evaluate(m, l): return m", "def evaluate(m, l): 1 / 0"]
)
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    check = Evaluation(target="evaluate(model, loader)", given=GIVEN, sizes={"n": 3})
    finding = examine(check, answer=EVALUATE, solution=solution, setup=SETUP)
    assert finding.status == "error"


def test_forged_observations_are_no_pass() -> None:
    """What is missing or damaged makes the answer wrong."""
    check = Evaluation(target="evaluate(model, loader)", given=GIVEN, sizes={"n": 3}, trials=1)
    _, right = look(check, [], EVALUATE, SETUP)
    for forged in (
        Observed(),
        Observed(value=right[0].value, after={FACTS: Bytes(b"x")}),
        Observed(value=Float(float("nan")), after=right[0].after),
    ):
        assert check.compare((forged,) * len(right), right, source="").status == "fail"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        PLAIN_MEAN,
        _swap(EVALUATE, ("torch.no_grad()", "torch.enable_grad()")),
        _swap(EVALUATE, ("    model.train(mode)\n", "")),
        _swap(EVALUATE, ("total / n", "total")),
        _swap(EVALUATE, ("total / n", "1 / 0")),
    ]
    check = Evaluation(target="evaluate(model, loader)", given=GIVEN, sizes={"n": (1, 15)})
    assert told_apart(check, texts, EVALUATE, SETUP) == [[i] for i in range(5)]
