from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks import Check
from checks.codec import decode_observed, encode_observed
from checks.codes import CODES
from checks.data import Observed, Value, Warned
from checks.registry import build
from checks.trial_run import make_world
from tests.checks.test_recognising import VALUES

SETUP = "import torch\nfrom torch.autograd import Function\n"
SOLUTION = """w = torch.ones(2, requires_grad=True)
loss = (w * 3).sum()
off = loss.item()
class R(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return 2 * g * x
"""
_CALL: dict[str, Any] = {"inputs": {"x": "torch.ones(2)"}, "trials": 1}
_CHECKS: dict[str, tuple[str, dict[str, Any]]] = {
    "requires_grad": ("w", {}),
    "leaf": ("w", {}),
    "cleared": ("w", {}),
    "gradient": ("loss", {"wrt": "w", "order": 2}),
    "connected": ("loss", {"to": "w"}),
    "detached": ("off", {}),
    "gradcheck": ("R.apply", {**_CALL, "second": True, "any_forward": True}),
    "autograd_function": ("R", {**_CALL, "asks": ["needs_input_grad", "save_for_backward"]}),
}


def _seen(name: str) -> tuple[Check, tuple[Observed, ...]]:
    target, params = _CHECKS[name]
    check = build(name, target, params)
    drawn = check.draw(random.Random(0))  # noqa: S311  # the same each time on purpose
    world, failed = make_world(SETUP, SOLUTION, drawn)
    assert failed is None
    trials = tuple(check.prepare(world, trial) for trial in drawn)
    return check, decode_observed(encode_observed(check.observe(world, trials)))


@pytest.mark.parametrize("name", _CHECKS)
def test_whatever_is_forged_is_compared_without_a_crash(name: str) -> None:
    """One fact after the other replaced by anything: a finding with a known code, each time."""
    check, right = _seen(name)
    assert check.compare(right, right, source=SOLUTION).status == "pass"

    @given(st.data())
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def forge(data: st.DataObject) -> None:
        observed = right[0]
        changes: dict[str, Any] = {"storages": (b"\1" * 64, *observed.storages[1:])}
        for part in ("after", "gradients", "facts"):
            held: dict[str, Value] = dict(getattr(observed, part))
            for key in data.draw(st.sets(st.sampled_from([*held, "w", "kind"]))):
                held[key] = data.draw(VALUES)
            changes[part] = held
        if data.draw(st.booleans()):
            changes["value"] = data.draw(VALUES)
        changes["warnings"] = (Warned("x", line=data.draw(st.integers(-5, 10**6))),)
        forged = (msgspec.structs.replace(observed, **changes), *right[1:])
        finding = check.compare(forged, right, source=SOLUTION)
        assert finding.status in ("pass", "fail")
        assert finding.status == "pass" or finding.code in CODES
        assert isinstance(check.behaves_like(forged, right), bool)

    forge()
