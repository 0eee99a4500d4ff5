# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest
import torch

from checks import Finding, StepOrder, examine
from checks.data import Bytes, Observed
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
GIVEN = """model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(8, 3), torch.rand(8, 1)
"""
HEAD = "def step(model, x, y, opt):\n"
ZERO, BACKWARD, STEP = "    opt.zero_grad()\n", "    loss.backward()\n", "    opt.step()\n"
LOSS = "    loss = F.mse_loss(model(x), y)\n"
SOLUTION = HEAD + ZERO + LOSS + BACKWARD + STEP


CLOSURE = (
    "    def compute():\n        opt.zero_grad()\n        loss = F.mse_loss(model(x), y)\n"
    "        loss.backward()\n        return loss\n"
)


def _step(*parts: str, solution: str = SOLUTION, **params: Any) -> Finding:
    check = StepOrder(**{"target": "step(model, x, y, optimizer)", "given": GIVEN, **params})
    return examine(check, answer=HEAD + "".join(parts), solution=solution, setup=SETUP)


def _by_hand(*lines: str) -> str:
    body = "".join(f"            {line}\n" for line in lines)
    return f"    with torch.no_grad():\n        for p in model.parameters():\n{body}"


@pytest.mark.parametrize(
    "parts",
    [
        (ZERO, LOSS, BACKWARD, STEP),
        (LOSS, ZERO, BACKWARD, STEP),
        (LOSS, BACKWARD, STEP, ZERO),
        (LOSS, "    model.zero_grad()\n", BACKWARD, STEP),
        (LOSS, "    opt.zero_grad(set_to_none=False)\n", BACKWARD, STEP),
        (LOSS, "    for p in model.parameters():\n        p.grad = None\n", BACKWARD, STEP),
        (ZERO, LOSS, "    torch.autograd.backward(loss)\n", STEP),
        (ZERO, LOSS, BACKWARD, "    error = (model(x) - y).abs().mean().item()\n", STEP),
        (ZERO, LOSS, BACKWARD, _by_hand("p -= 0.1 * p.grad")),
        (LOSS, BACKWARD, _by_hand("p -= 0.1 * p.grad", "p.grad = None")),
        (LOSS, BACKWARD, _by_hand("p.data = p.data - 0.1 * p.grad", "p.grad.zero_()")),
        (LOSS, BACKWARD, _by_hand("p.copy_(p - 0.1 * p.grad)", "p.grad = torch.zeros_like(p)")),
        (
            LOSS,
            "    grads = torch.autograd.grad(loss, [*model.parameters()])\n",
            "    with torch.no_grad():\n        for p, g in zip(model.parameters(), grads):\n            p -= 0.1 * g\n",
        ),
        (CLOSURE, "    opt.step(compute)\n"),
        (CLOSURE, "    opt.step(closure=compute)\n"),
    ],
)
def test_gradients_may_be_cleared_and_used_in_any_way(parts: tuple[str, ...]) -> None:
    """The effect counts: at the update there is the gradient of this batch alone."""
    finding = _step(*parts)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        (
            (LOSS, BACKWARD, STEP),
            "gradients-add-up",
            ["`zero_grad()` is missing", "`model.weight.grad`", "add up"],
        ),
        (
            (LOSS, BACKWARD, ZERO, STEP),
            "gradients-cleared",
            ["`zero_grad()` comes between `backward()` and `step()`", "before they are used"],
        ),
        ((LOSS, BACKWARD, "    opt.zero_grad(set_to_none=False)\n", STEP), "gradients-cleared", []),
        ((ZERO, LOSS, BACKWARD), "no-step", ["nothing uses them"]),
        ((ZERO, LOSS, STEP), "no-backward", ["nothing calls `backward()`"]),
        ((ZERO, LOSS, STEP, BACKWARD), "step-before-backward", ["`step()` comes before"]),
        ((LOSS, STEP, ZERO, BACKWARD), "step-before-backward", ["batch before"]),
        ((ZERO, STEP, LOSS, BACKWARD), "step-before-backward", []),
        ((LOSS, BACKWARD, _by_hand("p -= 0.1 * p.grad")), "gradients-add-up", []),
        (
            (LOSS, BACKWARD, _by_hand("p.grad.zero_()", "p -= 0.1 * p.grad")),
            "gradients-cleared",
            ["the update"],
        ),
        (
            (LOSS, BACKWARD, _by_hand("p.grad = None", "p -= 0.1 * p.grad")),
            "gradients-cleared",
            ["TypeError", "None there"],
        ),
        (
            (LOSS, _by_hand("p -= 0.1 * p.grad")),
            "step-before-backward",
            ["TypeError", "no `backward()`"],
        ),
        (
            (
                "    other = torch.optim.SGD(nn.Linear(1, 1).parameters(), 0.1)\n    other.zero_grad()\n",
                LOSS,
                BACKWARD,
                STEP,
            ),
            "gradients-add-up",
            ["is called", "right object"],
        ),
        (
            (ZERO, LOSS, BACKWARD, STEP, ZERO, LOSS, BACKWARD, STEP),
            "wrong-step-count",
            ["4 updates", "2 updates"],
        ),
        ((ZERO, "    loss = undefined\n"), "raised", ["NameError"]),
        (("    while True:\n        model(x)\n",), "timeout", ["0.3 seconds"]),
    ],
)
def test_what_is_out_of_order_is_named(parts: tuple[str, ...], code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _step(*parts, seconds=0.3 if code == "timeout" else 5.0)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_what_stands_outside_the_inner_loop_is_counted_over_all_calls() -> None:
    """The numbers are those of both calls, so the message says that there are two."""
    given = GIVEN + "batches = [(x, y)] * 3\n"
    head = "def fit(model, batches, optimizer):\n    for x, y in batches:\n        loss = F.mse_loss(model(x), y)\n"
    step = "optimizer.zero_grad()\n{0}loss.backward()\n{0}optimizer.step()\n"
    inside, outside = (" " * n + step.format(" " * n) for n in (8, 4))
    check = StepOrder(target="fit(model, batches, optimizer)", given=given)
    setup = SETUP + "import torch.nn.functional as F\n"
    found = examine(check, answer=head + outside, solution=head + inside, setup=setup)
    assert "In 2 calls of `fit(" in found.message
    assert "2 backward passes, 2 updates, where 6 backward" in found.message
    assert "outside the inner loop?" in found.message
    kept = head + inside.replace("optimizer.zero_grad()", "pass")
    found = examine(check, answer=kept, solution=head + inside, setup=setup)
    assert (found.code, found.expected, found.actual) == ("gradients-add-up", "", "")


LOOP = """w = torch.zeros(3, requires_grad=True)
X, Y = torch.rand(8, 3), torch.rand(8)
for i in range(10):
    loss = (X @ w - Y).square().mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
"""
UPDATE = "        w -= 0.1 * w.grad\n        w.grad.zero_()\n"


@pytest.mark.parametrize(
    ("update", "code", "words"),
    [
        (UPDATE, "", []),
        ("        w = (w - 0.1 * w.grad).requires_grad_()\n", "", []),
        ("        w.data -= 0.1 * w.grad\n        w.grad = None\n", "", []),
        ("        w -= 0.1 * w.grad\n", "gradients-add-up", ["In the answer", "`w.grad`"]),
        ("        w.grad.zero_()\n        w -= 0.1 * w.grad\n", "gradients-cleared", []),
        ("        pass\n", "no-step", []),
        (
            "        pass\nwith torch.no_grad():\n    w -= 0.1 * w.grad\n",
            "wrong-step-count",
            ["once where 10 times", "outside the loop"],
        ),
    ],
)
def test_a_loop_at_the_top_level_is_run_once_more(update: str, code: str, words: list[str]) -> None:
    """`answer` stands for the whole answer; loops by hand are judged by what they do."""
    answer = LOOP.replace(UPDATE, update)
    if code == "wrong-step-count":
        # Gradients of ten passes add up unless each is cleared; here each is a first one.
        answer = answer.replace("loss.backward()", "w.grad = None\n    loss.backward()")
    finding = examine(StepOrder(target="answer"), answer=answer, solution=LOOP, setup=SETUP)
    assert finding.code == code, finding.message
    assert finding.status == ("fail" if code else "pass")
    for word in words:
        assert word in finding.message


ACCUMULATE = """def train(model, batches, opt):
    for i, x in enumerate(batches):
        model(x).mean().backward()
        if i % 2:
            opt.step()
            opt.zero_grad()
"""


def test_gradients_that_add_up_on_purpose_are_right() -> None:
    """Two passes for each update, as in the solution; one for each is not."""
    params = {"target": "train(model, [x, x, x, x], optimizer)", "solution": ACCUMULATE}
    body = ACCUMULATE.partition("\n")[2]

    def find(text: str) -> Finding:
        check = StepOrder(target=params["target"], given=GIVEN)
        return examine(check, answer=text, solution=ACCUMULATE, setup=SETUP)

    assert find(ACCUMULATE).status == "pass"
    assert find("def train(model, batches, opt):\n" + body.replace("if i % 2", "if True")).code == (
        "wrong-step-count"
    )
    assert find(ACCUMULATE.replace("            opt.zero_grad()\n", "")).code == "gradients-add-up"


@pytest.mark.parametrize(
    ("solution", "params"),
    [
        (HEAD + ZERO + LOSS, {}),
        ("", {}),
        (HEAD + "    1 / 0", {}),
        (SOLUTION, {"given": "model = 1 / 0"}),
        (HEAD + "    while True:\n        model(x).sum().backward()\n", {"seconds": 0.2}),
    ],
)
def test_a_broken_solution_is_the_lessons_fault(solution: str, params: dict[str, Any]) -> None:
    """It never counts against the learner."""
    assert _step(ZERO, LOSS, BACKWARD, STEP, solution=solution, **params).status == "error"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + "    torch.autograd.backward = None\n" + LOSS + BACKWARD,
        HEAD + "    raise SystemExit",
        HEAD + "    opt.param_groups = 3\n" + LOSS + BACKWARD + STEP,
        HEAD + "    try:\n        while True: model(x)\n    except BaseException:\n        pass",
        "from torch.autograd import backward\n" + HEAD + LOSS + "    backward(loss)\n" + STEP,
    ],
)
def test_every_hook_is_taken_back(answer: str) -> None:
    """Whatever the answer does, the next one finds torch as it was."""
    before = (torch.autograd.backward, torch.autograd.grad, torch.optim.Optimizer.zero_grad)
    check = StepOrder(target="step(model, x, y, optimizer)", given=GIVEN, seconds=0.5)
    finding = examine(check, answer=answer, solution=SOLUTION, setup=SETUP)
    assert finding.status == "fail"
    assert (torch.autograd.backward, torch.autograd.grad, torch.optim.Optimizer.zero_grad) == before
    assert _step(ZERO, LOSS, BACKWARD, STEP).status == "pass"


