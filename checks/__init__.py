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
    from checks.defines import Defines
    from checks.diagnosis.raising import what_raised
    from checks.difference import Difference, Scene
    from checks.distribution import Distribution
    from checks.evaluation import Evaluation
    from checks.finite import Finite
    from checks.forward import Forward
    from checks.functions import Function, Of
    from checks.gradchecks import Gradcheck
    from checks.gradients import Gradient
    from checks.graph_state import Cleared, Leaf, RequiresGrad
    from checks.holds import Holds
    from checks.initial import Init
    from checks.layout import Contiguous, Strides
    from checks.lines import Lines
    from checks.loaders import Loader
    from checks.memory import Memory
    from checks.modes import TrainEval
    from checks.module_buffers import Buffers
    from checks.modules import Frozen, Module
    from checks.no_warning import NoWarning
    from checks.optimizers import Optimizer
    from checks.predictions import Prediction
    from checks.printed import Prints
    from checks.properties import Property
    from checks.raises import Raises
    from checks.registry import CHECKS, build, build_entry
    from checks.saving import StateDict
    from checks.schedules import Schedule
    from checks.shape import Device, Dtype, Shape
    from checks.shared_objects import Distinct, Shared
    from checks.sharing import SharesStorage
    from checks.source import Avoids, Uses
    from checks.step_orders import StepOrder
    from checks.targets import TargetCheck
    from checks.training import Training
    from checks.trial_run import assert_passes, examine
    from checks.unchanged import Unchanged
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
    "Contiguous",
    "CustomChecksError",
    "Dataset",
    "Defines",
    "Detached",
    "Device",
    "Difference",
    "Distinct",
    "Distribution",
    "Dtype",
    "Evaluation",
    "Expression",
    "Finding",
    "Finite",
    "Forward",
    "Frozen",
    "Function",
    "Gradcheck",
    "Gradient",
    "Holds",
    "Init",
    "Leaf",
    "Lines",
    "Loader",
    "Memory",
    "Module",
    "NoWarning",
    "Observed",
    "Of",
    "Optimizer",
    "Prediction",
    "Prints",
    "Property",
    "Raises",
    "RequiresGrad",
    "Scene",
    "Schedule",
    "Shape",
    "Shared",
    "SharesStorage",
    "StateDict",
    "Status",
    "StepOrder",
    "Strides",
    "TargetCheck",
    "Tensor",
    "TrainEval",
    "Training",
    "Trial",
    "Unchanged",
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
    "Collate": "collating",
    "Connected": "connection",
    "Contiguous": "layout",
    "CustomChecksError": "custom",
    "Dataset": "datasets",
    "Defines": "defines",
    "Detached": "connection",
    "Device": "shape",
    "Difference": "difference",
    "Distribution": "distribution",
    "Distinct": "shared_objects",
    "Dtype": "shape",
    "Evaluation": "evaluation",
    "Expression": "base",
    "Finite": "finite",
    "Function": "functions",
    "Gradcheck": "gradchecks",
    "Gradient": "gradients",
    "Holds": "holds",
    "Forward": "forward",
    "Frozen": "modules",
    "Init": "initial",
    "Leaf": "graph_state",
    "Lines": "lines",
    "Loader": "loaders",
    "Memory": "memory",
    "NoWarning": "no_warning",
    "Module": "modules",
    "Observed": "data",
    "Of": "functions",
    "Optimizer": "optimizers",
    "Prediction": "predictions",
    "Prints": "printed",
    "Property": "properties",
    "Raises": "raises",
    "RequiresGrad": "graph_state",
    "Scene": "difference",
    "Schedule": "schedules",
    "Shape": "shape",
    "SharesStorage": "sharing",
    "StepOrder": "step_orders",
    "Strides": "layout",
    "TargetCheck": "targets",
    "Tensor": "data",
    "Training": "training",
    "Shared": "shared_objects",
    "StateDict": "saving",
    "TrainEval": "modes",
    "Trial": "data",
    "Unchanged": "unchanged",
    "UpdateRule": "update_rules",
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
