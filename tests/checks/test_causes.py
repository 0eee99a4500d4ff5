"""Which causes are looked for: all at first, then those that are still possible."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from checks.diagnosis import values
from checks.diagnosis.transforms import explain
from checks.difference import Scene
from checks.memory import Memory
from tests.checks.function_answers import judged

NUMBERS = torch.tensor([[1.5, -2.25], [3.125, 4.75]])


def scene(among: frozenset[str] | None) -> Scene:
    """A scene in which only these causes are possible."""
    return Scene(subject="y", actual=Memory(()), expected=Memory(()), among=among)


def codes(actual: torch.Tensor, among: frozenset[str] | None = None) -> list[str]:
    """The causes that turn the numbers into `actual`."""
    return [cause.code for cause in explain(actual, NUMBERS, scene(among))]


@pytest.mark.parametrize(
    ("actual", "code"),
    [
        (-NUMBERS, "sign-flipped"),
        (NUMBERS.T, "transposed-values"),
        (NUMBERS * 3.7, "scaled"),
        (NUMBERS + 0.5, "shifted"),
        (NUMBERS.square(), "squared"),
        (NUMBERS.flip(0), "reversed-values"),
        (NUMBERS.floor(), "rounded"),
        (NUMBERS.abs(), "absolute"),
    ],
)
def test_only_possible_causes_are_found(actual: torch.Tensor, code: str) -> None:
    """A cause that was ruled out is not found again, one that was not is."""
    everything = frozenset(codes(actual))
    assert code in everything
    assert codes(actual, frozenset({code})) == [code]
    assert code not in codes(actual, everything - {code})
    assert codes(actual, frozenset()) == []


def test_what_one_trial_rules_out_is_not_looked_for_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An answer that nothing explains costs one search, not one for each trial."""
    searched: list[frozenset[str] | None] = []

    def counted(actual: torch.Tensor, expected: torch.Tensor, scene: Scene) -> Any:
        searched.append(scene.among)
        return explain(actual, expected, scene)

    monkeypatch.setattr(values, "explain", counted)
    finding = judged(
        "def f(x): return x * 77 + 1",
        "def f(x): return 6 * (x + 2) / x.numel()",
        inputs={"x": "torch.rand(n, m)"},
        sizes={"n": [2, 5], "m": [2, 5]},
    )
    assert finding.code == "wrong-values"
    assert searched[0] is None
    assert len(searched) > 5
    assert set(searched[2:-1]) == {frozenset()}


def test_a_cause_still_has_to_explain_every_trial() -> None:
    """What explains some trials only is not named, whichever come first."""
    answer = "def f(x): return -x if x.shape[0] % 2 else x * 3.7"
    options: dict[str, Any] = {"inputs": {"x": "torch.rand(n)"}, "sizes": {"n": [3, 8]}}
    assert judged(answer, "def f(x): return x.clone()", **options).code == "wrong-values"
    right = "def f(x): return -x"
    assert judged(right, "def f(x): return x.clone()", **options).code == "sign-flipped"
