"""The checks `shape` and `dtype`."""

from __future__ import annotations

from typing import ClassVar

from checks.targets import TargetCheck
from checks.tolerance import Relax

__all__ = ["Dtype", "Shape"]


class Shape(TargetCheck, frozen=True, kw_only=True):
    """The shape of a tensor, or of every tensor in a container; not its dtype nor its values.

        - shape: y

    The expected shape is what the solution's `y` has.
    """

    name: ClassVar[str] = "shape"

    @property
    def relax(self) -> Relax:
        """Only shapes count."""
        return Relax(dtypes=False, values=False)


class Dtype(TargetCheck, frozen=True, kw_only=True):
    """The dtype of a tensor, or of every tensor in a container; not its shape nor its values.

        - dtype: y

    The expected dtype is what the solution's `y` has.
    """

    name: ClassVar[str] = "dtype"

    @property
    def relax(self) -> Relax:
        """Only dtypes count."""
        return Relax(shapes=False, values=False)
