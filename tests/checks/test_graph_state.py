from __future__ import annotations

import pytest

from checks import Check, Cleared, Finding, Gradient, Leaf, RequiresGrad, examine
from checks.data import Dict, Int, Nothing, Observed, Str, Tensor, Value
from checks.registry import build

SETUP = "import torch\nfrom torch import nn\nx = torch.arange(6.).reshape(2, 3) + 1\n"
W = "w = torch.ones(3, requires_grad=True)\n"


def _examine(check: Check, answer: str, solution: str) -> Finding:
    return examine(check, answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("w = torch.ones(3).requires_grad_()", "", []),
        ("w = nn.Parameter(torch.zeros(5, dtype=torch.float64))", "", []),
        ("w = 2 * torch.ones(3, requires_grad=True)", "", []),
        ("", "not-defined", ["`w`"]),
        ("w = 3.0", "wrong-type", ["a Python float"]),
        ("w = torch.ones(3)", "not-tracked", ["requires_grad=True"]),
        ("w = torch.tensor([1, 2])", "not-tracked", ["int64", "floating-point"]),
        (W + "w = w.detach()", "not-tracked", ["does not require"]),
    ],
)
def test_a_leaf_must_require_a_gradient(answer: str, code: str, words: list[str]) -> None:
    """However it came about, and whatever its shape and values."""
    finding = _examine(RequiresGrad(target="w"), answer, W)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


def test_a_result_must_be_on_the_record_or_off_it() -> None:
    """The cut is named with its line."""
    check = RequiresGrad(target="y")
    finding = _examine(check, W + "with torch.no_grad():\n    y = w * 2", W + "y = w * 2")
    assert (finding.code, finding.line) == ("detached", 2)
    assert "by `no_grad()`" in finding.message
    finding = _examine(check, W + "y = w * 2", W + "y = (w * 2).detach()")
    assert finding.code == "still-tracked"
    assert "MulBackward0" in finding.message
    assert _examine(check, W + "y = w.data * 2", W + "y = (w * 2).detach()").status == "pass"


def test_what_is_frozen_in_a_model_is_compared_by_name() -> None:
    """The parameter that was forgotten is named."""
    check = RequiresGrad(target="model")
    model = "model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))\n"
    frozen = model + "model[0].requires_grad_(False)"
    by_hand = model + "for p in model[0].parameters():\n    p.requires_grad = False"
    assert _examine(check, by_hand, frozen).status == "pass"
    finding = _examine(check, model + "model[0].weight.requires_grad_(False)", frozen)
    assert finding.code == "still-tracked"
    assert "`model.0.bias`" in finding.message
    assert "requires_grad_(False)" in finding.message
    finding = _examine(check, model + "model.requires_grad_(False)", frozen)
    assert finding.code == "not-tracked"
    assert "`model.1.weight`" in finding.message


@pytest.mark.parametrize(
    ("answer", "code", "line", "words"),
    [
        ("w = torch.ones(9).requires_grad_(True)", "", None, []),
        ("w = torch.ones(3).to(torch.float64).requires_grad_()", "", None, []),
        (W + "with torch.no_grad():\n    w -= 1", "", None, []),
        (W + "w = w.to('cpu')", "", None, []),  # nothing to do: the same tensor
        ("w = torch.ones(3)", "not-tracked", None, ["requires_grad=True"]),
        (
            "w = torch.ones(3, requires_grad=True).to(torch.float64)",
            "not-a-leaf",
            1,
            ["`.to(...)` makes a new tensor", "Convert first"],
        ),
        (
            "w = nn.Parameter(torch.ones(3)) * 0.1",
            "not-a-leaf",
            1,
            ["an operation makes a new tensor", "Compute first"],
        ),
        (W + "w = w - 0.1 * w", "not-a-leaf", 2, ["no leaf any more", "torch.no_grad()"]),
        (W + "w = w.double()", "not-a-leaf", 2, ["no leaf any more", "`.double(...)`"]),
        (W + "v = w\nw = v * 2", "not-a-leaf", 3, ["MulBackward0"]),
    ],
)
def test_what_makes_a_non_leaf_is_said(
    answer: str, code: str, line: int | None, words: list[str]
) -> None:
    """The line that loses the leaf, and what to do instead."""
    finding = _examine(Leaf(target="w"), answer, W)
    assert (finding.code, finding.line) == (code, line), finding.message
    for word in words:
        assert word in finding.message


def test_a_result_must_not_be_made_anew() -> None:
    """A new tensor with requires_grad has no history."""
    answer = W + "y = torch.tensor([2., 2., 2.], requires_grad=True)"
    finding = _examine(Leaf(target="y"), answer, W + "y = w * 2")
    assert finding.code == "unexpected-leaf"
    assert "MulBackward0" in finding.message


