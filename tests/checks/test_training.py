# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

import time
from typing import Any

import pytest

from checks import Finding, Training, examine
from checks.data import Bytes, Nothing, Observed
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import copy, torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
GIVEN = """model = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Dropout(0.1), nn.Linear(6, 1))
x = torch.rand(32, 2)
y = x.sum(dim=1, keepdim=True)
"""
LOSS = "F.mse_loss(model(x), y)"
FIT = """def fit(model, x, y, epochs=25):
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    history = []
    for _ in range(epochs):
        model.train()
        opt.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        opt.step()
        history.append(loss.item())
    model.eval()
    with torch.no_grad():
        final = F.mse_loss(model(x), y).item()
    return history
"""


def _fit(answer: str, solution: str = FIT, **params: Any) -> Finding:
    fields = {
        "target": "fit(model, x, y)",
        "given": GIVEN,
        "reaches": {LOSS: 0.25},
        "seeds": 2,
        **params,
    }
    return examine(Training(**fields), answer=answer, solution=solution, setup=SETUP)


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


BY_HAND = """def fit(model, x, y):
    for i in range(80):
        batch = torch.randperm(len(x))[:16]
        loss = (model(x[batch]) - y[batch]).square().mean()
        grads = torch.autograd.grad(loss, [*model.parameters()])
        with torch.no_grad():
            for p, g in zip(model.parameters(), grads):
                p -= 0.1 * g
    model.eval()
    with torch.inference_mode():
        model(x)
"""


@pytest.mark.parametrize(
    ("answer", "params"),
    [
        (FIT, {}),
        (BY_HAND, {}),
        (_swap(FIT, ("append(loss.item())", "append(float(loss))")), {"result": True}),
        (_swap(FIT, ("model.eval()", "model.train(False)"), ("epochs=25", "epochs=40")), {}),
        (_swap(FIT, ("history.append(loss.item())", "history.append(loss.detach())")), {}),
        (_swap(FIT, ("return history", "return None")), {}),
        (FIT, {"improves": LOSS, "reaches": {}}),
        (FIT, {"reaches": {f"-{LOSS}": -0.25}}),
        (FIT, {"reaches": {f"1 - {LOSS}": ">= 0.75"}}),
        (FIT, {"reproducible": True}),
    ],
)
def test_a_function_that_trains_passes_however_it_does(answer: str, params: dict[str, Any]) -> None:
    """Other optimizers, other steps, other random numbers."""
    finding = _fit(answer, **params)
    assert finding.status == "pass", finding.message


