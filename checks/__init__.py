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
    from checks.collating import Collate
    from checks.comparing import compare_values
    from checks.connection import Connected, Detached
    from checks.custom import CustomChecksError, load_custom
    from checks.data import Observed, Tensor, Trial, Value
    from checks.datasets import Dataset
    from checks.diagnosis.raising import what_raised
    from checks.difference import Difference, Scene
    from checks.evaluation import Evaluation
    from checks.forward import Forward
    from checks.functions import Function, Of
    from checks.gradchecks import Gradcheck
    from checks.gradients import Gradient
    from checks.graph_state import Cleared, Leaf, RequiresGrad
    from checks.initial import Init
    from checks.loaders import Loader
    from checks.memory import Memory
    from checks.modes import TrainEval
    from checks.module_buffers import Buffers
    from checks.modules import Frozen, Module
    from checks.optimizers import Optimizer
    from checks.predictions import Prediction
    from checks.registry import CHECKS, build, build_entry
    from checks.saving import StateDict
    from checks.schedules import Schedule
    from checks.shape import Dtype, Shape
    from checks.sharing import Distinct, Shared
    from checks.source import Avoids, Uses
    from checks.step_orders import StepOrder
    from checks.targets import TargetCheck
    from checks.training import Training
    from checks.trial_run import assert_passes, examine
    from checks.update_rules import UpdateRule
    from checks.values import Values
    from checks.world import World

__all__ = [
    "CHECKS",
    "AutogradFunction",
    "Avoids",
    "Buffers",
    "Check",
    "Cleared",
    "Collate",
    "Connected",
    "CustomChecksError",
    "Dataset",
    "Detached",
    "Difference",
    "Distinct",
    "Dtype",
    "Evaluation",
    "Expression",
    "Finding",
    "Forward",
    "Frozen",
    "Function",
    "Gradcheck",
    "Gradient",
    "Init",
    "Leaf",
    "Loader",
    "Memory",
    "Module",
    "Observed",
    "Of",
    "Optimizer",
    "Prediction",
    "RequiresGrad",
    "Scene",
    "Schedule",
    "Shape",
    "Shared",
    "StateDict",
    "Status",
    "StepOrder",
    "TargetCheck",
    "Tensor",
    "TrainEval",
    "Training",
    "Trial",
    "UpdateRule",
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
    "Buffers": "module_buffers",
    "Check": "base",
    "Cleared": "graph_state",
    "Connected": "connection",
    "CustomChecksError": "custom",
    "Detached": "connection",
    "Difference": "difference",
    "Distinct": "sharing",
    "Dtype": "shape",
    "Expression": "base",
    "Forward": "forward",
    "Frozen": "modules",
    "Function": "functions",
    "Gradcheck": "gradchecks",
    "Gradient": "gradients",
    "Init": "initial",
    "Leaf": "graph_state",
    "Memory": "memory",
    "Module": "modules",
    "Observed": "data",
    "Of": "functions",
    "Optimizer": "optimizers",
    "UpdateRule": "update_rules",
    "Schedule": "schedules",
    "StepOrder": "step_orders",
    "Training": "training",
    "Evaluation": "evaluation",
    "Dataset": "datasets",
    "Loader": "loaders",
    "Collate": "collating",
    "Prediction": "predictions",
    "RequiresGrad": "graph_state",
    "Scene": "difference",
    "Shape": "shape",
    "Shared": "sharing",
    "StateDict": "saving",
    "TargetCheck": "targets",
    "Tensor": "data",
    "TrainEval": "modes",
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
