"""Checks that compare what an answer does with what a reference does.

    from checks import Function, examine

    finding = examine(
        Function(target="double", inputs={"x": "torch.rand(n)"}, sizes={"n": (1, 6)}),
        answer="def double(x): return x + x",
        solution="def double(x): return 2 * x",
        setup="import torch",
    )
    assert finding.status == "pass"

Importing this package does not import torch; asking for a check does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from checks.finding import Finding, Status

if TYPE_CHECKING:
    from checks.base import Check
    from checks.functions import Function, Of
    from checks.gradients import Gradient
    from checks.predictions import Prediction
    from checks.registry import CHECKS, build
    from checks.shape import Dtype, Shape
    from checks.source import Avoids, Uses
    from checks.trial_run import examine
    from checks.values import Values

__all__ = [
    "CHECKS",
    "Avoids",
    "Check",
    "Dtype",
    "Finding",
    "Function",
    "Gradient",
    "Of",
    "Prediction",
    "Shape",
    "Status",
    "Uses",
    "Values",
    "build",
    "examine",
]

_HOMES = {
    "CHECKS": "registry",
    "Avoids": "source",
    "Check": "base",
    "Dtype": "shape",
    "Function": "functions",
    "Gradient": "gradients",
    "Of": "functions",
    "Prediction": "predictions",
    "Shape": "shape",
    "Uses": "source",
    "Values": "values",
    "build": "registry",
    "examine": "trial_run",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"checks.{home}"), name)
