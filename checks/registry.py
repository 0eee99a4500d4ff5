"""The checks by name, and making one from plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from checks.autograd_functions import AutogradFunction
from checks.base import Check
from checks.codes import CODES
from checks.collating import Collate
from checks.connection import Connected, Detached
from checks.datasets import Dataset
from checks.defines import Defines
from checks.distribution import Distribution
from checks.evaluation import Evaluation
from checks.finite import Finite
from checks.forward import Forward
from checks.functions import Function
from checks.gradchecks import Gradcheck
from checks.gradients import Gradient
from checks.graph_state import Cleared, Leaf, RequiresGrad
from checks.holds import Holds
from checks.initial import Init
from checks.layout import Contiguous, Strides
from checks.lines import Lines
from checks.loaders import Loader
from checks.modes import TrainEval
from checks.module_buffers import Buffers
from checks.modules import Frozen, Module
from checks.no_warning import NoWarning
from checks.optimizers import Optimizer
from checks.predictions import Prediction
from checks.printed import Prints
from checks.properties import Property
from checks.raises import Raises
from checks.saving import StateDict
from checks.schedules import Schedule
from checks.shape import Device, Dtype, Shape
from checks.shared_objects import Distinct, Shared
from checks.sharing import SharesStorage
from checks.source import Avoids, Uses
from checks.step_orders import StepOrder
from checks.training import Training
from checks.unchanged import Unchanged
from checks.update_rules import UpdateRule
from checks.values import Values

__all__ = ["CHECKS", "INTERNAL", "build", "build_entry"]

_CLASSES: tuple[type[Check], ...] = (
    Shape,
    Dtype,
    Device,
    Values,
    Property,
    Holds,
    Distribution,
    Finite,
    Contiguous,
    Strides,
    SharesStorage,
    Unchanged,
    Prints,
    Raises,
    NoWarning,
    RequiresGrad,
    Leaf,
    Connected,
    Detached,
    Gradient,
    Cleared,
    Gradcheck,
    AutogradFunction,
    Function,
    Module,
    Buffers,
    Shared,
    Distinct,
    Frozen,
    Init,
    TrainEval,
    Forward,
    StateDict,
    Optimizer,
    UpdateRule,
    Schedule,
    StepOrder,
    Training,
    Evaluation,
    Dataset,
    Loader,
    Collate,
    Uses,
    Avoids,
    Lines,
    Defines,
    Prediction,
)

CHECKS: dict[str, type[Check]] = {class_.name: class_ for class_ in _CLASSES}
"""Every check by its name."""

INTERNAL = frozenset({"prediction"})
"""The checks that are no key of ``checks:`` in a lesson."""


def build(
    name: str,
    target: Any,
    params: Mapping[str, Any] | None = None,
    classes: Mapping[str, type[Check]] = CHECKS,
) -> Check:
    """The check `name` of `target`, with its parameters as plain data.

    Args:
        name: the check's key in YAML.
        target: what it looks at.
        params: the other keys.
        classes: the checks that there are.

    Raises:
        ValueError: there is no such check, or a parameter is wrong; the message says which.
    """
    class_ = classes.get(name)
    if class_ is None:
        raise ValueError(f"there is no check {name!r}")
    try:
        check = msgspec.convert({"target": target, **(params or {})}, class_)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {error}") from error
    unknown = [code for code in check.says if code not in CODES and code not in check.codes]
    if unknown:
        raise ValueError(f"{name}: `says` has text for {unknown[0]!r}, which is no code")
    return check


def build_entry(entry: Mapping[str, Any], classes: Mapping[str, type[Check]] = CHECKS) -> Check:
    """The check that one entry of a lesson's ``checks:`` describes: one key names it.

    Raises:
        ValueError: no key names a check, several do, or a parameter is wrong.
    """
    named = [key for key in entry if key in classes]
    if len(named) != 1:
        which = "no key" if not named else "more than one key"
        raise ValueError(f"{which} of {', '.join(entry)} names a check")
    params = {key: value for key, value in entry.items() if key != named[0]}
    return build(named[0], entry[named[0]], params, classes)
