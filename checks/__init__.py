"""Checks that compare what an answer does with what a reference does.

    from checks import Function, examine

    finding = examine(
        Function(target="double", inputs={"x": "torch.rand(n)"}, sizes={"n": (1, 6)}),
        answer="def double(x): return x + x",
        solution="def double(x): return 2 * x",
    )
    assert finding.status == "pass"

Importing this package does not import torch; asking for a check does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from checks.finding import Finding, Status

if TYPE_CHECKING:
    from checks.autograd_functions import AutogradFunction
    from checks.base import Check, Expression
    from checks.comparing import compare_values
    from checks.connection import Connected, Detached
    from checks.custom import CustomChecksError, load_custom
    from checks.data import Observed, Tensor, Trial, Value
    from checks.diagnosis.raising import what_raised
    from checks.difference import Difference, Scene
    from checks.functions import Function, Of
    from checks.gradchecks import Gradcheck
    from checks.gradients import Gradient
    from checks.graph_state import Cleared, Leaf, RequiresGrad
    from checks.memory import Memory
    from checks.predictions import Prediction
    from checks.registry import CHECKS, build, build_entry
    from checks.shape import Dtype, Shape
    from checks.source import Avoids, Uses
    from checks.targets import TargetCheck
    from checks.trial_run import assert_passes, examine
    from checks.values import Values
    from checks.world import World

__all__ = [
    "CHECKS",
    "AutogradFunction",
    "Avoids",
    "Check",
    "Cleared",
    "Connected",
    "CustomChecksError",
    "Detached",
    "Difference",
    "Dtype",
    "Expression",
    "Finding",
    "Function",
    "Gradcheck",
    "Gradient",
    "Leaf",
    "Memory",
    "Observed",
    "Of",
    "Prediction",
    "RequiresGrad",
    "Scene",
    "Shape",
    "Status",
    "TargetCheck",
    "Tensor",
    "Trial",
    "Uses",
    "Value",
    "Values",
    "World",
    "assert_passes",
    "build",
    "build_entry",
    "compare_values",
    "examine",
    "load_custom",
    "what_raised",
]

_HOMES = {
    "CHECKS": "registry",
    "AutogradFunction": "autograd_functions",
    "Avoids": "source",
    "Check": "base",
    "Cleared": "graph_state",
    "Connected": "connection",
    "CustomChecksError": "custom",
    "Detached": "connection",
    "Difference": "difference",
    "Dtype": "shape",
    "Expression": "base",
    "Function": "functions",
    "Gradcheck": "gradchecks",
    "Gradient": "gradients",
    "Leaf": "graph_state",
    "Memory": "memory",
    "Observed": "data",
    "Of": "functions",
    "Prediction": "predictions",
    "RequiresGrad": "graph_state",
    "Scene": "difference",
    "Shape": "shape",
    "TargetCheck": "targets",
    "Tensor": "data",
    "Trial": "data",
    "Uses": "source",
    "Value": "data",
    "Values": "values",
    "World": "world",
    "assert_passes": "trial_run",
    "build": "registry",
    "build_entry": "registry",
    "compare_values": "comparing",
    "examine": "trial_run",
    "load_custom": "custom",
    "what_raised": "diagnosis.raising",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"checks.{home}"), name)