BOTH = W + "b = torch.zeros(1, requires_grad=True)\n"
STEP = BOTH + "(x @ w + b).mean().backward()\n"
CLEARED = STEP + "w.grad = b.grad = None"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (STEP + "for t in (w, b):\n    t.grad.zero_()", "", []),
        (STEP + "w.grad, b.grad = None, torch.zeros(1)", "", []),
        (STEP + "torch.optim.SGD([w, b], 0.1).zero_grad()", "", []),
        (STEP, "not-cleared", ["`w.grad`", "nothing clears it"]),
        (STEP + "w.grad = None", "not-cleared", ["`b.grad`"]),
        (STEP + "w.grad.zero_\nb.grad.zero_", "not-cleared", ["line 4 is not called", "`()`"]),
        (
            BOTH + "o = torch.optim.SGD([w, b], 1)\no.zero_grad()\n(x @ w + b).sum().backward()",
            "not-cleared",
            ["cleared on line 4, before", "line 5"],
        ),
        ("w = 1\nb = 2", "wrong-type", ["an int"]),
    ],
)
def test_cleared_means_none_or_zero(answer: str, code: str, words: list[str]) -> None:
    """Both ways are right, and a gradient that is left is named with its cause."""
    finding = _examine(Cleared(target=("w", "b")), answer, CLEARED)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message


def test_one_way_of_clearing_can_be_asked_for() -> None:
    """`set_to_none`, as in `zero_grad(set_to_none=...)`."""
    zeroed = STEP + "w.grad.zero_()\nb.grad.zero_()"
    none = Cleared(target="w", set_to_none=True)
    zeros = Cleared(target="w", set_to_none=False)
    assert _examine(none, CLEARED, CLEARED).status == "pass"
    assert _examine(zeros, zeroed, zeroed).status == "pass"
    assert "zeros, but None" in _examine(none, zeroed, CLEARED).message
    assert "None, but zeros" in _examine(zeros, CLEARED, zeroed).message


def test_an_optimizer_stands_for_what_it_updates() -> None:
    """Its tensors are named by their place."""
    make = BOTH + "optimizer = torch.optim.SGD([w, b], 0.1)\n(x @ w + b).sum().backward()\n"
    check = Cleared(target="optimizer")
    assert (
        _examine(check, make + "w.grad = b.grad = None", make + "optimizer.zero_grad()").code == ""
    )
    finding = _examine(check, make + "w.grad = None", make + "optimizer.zero_grad()")
    assert "`optimizer[1].grad`" in finding.message


@pytest.mark.parametrize("solution", ["w = b = 3", "1/0", "", STEP, "w = b = []"])
def test_a_solution_that_clears_nothing_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _examine(Cleared(target=("w", "b")), CLEARED, solution).status == "error"
    assert _examine(Cleared(target=("w", "b")), "", solution).status == "error"


_FORGED = [
    Observed(),
    Observed(after={"w": Nothing()}),
    Observed(after={"w": Str("requires_grad=True")}, gradients={"w": Nothing()}),
    Observed(after={"w": Dict(())}, facts={"writes w": Str("x"), "sizes": Int("0x1")}),
]


@pytest.mark.parametrize("forged", _FORGED)
@pytest.mark.parametrize("name", ["requires_grad", "leaf", "cleared", "gradient"])
def test_a_forged_observation_fails(name: str, forged: Observed) -> None:
    """Whatever the answer's process sends: a fail, never a pass and never an accident."""
    tensor = Tensor(storage=0, dtype="float32", shape=(), stride=(), requires_grad=True)
    grads: dict[str, Value] = {"w": Nothing() if name == "cleared" else tensor}
    right = Observed(after={"w": tensor}, gradients=grads, storages=(b"\1" * 4,))
    finding = build(name, "w").compare((forged,), (right,), source="")
    assert finding.status == "fail"
    assert build(name, "w").compare((), (right,), source="").code == "unobserved"


def test_a_gradient_that_was_not_looked_at_is_not_cleared() -> None:
    """A missing observation is no None."""
    tensor = Tensor(storage=0, dtype="float32", shape=(), stride=(), requires_grad=True)
    right = Observed(after={"w": tensor}, gradients={"w": Nothing()}, storages=(b"\1" * 4,))
    forged = Observed(after={"w": tensor}, storages=(b"\1" * 4,))
    finding = Cleared(target="w").compare((forged,), (right,), source="")
    assert (finding.status, finding.code) == ("fail", "unobserved")


def test_states_are_recognised_by_what_is_observed() -> None:
    """Two answers that lose the leaf in other words are the same mistake."""
    from tests.checks.recognising import alike

    lost = W + "w = w - 1"
    assert alike(Leaf(target="w"), "w = nn.Parameter(torch.ones(2)) * 2", lost, setup=SETUP)
    assert not alike(Leaf(target="w"), "w = torch.ones(3)", lost, setup=SETUP)
    assert not alike(Leaf(target="w"), "", lost, setup=SETUP)
    assert not alike(Cleared(target="w"), CLEARED, STEP, setup=SETUP)
    assert alike(Cleared(target="w"), STEP + "b.grad = None", STEP, setup=SETUP)
    assert not alike(RequiresGrad(target="w"), W, "w = torch.ones(2)", setup=SETUP)


def test_an_empty_list_of_targets_is_refused() -> None:
    """A check that looks at nothing could not fail."""
    for name in ("requires_grad", "leaf", "cleared", "gradient"):
        with pytest.raises(ValueError, match="length"):
            build(name, [])
    with pytest.raises(ValueError, match="wrt"):
        Gradient(target="y", order=2)
