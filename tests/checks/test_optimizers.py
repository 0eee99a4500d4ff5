# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, Optimizer, examine
from checks.data import Bytes, Observed, Opaque
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))\n"
SOLUTION = "opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)"


def _find(answer: str, solution: str = SOLUTION, **params: Any) -> Finding:
    params = {"target": "opt", "covers": "model", **params}
    return examine(Optimizer(**params), answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    "answer",
    [
        SOLUTION,
        "opt = torch.optim.SGD(list(model.parameters())[::-1], 0.1, 0.9)",
        "opt = torch.optim.SGD([{'params': model[2].parameters()}, {'params': model[0].parameters()}], 0.1, 0.9)",
        "opt = torch.optim.SGD(model.parameters(), lr=torch.tensor(0.1), momentum=0.9, foreach=False)",
        "class Mine(torch.optim.SGD):\n    pass\nopt = Mine(model.parameters(), 0.1, 0.9)",
        "model[0] = nn.Linear(3, 4)\nopt = torch.optim.SGD(model.parameters(), 0.1, 0.9)",
        "opt = torch.optim.SGD(model[0].parameters(), 0.1, 0.9)\nopt.add_param_group({'params': model[2].parameters()})",
        "opt = torch.optim.SGD(model.parameters(), 1.0, 0.9)\nopt.param_groups[0]['lr'] = 0.1",
    ],
)
def test_a_right_optimizer_passes_however_it_was_made(answer: str) -> None:
    """Order and number of groups, a tensor for lr and speed options do not count."""
    finding = _find(answer)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("", "not-defined", ["`opt`"]),
        ("opt = None", "wrong-type", ["None", "an optimizer"]),
        ("opt = torch.optim.SGD", "wrong-type", ["a class", "calling"]),
        (
            "opt = torch.optim.Adam(model.parameters(), lr=0.1)",
            "wrong-optimizer",
            ["`Adam`", "`SGD`"],
        ),
        (
            "class SGD(torch.optim.Optimizer):\n    pass\nopt = SGD(model.parameters(), {})",
            "wrong-optimizer",
            ["answer's own"],
        ),
        (
            SOLUTION + "\nmodel[2] = nn.Linear(4, 2)",
            "stale-parameters",
            ["2 tensors", "(2, 4), (2,)", "`model.2.weight` and `model.2.bias`", "before a layer"],
        ),
        (
            SOLUTION.replace("model.p", "__import__('copy').deepcopy(model).p"),
            "stale-parameters",
            ["4 tensors", "copies"],
        ),
        (
            SOLUTION.replace("model.p", "model[0].p"),
            "missing-parameters",
            ["`model.2.weight` and `model.2.bias`", "some of the layers"],
        ),
        (
            SOLUTION.replace("model.p", "nn.Linear(1, 1).p"),
            "stale-parameters",
            ["model.0.weight", "another model"],
        ),
        (
            "t = nn.Parameter(torch.ones(3))\nopt = torch.optim.SGD([*model.parameters(), t], 0.1, 0.9)",
            "extra-parameters",
            ["1 tensor (shape (3,))"],
        ),
        (SOLUTION.replace("0.1", "0.01"), "wrong-hyperparameter", ["lr = 0.01", "0.1 is expected"]),
        (SOLUTION.replace(", momentum=0.9", ""), "wrong-hyperparameter", ["momentum = 0"]),
        (SOLUTION.replace("0.9)", "0.9, nesterov=True)"), "wrong-hyperparameter", ["nesterov"]),
        (
            "opt = torch.optim.SGD([{'params': model[0].parameters()}, {'params': model[2].parameters(), 'lr': 0.2}], 0.1, 0.9)",
            "wrong-hyperparameter",
            ["lr = 0.2 for `model.2.weight`"],
        ),
        ("opt = 1 / 0", "raised", ["ZeroDivisionError"]),
    ],
)
def test_a_wrong_optimizer_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _find(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_a_parameter_that_is_held_twice_is_seen() -> None:
    """Torch only warns of it; the parameter would move twice."""
    twice = "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    opt = torch.optim.SGD([*model.parameters(), model[0].bias], 0.1, 0.9)"
    finding = _find(twice)
    assert finding.code == "repeated-parameters"
    assert "`model.0.bias`" in finding.message


HEAD = "for p in model[0].parameters():\n    p.requires_grad_(False)\n"


def test_frozen_parameters_may_be_in_it_or_not() -> None:
    """No step moves them, so both answers are right, whichever the solution chose."""
    whole, part = HEAD + SOLUTION, HEAD + SOLUTION.replace("model.p", "model[2].p")
    assert _find(whole, part).status == "pass"
    assert _find(part, whole).status == "pass"
    assert _find(HEAD + SOLUTION.replace("model.p", "model[0].p"), part).code == (
        "missing-parameters"
    )


def test_what_the_solution_leaves_out_must_be_left_out() -> None:
    """An optimizer for the head alone, though the rest is not frozen."""
    part = SOLUTION.replace("model.p", "model[2].p")
    assert _find(part, part).status == "pass"
    finding = _find(SOLUTION, part)
    assert finding.code == "extra-parameters"
    assert "`model.0.weight`" in finding.message


TWO = "opt = torch.optim.Adam([{'params': model[0].parameters(), 'lr': 1e-3}, {'params': model[2].parameters(), 'lr': 1e-2}])"


def test_groups_are_compared_parameter_by_parameter() -> None:
    """Learning rates that changed places are seen with `covers` and, by the shapes, without."""
    swapped = TWO.replace("1e-3", "x").replace("1e-2", "1e-3").replace("x", "1e-2")
    for params in ({}, {"covers": ()}):
        assert _find(TWO, TWO, **params).status == "pass"
        assert _find(swapped, TWO, **params).code == "wrong-hyperparameter"
    assert "`opt` has lr = 0.01 for `model.0.weight`, but 0.001" in _find(swapped, TWO).message
    one = "opt = torch.optim.Adam(model[0].parameters())"
    assert "1 parameter group," in _find(one, TWO, covers=()).message


def test_hyper_parameters_and_the_class_can_be_left_open() -> None:
    """`ignores` relaxes one name, `any_type` leaves only what is covered."""
    other = SOLUTION.replace("0.9", "0.8")
    assert _find(other, ignores=("momentum",)).status == "pass"
    adam = "opt = torch.optim.Adam(model.parameters())"
    assert _find(adam, any_type=True).status == "pass"
    assert _find(adam.replace("model", "model[0]"), any_type=True).code == "missing-parameters"


def test_tensors_by_name_and_functions_are_looked_at() -> None:
    """`covers` may list tensors; `given` builds the model that a function gets."""
    setup = "w = torch.ones(2, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)\n"
    whole, part = (setup + f"opt = torch.optim.SGD({x}, 0.1)" for x in ("[b, w]", "[w]"))
    assert _find(whole, whole, covers=("w", "b")).status == "pass"
    assert "`b`" in _find(part, whole, covers=("w", "b")).message
    make = "def make(model):\n    return torch.optim.SGD(model.parameters(), 0.1)"
    params = {"target": "make(net)", "given": "net = nn.Linear(2, 1)", "covers": "net"}
    assert _find(make, make, **params).status == "pass"
    wrong = make.replace("model.p", "[*model.parameters()][:1]#")
    assert _find(wrong.replace("[:1]#arameters()", "[:1]"), make, **params).code == (
        "missing-parameters"
    )


def test_another_architecture_only_has_to_be_covered() -> None:
    """Where the model is the learner's own, every trainable parameter counts."""
    own = "model = nn.Linear(3, 1)\n" + SOLUTION
    assert _find(own).status == "pass"
    assert _find(own.replace("model.parameters()", "[model.weight]")).code == "missing-parameters"


@pytest.mark.parametrize(
    ("solution", "params"),
    [("opt = 3", {}), ("opt = 1 / 0", {}), (SOLUTION + "\nmodel = nn.ReLU()", {}), ("", {})],
)
def test_a_broken_solution_is_the_lessons_fault(solution: str, params: dict[str, Any]) -> None:
    """It never counts against the learner."""
    assert _find(SOLUTION, solution, **params).status == "error"


def test_odd_parameters_of_the_check_are_refused() -> None:
    """`any_type` without `covers` would check nothing."""
    with pytest.raises(ValueError, match="covers"):
        Optimizer(target="opt", any_type=True)
    with pytest.raises(ValueError, match="expression"):
        Optimizer(target="opt", covers="model =")


@pytest.mark.parametrize(
    "answer",
    [
        "class Sly:\n    __class__ = torch.optim.SGD\n    param_groups = []\nopt = Sly()",
        SOLUTION + "\nopt.param_groups = None",
        SOLUTION + "\nopt.param_groups = [{'params': [1, 2]}]",
        "class Sly(torch.optim.SGD):\n    @property\n    def param_groups(self):\n        raise SystemExit\n    def __init__(self):\n        pass\n    def __repr__(self):\n        raise SystemExit\nopt = Sly()",
    ],
)
def test_objects_that_lie_are_contained(answer: str) -> None:
    """They fail, whatever they raise."""
    assert _find(answer).status == "fail"


def test_forged_observations_are_no_pass() -> None:
    """Facts that do not read, or point outside, make the answer wrong."""
    check = Optimizer(target="opt", covers="model")
    _, right = look(check, [], SOLUTION, SETUP)
    facts = right[0].after[FACTS]
    assert isinstance(facts, Bytes)
    wild = facts.value.replace(b"\xa5group\x00", b"\xa5group\x7f")
    assert wild != facts.value
    for forged in (
        Observed(),
        Observed(value=Opaque("SGD", "SGD")),
        Observed(value=Opaque("SGD"), after={FACTS: Bytes(b"\xff\x00")}),
        Observed(value=Opaque("SGD"), after={FACTS: Bytes(wild)}),
    ):
        assert check.compare((forged,), right, source="").status == "fail"
        assert check.behaves_like((forged,), right) is False
    assert check.compare((), right, source="").code == "unobserved"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    check = Optimizer(target="opt", covers="model")
    texts = [
        SOLUTION + "\nmodel[2] = nn.Linear(4, 2)",
        SOLUTION.replace("model.p", "model[0].p"),
        SOLUTION.replace("0.1", "0.3"),
        SOLUTION.replace("SGD", "RMSprop"),
        "opt = None",
        "opt = 1 / 0",
    ]
    assert told_apart(check, texts, SOLUTION, SETUP) == [[i] for i in range(len(texts))]
