# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, build
from tests.checks.nets import MLP, added, judge, seen

INPUTS = {"x": "torch.randn(4, 12)"}
FILES = (
    MLP
    + """
model = MLP(12, 5, 3)
def save(model, path):
    torch.save(model.state_dict(), path)
def load(model, path):
    model.load_state_dict(torch.load(path))
    return model
"""
)
USED = {
    "factory": "MLP(12, 5, 3)",
    "save": "save(model, path)",
    "load": "load(fresh, path)",
    "inputs": INPUTS,
}
KEPT = "model = nn.Linear(3, 2)\nbest = COPY\nwith torch.no_grad():\n    model.weight.add_(1)\n"
DEEP = KEPT.replace("COPY", "copy.deepcopy(model.state_dict())")


def _saved(answer: str, **params: Any) -> Finding:
    return judge("state_dict", "MLP(12, 5, 3)", answer, MLP, {"inputs": INPUTS, **params})


def _files(answer: str) -> Finding:
    return judge("state_dict", "model", answer, FILES, USED)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (MLP, "", []),
        (
            "def MLP(n, h, k): return nn.Sequential(nn.Linear(n, h), nn.Dropout(), nn.BatchNorm1d(h), nn.Linear(h, k))",
            "",
            [],
        ),
        (
            added(MLP, "self.register_buffer('scale', torch.rand(h))").replace(
                "self.fc1(x)", "self.fc1(x) * self.scale"
            ),
            "",
            [],
        ),
        (MLP.replace("nn.Linear(n, h)", "nn.LazyLinear(h)"), "", []),
        (
            "class MLP(nn.Module):\n    def __init__(self, n, h, k):\n        super().__init__()\n        self.layers = [nn.Linear(n, h), nn.Linear(h, k)]\n    def forward(self, x): return self.layers[1](self.layers[0](x))",
            "not-registered",
            ["`self.layers` is a Python list"],
        ),
        (
            added(MLP, "self.scale = torch.rand(h)").replace(
                "self.fc1(x)", "self.fc1(x) * self.scale"
            ),
            "not-registered",
            ["`self.scale` is a plain tensor", "register_buffer"],
        ),
        (
            added(MLP, "self.register_buffer('scale', torch.rand(h), persistent=False)").replace(
                "self.fc1(x)", "self.fc1(x) * self.scale"
            ),
            "not-restored",
            ["`scale`", "persistent=False"],
        ),
        (
            MLP.replace(
                "def forward",
                "def state_dict(self): return self.fc1.state_dict()\n\n    def forward",
            ),
            "wrong-keys",
            ["lacks `fc1.weight`"],
        ),
        (
            MLP.replace("def forward", "def state_dict(self): return self\n\n    def forward"),
            "pickled-module",
            ["weights_only"],
        ),
        (
            MLP.replace("def forward", "def load_state_dict(self, state): pass\n\n    def forward"),
            "not-restored",
            ["`fc1.weight`", "`fc2.bias`"],
        ),
        (MLP.replace("self.fc1(x)", "self.fc9(x)"), "raised", ["fc9"]),
        ("MLP = 3", "raised", ["not callable"]),
        ("def MLP(*sizes): return 3", "not-a-module", ["int"]),
    ],
)
def test_a_module_comes_back_from_its_file(answer: str, code: str, words: list[str]) -> None:
    """All that the result depends on must be in the state_dict."""
    finding = _saved(answer)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message, finding.message