ORDER = "        opt.zero_grad()\n"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (
            _swap(FIT, ("lr=0.05", "lr=0.05, maximize=True")),
            "diverged",
            [LOSS, "at most 0.25", "wrong way"],
        ),
        (_swap(FIT, ("Adam", "SGD"), ("lr=0.05", "lr=1e9")), "diverged", ["nan", "ran away"]),
        (_swap(FIT, ("epochs=25", "epochs=1")), "not-reached", ["before;", "not far enough"]),
        (
            _swap(FIT, (ORDER, ""), ("lr=0.05", "lr=0.9")),
            "gradients-add-up",
            ["`zero_grad()` is missing"],
        ),
        (
            _swap(FIT, (ORDER, ""), ("        opt.step()", ORDER + "        opt.step()")),
            "gradients-cleared",
            ["changes no parameter", "between `backward()` and `step()`"],
        ),
        (_swap(FIT, ("opt.step()", "pass")), "no-step", ["changes no parameter"]),
        (_swap(FIT, ("loss.backward()", "pass")), "no-backward", []),
        (
            _swap(FIT, ("model.parameters()", "model[0].parameters()")),
            "not-trained",
            ["`model.3.weight` and `model.3.bias` stay", "hold every parameter"],
        ),
        (
            _swap(FIT, ("    opt =", "    model = copy.deepcopy(model)\n    opt =")),
            "not-trained",
            ["changes no parameter"],
        ),
        (
            _swap(FIT, ("append(loss.item())", "append(loss)")),
            "graph-kept",
            ["`result[0]`", ".item()"],
        ),
        (
            _swap(
                FIT,
                ("history = []", "total = 0"),
                ("history.append(loss.item())", "total += loss"),
                ("return history", "return total.item()"),
            ),
            "graph-kept",
            ["24 earlier steps", "`total += loss`"],
        ),
        (
            _swap(FIT, ("    model.eval()\n", "")),
            "evaluated-in-training-mode",
            ["dropout", "`model.eval()`"],
        ),
        (
            _swap(FIT, ("torch.no_grad()", "torch.enable_grad()")),
            "evaluation-recorded",
            ["`torch.no_grad()`"],
        ),
        (
            _swap(FIT, ("model.train()", "model.eval()")),
            "trained-in-eval-mode",
            ["`model.train()`"],
        ),
        (
            _swap(FIT, ("return history", "model.train()\n    return history")),
            "wrong-mode",
            ["leaves `model` in training mode"],
        ),
        (_swap(FIT, ("opt.zero_grad()", "opt.zero_gard()")), "raised", ["zero_gard", "line 6"]),
        ("def fitt(*a): pass", "not-defined", ["`fitt`"]),
    ],
)
def test_what_goes_wrong_in_training_is_named(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _fit(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_the_form_of_the_result_counts_where_asked() -> None:
    """Its type, its length; never its values."""
    tensors = _swap(FIT, ("append(loss.item())", "append(loss.detach())"))
    assert _fit(tensors, result=True).code == "wrong-type"
    shorter = _swap(FIT, ("epochs=25", "epochs=24"))
    assert _fit(shorter, result=True).code == "wrong-length"
    assert _fit(shorter).status == "pass"


def test_half_of_the_solutions_way_is_an_improvement() -> None:
    """`improves` needs no number; a function that does little fails."""
    finding = _fit(_swap(FIT, ("epochs=25", "epochs=1")), improves=LOSS, reaches={})
    assert finding.code == "not-reached"
    assert "about 0." in finding.message


FROZEN = GIVEN + "for p in model[0].parameters():\n    p.requires_grad_(False)\n"


def test_only_what_the_solution_trains_may_change() -> None:
    """A frozen layer that thaws is seen; `trains` says what to look at."""
    thaw = _swap(FIT, ("    opt =", "    model.requires_grad_(True)\n    opt ="))
    finding = _fit(thaw, given=FROZEN, reaches={})
    assert finding.code == "wrongly-trained"
    assert "`model.0.weight` and `model.0.bias`" in finding.message
    assert _fit(thaw, given=FROZEN, reaches={}, trains="model[3]").status == "pass"
    assert _fit(FIT, given=FROZEN, reaches={}).status == "pass"


NORM = GIVEN.replace("nn.Dropout(0.1)", "nn.BatchNorm1d(6)")


def test_running_statistics_belong_to_what_changes() -> None:
    """They stand still if the model trains in evaluation mode."""
    assert _fit(FIT, given=NORM).status == "pass"
    assert _fit(_swap(FIT, ("model.train()", "model.eval()")), given=NORM).code in (
        "trained-in-eval-mode",
        "not-trained",
    )


LEAVES = "w = torch.zeros(2, 1, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)\nx = torch.rand(32, 2)\ny = x.sum(dim=1, keepdim=True) + 1\n"
LINEAR = """def fit(w, b, x, y):
    for _ in range(60):
        loss = (x @ w + b - y).square().mean()
        loss.backward()
        with torch.no_grad():
            for p in (w, b):
                p -= 0.3 * p.grad
                p.grad.zero_()
"""


def test_plain_leaves_can_be_trained() -> None:
    """Without a module and without an optimizer."""
    params: dict[str, Any] = {
        "target": "fit(w, b, x, y)",
        "given": LEAVES,
        "reaches": {"(x @ w + b - y).square().mean()": 0.05},
    }
    assert _fit(LINEAR, LINEAR, **params).status == "pass"
    only = _fit(_swap(LINEAR, ("(w, b):", "(w,):")), LINEAR, **params)
    assert only.code == "not-trained"
    assert "`b` stays" in only.message
    kept = _fit(_swap(LINEAR, ("p.grad.zero_()", "pass"), ("0.3", "0.9")), LINEAR, **params)
    assert kept.code == "gradients-add-up"
    rebound = _swap(
        LINEAR, ("p -= 0.3 * p.grad\n                p.grad.zero_()", "p = p - 0.3 * p.grad")
    )
    assert _fit(rebound, LINEAR, **params).code == "no-step"


NEW = "def fit(x, y):\n    model = nn.Linear(2, 1)\n    opt = torch.optim.Adam(model.parameters(), 0.1)\n    for _ in range(60):\n        opt.zero_grad()\n        F.mse_loss(model(x), y).backward()\n        opt.step()\n    return model\n"


def test_a_model_that_is_returned_can_be_measured() -> None:
    """`result` stands for what the call gave; then the bound says its own side."""
    params: dict[str, Any] = {
        "target": "fit(x, y)",
        "reaches": {"F.mse_loss(result(x), y)": "<= 0.1"},
    }
    assert _fit(NEW, NEW, **params).status == "pass"
    few = _fit(_swap(NEW, ("range(60)", "range(1)")), NEW, **params)
    assert few.code == "not-reached"
    nothing = _fit(_swap(NEW, ("    return model\n", "")), NEW, **params)
    assert nothing.code == "not-measured"
    assert "NoneType" in nothing.message
    assert (
        "write `<=`"
        in _fit(NEW, NEW, **{**params, "reaches": {"F.mse_loss(result(x), y)": 0.1}}).message
    )


SEEDED = _swap(
    FIT,
    ("epochs=25", "seed=0, epochs=25"),
    ("history = []", "history = []\n    torch.manual_seed(seed)"),
)


def test_reproducible_means_what_the_solution_does() -> None:
    """The same under one seed; and under another, where the solution seeds itself."""
    loose = _swap(
        FIT,
        (
            "history = []",
            "history = []\n    g = torch.Generator(); g.seed()\n    x = x[torch.randperm(32, generator=g)[:20]]; y = x.sum(1, keepdim=True)",
        ),
    )
    assert "not seeded" in _fit(loose, reproducible=True, reaches={}, seeds=1).message
    assert _fit(SEEDED, SEEDED, reproducible=True, reaches={}, seeds=1).status == "pass"
    assert _fit(SEEDED, FIT, reproducible=True, reaches={}, seeds=1).status == "pass"
    finding = _fit(FIT, SEEDED, reproducible=True, reaches={}, seeds=1)
    assert finding.code == "not-reproducible"
    assert "before it" in finding.message
    assert _fit(FIT, loose, reproducible=True, reaches={}, seeds=1).status == "error"


def test_luck_with_one_seed_is_not_enough() -> None:
    """A function that trains under some seeds only fails, and the message says how often."""
    lucky = _swap(
        FIT,
        (
            "    opt =",
            "    if torch.initial_seed() % 3:\n        model.eval(); return []\n    opt =",
        ),
    )
    finding = _fit(lucky, seeds=6)
    assert finding.status == "fail"
    assert "of 6 seeds" in finding.message


@pytest.mark.parametrize(
    ("solution", "params", "word"),
    [
        ("", {}, "NameError"),
        (FIT, {"given": "1 / 0"}, "ZeroDivisionError"),
        (FIT, {"reaches": {LOSS: 1e-9}}, "does not reach"),
        (FIT, {"reaches": {LOSS: 1e9}}, "before any training"),
        (FIT, {"reaches": {"model": 1.0}}, "no number"),
        (FIT, {"reaches": {"nothing": 1.0}}, "NameError"),
        ("def fit(*a): pass", {"reaches": {}}, "changes nothing"),
        ("def fit(*a): pass", {"reaches": {}, "improves": LOSS}, "does not improve"),
        (
            "def fit(model, x, y):\n    while True:\n        model(x)",
            {"seconds": 0.1},
            "longer than 0.1",
        ),
    ],
)
def test_a_broken_lesson_is_the_lessons_fault(
    solution: str, params: dict[str, Any], word: str
) -> None:
    """A bound that an untrained model keeps would check nothing."""
    finding = _fit(FIT, solution, **params)
    assert finding.status == "error"
    assert word in finding.message


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"reaches": {"a b": 1.0}}, "expression"),
        ({"improves": "a b"}, "expression"),
        ({"trains": "a b"}, "expression"),
    ],
)
def test_odd_parameters_of_the_check_are_refused(params: dict[str, Any], word: str) -> None:
    """With a reason."""
    with pytest.raises(ValueError, match=word):
        Training(target="fit()", **params)


