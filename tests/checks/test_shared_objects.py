# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import build
from tests.checks.nets import judge, seen

TIED = """class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(4, 4, bias=False)
        self.dec = nn.Linear(4, 4, bias=False)
        self.dec.weight = self.enc.weight
model = Tied()
"""
TIE = "self.dec.weight = self.enc.weight"
BOTH = ["model.enc.weight", "model.dec.weight"]
LAYERS = "layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(3)])"


@pytest.mark.parametrize(
    ("tie", "code", "word"),
    [
        (TIE, "", ""),
        ("self.enc.weight = self.dec.weight", "", ""),
        ("self.dec = self.enc", "", ""),
        ("pass", "not-shared", "two different objects"),
        ("self.dec.weight = nn.Parameter(self.enc.weight)", "not-shared", "same memory"),
        ("self.dec.weight.data = self.enc.weight.data", "not-shared", "gradient of its own"),
        (
            "self.dec.weight = nn.Parameter(self.enc.weight.clone())",
            "not-shared",
            "training makes them differ",
        ),
        ("self.dec.weight = nn.Parameter(torch.rand(5, 4))", "not-shared", "(5, 4)"),
        ("self.dec.weight = copy.deepcopy(self.enc.weight)", "not-shared", "same numbers now"),
        ("del self.dec", "not-defined", "dec"),
        ("self.dec.weight = None", "wrong-type", "NoneType"),
    ],
)
def test_one_parameter_in_two_places(tie: str, code: str, word: str) -> None:
    """Only one object is one; equal numbers or one memory are not enough."""
    finding = judge("shared", BOTH, TIED.replace(TIE, tie), TIED)
    assert finding.code == code, finding.message
    assert word in finding.message


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (LAYERS, "", []),
        ("layers = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3))", "", []),
        ("layers = []\nfor _ in 'abc': layers.append(nn.Linear(3, 3))", "", []),
        ("layers = [copy.deepcopy(nn.Linear(3, 3)) for _ in 'abc']", "", []),
        (
            "layers = nn.ModuleList([nn.Linear(3, 3)] * 3)",
            "not-distinct",
            ["`layers[0]` and `layers[1]`", "same Linear", "`[...] * n`"],
        ),
        (
            "layers = [nn.Linear(3, 3), nn.Linear(3, 3)]\nlayers.append(layers[0])",
            "not-distinct",
            ["`layers[0]` and `layers[2]`"],
        ),
        (
            LAYERS + "\nfor l in layers: l.weight = layers[0].weight",
            "not-distinct",
            ["`layers[0].weight` and `layers[1].weight`", "same Parameter"],
        ),
        (
            LAYERS + "\nfor l in layers: l.weight.data = layers[0].weight.data",
            "not-distinct",
            ["same memory"],
        ),
        (
            "one = nn.Linear(3, 3)\nlayers = [copy.deepcopy(one) for _ in 'abc']",
            "same-start",
            ["two objects", "same numbers"],
        ),
        (
            "def make():\n    torch.manual_seed(0)\n    return nn.Linear(3, 3)\nlayers = [make() for _ in 'abc']",
            "same-start",
            ["seed that is set again"],
        ),
        ("layers = [nn.Linear(3, 3)]", "wrong-length", ["1 item, but 3"]),
        ("layers = [1, 2, 3]", "wrong-type", ["int"]),
        (
            "layers = [nn.Linear(3, 3, bias=False) for _ in 'abc']",
            "missing-parameter",
            ["1 parameter, but 2"],
        ),
    ],
)
def test_several_objects(answer: str, code: str, words: list[str]) -> None:
    """Each must be an object of its own, and start with numbers of its own."""
    finding = judge("distinct", "layers", answer, LAYERS)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message, finding.message


def test_equal_numbers_are_allowed_where_the_solutions_are_equal() -> None:
    """Biases of zeros, weights of ones: every LayerNorm starts with the same."""
    norms = "a, b = nn.LayerNorm(3), nn.LayerNorm(3)"
    assert judge("distinct", ["a", "b"], norms, norms).status == "pass"
    assert judge("distinct", ["a", "b"], "a = b = nn.LayerNorm(3)", norms).code == "not-distinct"


def test_empty_parameters_share_nothing() -> None:
    """Tensors without numbers have no memory to share."""
    empty = "layers = [nn.Parameter(torch.empty(0)) for _ in range(2)]"
    assert judge("distinct", "layers", empty, empty).status == "pass"


@pytest.mark.parametrize(
    ("check", "target", "solution"),
    [
        ("shared", BOTH, TIED.replace(TIE, "pass")),
        ("distinct", "layers", "layers = [nn.Linear(3, 3)] * 3"),
        ("distinct", "layers", "layers = []"),
        ("distinct", "layers", "layers = [1, 2]"),
        ("shared", ["a", "b"], "a = b = 3"),
        ("shared", ["a", "b"], ""),
    ],
)
def test_a_solution_that_does_not_fit_is_the_lessons_fault(
    check: str, target: Any, solution: str
) -> None:
    """The author asked for what the solution does not have."""
    assert judge(check, target, solution, solution).status == "error"


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ("layers = [nn.Linear(3, 3)] * 3", True),
        (LAYERS, False),
        ("one = nn.Linear(3, 3)\nlayers = [copy.deepcopy(one) for _ in 'abc']", False),
    ],
)
def test_mistakes_are_recognised_by_what_is_one(other: str, *, alike: bool) -> None:
    """Containers do not matter, identity and equality do."""
    check = build("distinct", "layers")
    wrong = "layers = nn.ModuleList([nn.Linear(3, 3)] * 3)"
    assert check.behaves_like(*seen(check, wrong, other, LAYERS)) is alike


def test_a_list_of_one_is_refused() -> None:
    """There is nothing to compare it with."""
    with pytest.raises(ValueError, match="length"):
        build("shared", ["a"])
