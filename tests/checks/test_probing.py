from __future__ import annotations

import random

import pytest
import torch

from checks import Function
from checks.data import Trial
from checks.kinks import away_from_kinks, floats_in
from checks.memory import restore
from checks.probing import Called, Probe
from checks.slopes import Slopes
from checks.trial_run import make_world
from checks.world import World


def _world(code: str) -> World:
    world, failed = make_world("import torch", code, ())
    assert failed is None
    return world


def _trial(world: World, expression: str, case: int | None = None) -> Trial:
    check = Function(target="f", inputs={"x": expression})
    trial = check.draw(random.Random(1))[0]  # noqa: S311  # the same each time on purpose
    return check.prepare(world, Trial(seed=trial.seed, case=case))


@pytest.mark.parametrize(
    ("body", "slope"),
    [
        ("(x ** 2).sum()", lambda x: 2 * x),
        ("x.exp().prod()", lambda x: x.exp().prod().expand(x.shape)),
        ("1e5 * x.sum() + 1e6", lambda x: torch.full_like(x, 1e5)),
        ("x.sum() * 0", torch.zeros_like),
    ],
)
def test_slopes_are_measured_precisely(body: str, slope: object) -> None:
    """To many digits, though the inputs are float32."""
    world = _world(f"def f(x):\n    return {body}")
    probe = Probe(world, _trial(world, "torch.tensor([0.5, -1.5, 3.0])"), Called("f", {"x": ""}))

    def value(moved: object) -> float:
        return float(probe.call(moved)[0].detach())  # type: ignore[arg-type]

    measured = probe.measure(value)["x"]
    assert callable(slope)
    expected = slope(torch.tensor([0.5, -1.5, 3.0], dtype=torch.float64))
    torch.testing.assert_close(measured.slopes, expected, rtol=1e-6, atol=1e-6)
    assert not bool(measured.kinks.any())


@pytest.mark.parametrize(
    ("body", "at", "kinks"),
    [
        ("x.relu()", "[0.0, 1.0, -1.0]", [True, False, False]),
        ("x.abs()", "[0.0, 1e-9, 0.1]", [True, True, False]),
        ("x.max()", "[2.0, 2.0, 1.0]", [True, True, False]),
        ("x.abs().sqrt()", "[0.0, 1.0, 4.0]", [True, False, False]),
        ("x.square()", "[0.0, 1.0, -1.0]", [False, False, False]),
        ("x.round()", "[0.5, 0.4, 0.6]", [True, False, False]),
        ("x.log()", "[0.0, 1.0, 2.0]", [True, True, True]),  # the value itself is not finite
    ],
)
def test_kinks_are_told_from_curves(body: str, at: str, kinks: list[bool]) -> None:
    """Where the slopes to both sides differ, and not where a parabola has its lowest point."""
    world = _world(f"def f(x):\n    return {body}")
    probe = Probe(world, _trial(world, f"torch.tensor({at})"), Called("f", {"x": ""}))
    assert Slopes(probe, 1).measured_first()["x"].kinks.tolist() == kinks


def test_a_trial_at_a_kink_is_drawn_again_or_moved() -> None:
    """Random inputs are drawn again; constant ones are moved; those of a case stay."""
    world = _world("def f(x):\n    return x.relu()")
    check = Function(target="f", inputs={"x": "torch.zeros(3)"})
    called = Called("f", {"x": ""})

    def prepare(trial: Trial) -> Trial:
        return check.prepare(world, trial)

    moved = away_from_kinks(world, Trial(seed=3), called, prepare)
    assert bool(restore(moved.inputs or {}, moved.storages)["x"].all())
    kept = away_from_kinks(world, Trial(seed=3, case=0), called, prepare)
    assert not bool(restore(kept.inputs or {}, kept.storages)["x"].any())
    assert floats_in(kept) == 3


def test_every_call_gets_fresh_inputs() -> None:
    """What a call does to its inputs does not reach the next."""
    world = _world("def f(x):\n    y = x.detach()\n    y += 1\n    return y.sum()")
    probe = Probe(world, _trial(world, "torch.zeros(2)"), Called("f", {"x": ""}))
    assert [float(probe.call()[0]) for _ in range(3)] == [2.0, 2.0, 2.0]
    result, sources = probe.call(only="y", results=("x",))
    assert sources == {}
    assert float(result) == 2.0