def test_an_alias_of_backward_is_seen() -> None:
    """`from torch.autograd import backward` binds the function before it is watched."""
    text = (
        "from torch.autograd import backward\n" + HEAD + ZERO + LOSS + "    backward(loss)\n" + STEP
    )
    check = StepOrder(target="step(model, x, y, optimizer)", given=GIVEN)
    assert examine(check, answer=text, solution=SOLUTION, setup=SETUP).status == "pass"


def test_forged_observations_are_no_pass() -> None:
    """What is missing or damaged makes the answer wrong."""
    check = StepOrder(target="step(model, x, y, optimizer)", given=GIVEN)
    _, right = look(check, [], SOLUTION, SETUP)
    for forged in (Observed(), Observed(after={FACTS: Bytes(b"x")})):
        assert check.compare((forged,), right, source="").code == "unobserved"
    assert check.compare((), right, source="").code == "unobserved"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        HEAD + LOSS + BACKWARD + STEP,
        HEAD + LOSS + BACKWARD + ZERO + STEP,
        HEAD + ZERO + LOSS + BACKWARD,
        HEAD + ZERO + LOSS + STEP,
        HEAD + LOSS + STEP + ZERO + BACKWARD,
        HEAD + "    raise ValueError",
    ]
    check = StepOrder(target="step(model, x, y, optimizer)", given=GIVEN)
    assert told_apart(check, texts, SOLUTION, SETUP) == [[i] for i in range(6)]