@pytest.mark.parametrize(
    ("before", "after", "code", "words"),
    [
        ("", "", "", []),
        (
            "torch.save(model.state_dict(), path)",
            "torch.save({'model': model.state_dict(), 'epoch': 3}, path)",
            "wrong-keys",
            ["has `model` and `epoch`"],
        ),
        ("torch.load(path)", "torch.load(path, map_location='cpu', weights_only=True)", "", []),
        ("    return model", "    return None", "", []),
        (
            "    model.load_state_dict(torch.load(path))\n    return model",
            "    made = MLP(12, 5, 3)\n    made.load_state_dict(torch.load(path))\n    return made",
            "",
            [],
        ),
        ("model.state_dict(), path", "model, path", "pickled-module", ["Save the `state_dict()`"]),
        ("model.state_dict(), path", "model.state_dict, path", "pickled-module", []),
        (
            "torch.save(model.state_dict(), path)",
            "pass",
            "not-saved",
            ["`save(model, path)` leaves no file"],
        ),
        (
            "torch.save(model.state_dict(), path)",
            "torch.save(model.state_dict())",
            "raised",
            ["TypeError"],
        ),
        (
            "model.load_state_dict(torch.load(path))",
            "torch.load(path)",
            "not-restored",
            ["`fc1.weight`"],
        ),
        (
            "model.load_state_dict(torch.load(path))",
            "model.load_state_dict(path)",
            "wrong-keys",
            ["does not fit", "<class 'str'>. `load_state_dict` takes the dict itself"],
        ),
        (
            "model.state_dict(), path",
            "model.fc1.state_dict(), path",
            "wrong-keys",
            ["lacks", "`weight` and `bias`"],
        ),
        (
            "model.state_dict(), path",
            "{k: v.half() for k, v in model.state_dict().items()}, path",
            "not-restored",
            [],
        ),
        (
            "model.state_dict(), path",
            "list(model.parameters()), path",
            "wrong-keys",
            ["an object of the type list"],
        ),
        ("def load", "def lead", "not-defined", ["`lead`"]),
    ],
)
def test_the_answers_own_functions_save_and_load(
    before: str, after: str, code: str, words: list[str]
) -> None:
    """What is in the file, and what comes back, is looked at."""
    finding = _files(FILES.replace(before, after, 1) if before else FILES)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message, finding.message


def test_a_format_of_ones_own_may_be_used() -> None:
    """As long as the answer reads what it wrote."""
    own = FILES.replace(
        "torch.save(model.state_dict(), path)", "torch.save({'m': model.state_dict()}, path)"
    )
    assert _files(own.replace("torch.load(path)", "torch.load(path)['m']")).status == "pass"
    lax = FILES.replace("torch.load(path))", "torch.load(path), strict=False)")
    part = lax.replace("model.state_dict(), path", "model.fc1.state_dict(prefix='fc1.'), path")
    finding = _files(part)
    assert finding.code == "not-restored"
    assert "`fc2.weight` and `fc2.bias`" in finding.message


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        ("copy.deepcopy(model.state_dict())", ""),
        ("{k: v.clone() for k, v in model.state_dict().items()}", ""),
        ("copy.deepcopy(model)", ""),
        ("{'epoch': 1, 'model': copy.deepcopy(model.state_dict())}", ""),
        ("model.state_dict()", "shares-storage"),
        ("copy.copy(model.state_dict())", "shares-storage"),
        ("dict(model.state_dict())", "shares-storage"),
        ("{k: v.detach() for k, v in model.state_dict().items()}", "shares-storage"),
        ("model", "shares-storage"),
        ("{'model': model.state_dict()}", "shares-storage"),
        ("3", "wrong-type"),
        ("{}", "wrong-type"),
    ],
)
def test_a_kept_state_must_be_a_copy(kept: str, code: str) -> None:
    """`state_dict()` gives references, which training goes on to change."""
    finding = judge("state_dict", "model", KEPT.replace("COPY", kept), DEEP, {"kept": "best"})
    assert finding.code == code, finding.message
    if code == "shares-storage":
        assert "references, not copies" in finding.message


@pytest.mark.parametrize(
    ("solution", "params"),
    [
        (FILES.replace("torch.save(model.state_dict(), path)", "pass"), USED),
        (FILES, {**USED, "save": "write(model, path)"}),
        (KEPT.replace("COPY", "model.state_dict()"), {"kept": "best"}),
        ("model = 3", {"kept": "model"}),
    ],
)
def test_a_solution_that_does_not_come_back_is_the_lessons_fault(
    solution: str, params: dict[str, Any]
) -> None:
    """The author finds out, the learner is not blamed."""
    finding = judge("state_dict", "model", FILES + DEEP, solution, params)
    assert finding.status == "error", finding.message


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({}, "factory"),
        ({"save": "s(model, path)"}, "factory"),
        ({"kept": "b ="}, "no Python expression"),
    ],
)
def test_a_new_module_must_come_from_somewhere(params: dict[str, Any], word: str) -> None:
    """A name alone makes none."""
    with pytest.raises(ValueError, match=word):
        build("state_dict", "model", params)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ("model.state_dict()", True),
        ("dict(model.state_dict())", True),
        ("copy.deepcopy(model.state_dict())", False),
        ("1 / 0", False),
    ],
)
def test_mistakes_are_recognised_by_what_came_of_them(other: str, *, alike: bool) -> None:
    """Two answers whose kept state shares memory are the same mistake."""
    check = build("state_dict", "model", {"kept": "best"})
    codes = [KEPT.replace("COPY", c) for c in ("model.state_dict()", other)]
    assert check.behaves_like(*seen(check, *codes, DEEP)) is alike
