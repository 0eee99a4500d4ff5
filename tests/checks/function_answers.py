"""What the tests of `function` share."""

from __future__ import annotations

from typing import Any

from checks import Finding, examine
from checks.registry import build

__all__ = ["SETUP", "judged"]

SETUP = """import random
import torch
import numpy as np
import torch.nn.functional as F
from functools import partial
from torch import nn
"""


def judged(
    answer: str, solution: str, target: str = "f", *, seed: int = 0, **params: Any
) -> Finding:
    """The finding of `function` with YAML's parameters."""
    check = build("function", target, params)
    return examine(check, answer=answer, solution=solution, setup=SETUP, seed=seed)
