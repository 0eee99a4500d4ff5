# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks.registry import build
from tests.checks.function_answers import judged

SAVING: dict[str, Any] = {
    "given": "import io\nmodel = nn.Linear(n, 2)\nfile = io.BytesIO()",
    "sizes": {"n": [1, 3]},
    "script": "save(model, file)\n"
    "file.seek(0)\n"
    "other = nn.Linear(n, 2)\n"
    "load(other, file)\n"
    "return {'loaded': other.state_dict(), 'kept': model.state_dict()}\n",
    "trials": 1,
}
SAVE = (
    "def save(model, path): torch.save(model.state_dict(), path)\n"
    "def load(model, path): model.load_state_dict(torch.load(path))\n"
)
LISTED = (
    "def save(m, p): torch.save([p for p in m.parameters()], p)\n"
    "def load(m, p):\n"
    "    for a, b in zip(m.parameters(), torch.load(p, weights_only=False)): a.data.copy_(b)"
)


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (LISTED, "", ""),
        (SAVE.replace("model.load_state_dict(torch.load(path))", "torch.load(path)"), "wrong-values", "`result['loaded']"),
        (SAVE + "old = save\ndef save(m, p):\n    m.bias.data.zero_()\n    old(m, p)", "all-zero", "`result['loaded']['bias']`"),
        ("def save(m, p): pass", "not-defined", "`load` is not defined"),
        (SAVE.replace("torch.load(path)", "torch.load('/nowhere')"), "raised", "line 2"),
    ],
)  # fmt: skip
def test_several_calls_in_a_namespace_of_their_own(answer: str, code: str, word: str) -> None:
    """Saving and loading is one scenario; what it returns is compared, with its path."""
    finding = judged(answer, SAVE, "save", **SAVING)
    assert finding.code == code, finding.message
    assert word in finding.message
    if finding.code == "wrong-values":
        assert finding.message.startswith("In a scenario with `save`: ")
        assert finding.details["script"] == SAVING["script"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("def snapshot(x): return x.clone()", "pass"),
        ("def snapshot(x): return torch.tensor(x.tolist())", "pass"),
        ("def snapshot(x): return x", "fail"),
        ("def snapshot(x): return x[:]", "fail"),
        ("def snapshot(x): return x.detach()", "fail"),
    ],
)
def test_an_alias_that_is_changed_later(answer: str, status: str) -> None:
    """A result that shares memory with the input shows once the input changes."""
    finding = judged(
        answer,
        "def snapshot(x): return x.clone()",
        "snapshot",
        inputs={"x": "torch.rand(n)"},
        sizes={"n": [1, 4]},
        mutates=["x"],
        script="kept = snapshot(x)\nx.add_(1)\nreturn kept",
        trials=2,
    )
    assert finding.status == status, finding.message


def test_an_argument_that_is_returned_keeps_its_name() -> None:
    """Where a scenario returns what the call was to change, the message says its name."""
    solution = "def grow(x): x.add_(1)"
    params: dict[str, Any] = {"inputs": {"x": "torch.rand(3)"}, "mutates": ["x"], "trials": 1}
    finding = judged(
        "def grow(x): x = x + 1", solution, "grow", script="grow(x)\nreturn x", **params
    )
    assert finding.message.startswith("In a scenario with `grow`: `x` ")
    finding = judged(
        "def grow(x): x.add_(2)", solution, "grow", script="grow(x)\nreturn x, 1", **params
    )
    assert "`result[0]`" in finding.message


def test_a_scenario_leaves_no_names_behind() -> None:
    """Its names are its own: neither the answer nor the next trial sees them."""
    solution = "def f(): return 'left' in globals()"
    finding = judged(
        solution, solution, script="left = 1\nreturn f(), 'left' in globals()", trials=3
    )
    assert finding.status == "pass"
    finding = judged("def f(): return left", solution, script="left = 1\nreturn f()", trials=1)
    assert "NameError" in finding.message


def test_a_scenario_may_raise_on_purpose() -> None:
    """Where the solution raises in the scenario, so must the answer."""
    solution = "class Once:\n    used = False\n    def go(self):\n        if self.used: raise RuntimeError('used up')\n        self.used = True"
    params: dict[str, Any] = {
        "given": "once = Once()",
        "script": "once.go()\ntry:\n    once.go()\nexcept RuntimeError:\n    return 'refused'\nreturn 'accepted'",
        "trials": 1,
    }
    assert judged(solution, solution, "Once", **params).status == "pass"
    finding = judged("class Once:\n    def go(self): pass", solution, "Once", **params)
    assert (finding.code, finding.actual, finding.expected) == (
        "wrong-values",
        "'accepted'",
        "'refused'",
    )


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"script": "f(1)"}, "must return"),
        ({"script": "def g():\n    return 1\ng()"}, "must return"),
        ({"script": "return ("}, "no Python"),
        ({"script": "return f()", "times": 2}, "how often"),
        ({"script": "return f()", "gradients": True}, "how often"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(params: dict[str, Any], word: str) -> None:
    """The lesson's author reads why."""
    with pytest.raises(ValueError, match=word):
        build("function", "f", params)


def test_an_exception_in_a_function_of_the_check_is_raised_by_the_call() -> None:
    """A call of what the check made fails because of what the answer hands to it."""
    given = "def made(x): return x.sum()"
    solution = "def apply(made, x): return made(x.double())"
    wrong = "def apply(made, x):\n    return made(x.double)"
    inputs = {"made": "made", "x": "torch.rand(2)"}
    finding = judged(wrong, solution, "apply", given=given, inputs=inputs)
    assert finding.code == "raised", finding.message
    assert "raised AttributeError on line 2" in finding.message