def test_an_endless_run_is_stopped_once() -> None:
    """After the first seed that takes too long the others are not tried."""
    endless = "def fit(model, x, y):\n    try:\n        while True:\n            model(x)\n    except Exception:\n        pass"
    started = time.process_time()
    finding = _fit(endless, seconds=0.3)
    assert finding.code == "timeout"
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "answer",
    [
        "def fit(model, x, y): raise SystemExit",
        "def fit(model, x, y):\n    model.__class__ = int",
        "class Sly:\n    def __getattr__(self, n): raise KeyboardInterrupt\ndef fit(model, x, y): return Sly()",
        "def fit(model, x, y):\n    for p in model.parameters(): p.data = torch.zeros(1)",
        "def fit(model, x, y):\n    model[0].weight = None",
        "def fit(model, x, y):\n    torch.equal = None",
    ],
)
def test_hostile_functions_are_contained(answer: str) -> None:
    """They fail, whatever they do."""
    import torch

    equal = torch.equal
    try:
        assert _fit(answer).status == "fail"
    finally:
        torch.equal = equal


def test_forged_observations_are_no_pass() -> None:
    """What is missing or damaged makes the answer wrong."""
    fields: dict[str, Any] = {"reaches": {LOSS: 0.25}, "seeds": 1}
    check = Training(target="fit(model, x, y)", given=GIVEN, **fields)
    _, right = look(check, [], FIT, SETUP)
    for forged in (
        Observed(),
        Observed(value=Nothing(), after={FACTS: Bytes(b"x")}),
        Observed(
            value=Nothing(),
            after={
                FACTS: Bytes(
                    b"\x87\xa6events\x90\xa6graphs\x00\xa4kept\x90\xa7changed\x80\xa5modes\x80\xa8measures\x80\xa6prints\x90"
                )
            },
        ),
    ):
        assert check.compare((forged,), right, source="").status == "fail"
    assert check.compare((), right, source="").code == "unobserved"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        _swap(FIT, ("lr=0.05", "lr=0.05, maximize=True")),
        _swap(FIT, (ORDER, ""), ("lr=0.05", "lr=0.9")),
        _swap(FIT, ("model.parameters()", "model[0].parameters()")),
        _swap(FIT, ("append(loss.item())", "append(loss)")),
        _swap(FIT, ("    model.eval()\n", "")),
        _swap(FIT, ("torch.no_grad()", "torch.enable_grad()")),
        "def fit(*a): raise ValueError",
    ]
    fields: dict[str, Any] = {"reaches": {LOSS: 0.25}, "seeds": 1}
    check = Training(target="fit(model, x, y)", given=GIVEN, **fields)
    assert told_apart(check, texts, FIT, SETUP) == [[i] for i in range(7)]


def test_it_is_quick() -> None:
    """Three seeds of a small model in both worlds."""
    _fit(FIT)
    started = time.process_time()
    _fit(FIT)
    assert time.process_time() - started < 1.0
