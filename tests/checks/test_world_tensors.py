# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

import pytest

from tests.checks.nets import judge


@pytest.mark.parametrize(
    "made",
    [
        "lazy = nn.LazyLinear(3).weight",
        "class Sour(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, *_, **__): raise SystemExit\nsour = torch.ones(3).as_subclass(Sour)",
        "far = torch.empty(3, device='meta')",
    ],
)
def test_odd_tensors_beside_the_target_disturb_nothing(made: str) -> None:
    """Their size is asked for, as a tolerance depends on it."""
    assert judge("values", "y", f"{made}\ny = torch.ones(3)", "y = torch.ones(3)").status == "pass"


def test_a_missing_attribute_of_a_module_is_not_defined() -> None:
    """The module itself raises, deep inside torch; the target is still what asked."""
    finding = judge(
        "values",
        "layer.scale",
        "layer = nn.Linear(2, 3)",
        "layer = nn.Linear(2, 3)\nlayer.scale = 3",
    )
    assert finding.code == "not-defined"
    assert "scale" in finding.message


def test_a_module_that_was_never_initialised_cannot_be_called() -> None:
    """Torch misses an attribute of its own; the message says what the class forgot."""
    empty = (
        "class Net(nn.Module):\n    def __init__(self): INIT\n    def forward(self, x): return x\n"
    )
    answer, solution = (empty.replace("INIT", i) for i in ("pass", "super().__init__()"))
    finding = judge("values", "Net()(torch.ones(2))", answer, solution)
    assert finding.code == "no-super-init", finding.message
    finding = judge("values", "len(list(Net().parameters()))", answer, solution)
    assert finding.code == "no-super-init", finding.message
