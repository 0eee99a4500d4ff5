"""Modules judged by a real engine: shared weights, files in the scratch directory."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judging.test_judge import judge
from tutor.course.model import CheckUse, Code, Mistake
from tutor.judging.judge import Judging

pytestmark = pytest.mark.asyncio(loop_scope="session")

SETUP = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
NET = """class Net(nn.Module):
    def __init__(self, n, h):
        super().__init__()
        self.line = nn.Linear(n, h)
        self.norm = nn.BatchNorm1d(h)
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(h, 2)

    def forward(self, x):
        return self.out(self.drop(torch.relu(self.norm(self.line(x)))))


def save(model, path):
    torch.save(model.state_dict(), path)


def load(model, path):
    model.load_state_dict(torch.load(path))
"""
CALLED: dict[str, Any] = {"inputs": {"x": "torch.randn(n, 6)"}, "sizes": {"n": [2, 5]}}
HIDDEN = NET.replace("self.line =", "self.lines =").replace("nn.Linear(n, h)", "[nn.Linear(n, h)]")
HIDDEN = HIDDEN.replace("self.line(x)", "self.lines[0](x)")


def exercise(*checks: CheckUse) -> Code:
    """An exercise that asks for the net."""
    return Code(
        id="net",
        prompt="Write the net.",
        setup=SETUP,
        solution=NET,
        checks=checks,
        mistakes=(Mistake(id="list", answer=HIDDEN, says="Use a ModuleList."),),
    )


EVERY = exercise(
    CheckUse(check="module", target="Net(6, 4)", params={"types": True}),
    CheckUse(check="buffers", target="Net(6, 4)"),
    CheckUse(check="frozen", target="Net(6, 4)"),
    CheckUse(check="distinct", target=("Net(6, 4).line", "Net(6, 4).line")),
    CheckUse(check="init", target="Net(6, 4).line.weight"),
    CheckUse(check="train_eval", target="Net(6, 4)", params=CALLED),
    CheckUse(check="forward", target="Net(6, 4)", params=CALLED),
    CheckUse(
        check="state_dict",
        target="Net(6, 4)",
        params={"save": "save(model, path)", "load": "load(fresh, path)", **CALLED},
    ),
)


async def test_a_net_passes_every_check_of_modules(judging: Judging) -> None:
    """All of them in one exercise, in worlds of their own."""
    verdict = await judge(judging, NET, EVERY)
    assert [finding.status for finding in verdict.findings] == ["pass"] * 8, verdict.message
    assert verdict.status == "pass"


async def test_names_are_free_between_the_worlds(judging: Judging) -> None:
    """The same numbers go to where they belong, whatever they are called and however made."""
    answer = """class Net(nn.Module):
    def __init__(self, n, h):
        super().__init__()
        self.last = nn.Linear(h, 2)
        self.first = nn.Sequential(nn.Linear(n, h), nn.BatchNorm1d(h), nn.ReLU())

    def forward(self, x):
        return self.last(F.dropout(self.first(x), 0.5, self.training))
"""
    check = CheckUse(check="forward", target="Net(6, 4)", params=CALLED)
    assert (await judge(judging, answer, exercise(check))).status == "pass"


async def test_a_hidden_layer_is_found_and_the_mistake_recognised(judging: Judging) -> None:
    """The finding names the list; an answer that hides another way is not the same mistake."""
    check = CheckUse(check="module", target="Net(6, 4)")
    verdict = await judge(judging, HIDDEN.replace("self.lines", "self.stages"), exercise(check))
    assert verdict.findings[0].code == "not-registered"
    assert "`self.stages` is a Python list" in verdict.message
    assert verdict.mistake is not None
    assert verdict.mistake.id == "list"
    dropped = NET.replace("self.norm = nn.BatchNorm1d(h)", "self.norm = nn.Identity()")
    assert (await judge(judging, dropped, exercise(check))).mistake is None


async def test_a_pickled_module_is_refused(judging: Judging) -> None:
    """Saving the module itself works in a real `__main__`, and is not what is asked."""
    check = CheckUse(
        check="state_dict",
        target="Net(6, 4)",
        params={"save": "save(model, path)", "load": "load(fresh, path)", **CALLED},
    )
    answer = NET.replace("model.state_dict(), path", "model, path")
    verdict = await judge(judging, answer, exercise(check))
    assert verdict.findings[0].code == "pickled-module"


async def test_an_answer_that_ends_its_process_fails(judging: Judging) -> None:
    """In a call, or in a property that is looked at: it is the answer's fault."""
    check = CheckUse(check="forward", target="Net(6, 4)", params=CALLED)
    answer = "import os\n" + NET.replace("return self.out", "os._exit(0)\n        return self.out")
    verdict = await judge(judging, answer, exercise(check))
    assert verdict.status == "fail"
    assert verdict.findings[0].code in {"crashed", "exited"}
