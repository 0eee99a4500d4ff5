"""The checks `shape`, `dtype` and `device`."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from checks.axes import Axes, Axis, name_axes, read_axes
from checks.data import Value
from checks.diagnosis.dtypes import wrong_device
from checks.difference import Difference, Scene
from checks.targets import TargetCheck, module_state
from checks.tolerance import Relax
from checks.walk import tensors_in

__all__ = ["Device", "Dtype", "Shape"]


class Shape(TargetCheck, frozen=True, kw_only=True):
    """The shape of a tensor, or of every tensor in a container; not its dtype nor its values.

        - shape: y
        - shape: scores
          is: [B, T, 3]
        - shape: (q, k)
          is: [[B, T, D], [B, S, D]]
        - shape: y
          is: [..., H, W]

    The expected shape is what the solution's `y` has. `is` gives its axes names, so that the
    message can speak of them: "the axis T has size 3 instead of 5".

    Attributes:
        is: the axes: a name (the same name has the same size everywhere), a number for a size
            that never varies, ``...`` at the front for any others. For a list or tuple, one such
            list for each tensor. It must be true of the solution.
    """

    name: ClassVar[str] = "shape"

    axes: tuple[Axis | tuple[Axis, ...], ...] | None = msgspec.field(default=None, name="is")

    def __post_init__(self) -> None:
        super().__post_init__()
        read_axes(self.axes)

    @property
    def relax(self) -> Relax:
        """Only shapes count."""
        return Relax(dtypes=False, devices=False, values=False)

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """The difference in shape, in the words of the named axes."""
        axes = Axes()
        if self.axes is not None:
            axes = name_axes(read_axes(self.axes), expected)
            if axes.fault:
                message = f"the solution's `{self.target}` {axes.fault}"
                return Difference(code="lesson-error", message=message)
        return super().differ(actual, expected, msgspec.structs.replace(scene, axes=axes.names))


class Dtype(TargetCheck, frozen=True, kw_only=True):
    """The dtype of a tensor, or of every tensor in a container; not its shape nor its values.

        - dtype: y

    The expected dtype is what the solution's `y` has.
    """

    name: ClassVar[str] = "dtype"

    @property
    def relax(self) -> Relax:
        """Only dtypes count."""
        return Relax(shapes=False, devices=False, values=False)


class Device(TargetCheck, frozen=True, kw_only=True):
    """The device that a tensor lies on, or every tensor in a container or module.

        - device: y
        - device: model

    The expected device is what the solution's `y` lies on.
    """

    name: ClassVar[str] = "device"

    @property
    def relax(self) -> Relax:
        """Only devices count."""
        return Relax(shapes=False, dtypes=False, values=False)

    def seen(self, thing: Any) -> Any:
        """A module's parameters and buffers, by name; anything else as it is."""
        return module_state(thing)

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """The first tensor that lies elsewhere; how many there are does not count."""
        wanted, found = list(tensors_in(expected)), list(tensors_in(actual))
        if not found or len({tensor.device for _, tensor in wanted}) != 1:
            return super().differ(actual, expected, scene)
        there = wanted[0][1]
        elsewhere = ((path, tensor) for path, tensor in found if tensor.device != there.device)
        return next((wrong_device(t, there, scene, path) for path, t in elsewhere), None)
