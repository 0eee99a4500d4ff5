"""The checks `requires_grad`, `leaf` and `cleared`."""

from __future__ import annotations

from typing import ClassVar

from checks.data import Nothing, Observed, Tensor
from checks.diagnosis.raising import raised_alike
from checks.diagnosis.states import compare_leaf, compare_tracking, not_cleared
from checks.difference import Difference, first
from checks.tensors import TensorsCheck, make_scene, not_alike
from checks.tolerance import Relax

__all__ = ["Cleared", "Leaf", "RequiresGrad"]

_KIND_ONLY = Relax(shapes=False, dtypes=False, values=False)


class _StateCheck(TensorsCheck, frozen=True, kw_only=True):
    """A check of the autograd state of tensors; their shapes and values do not count."""

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first tensor that is none, then the first in another state."""
        scene = make_scene(self.subject, answer, reference, source, _KIND_ONLY)
        missing = not_alike(answer, reference, scene, _KIND_ONLY)
        if missing is not None:
            return missing
        found = [self.state_difference(name, answer, reference, source) for name in reference.after]
        return first([difference for difference in found if difference is not None])

    def state_difference(
        self, name: str, answer: Observed, reference: Observed, source: str
    ) -> Difference | None:
        """The difference in the state of one tensor, which both sides have."""
        raise NotImplementedError

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or have tensors of the same names in the same states."""
        del reference
        return raised_alike(left.raised, right.raised) and self.states(left) == self.states(right)

    def states(self, observed: Observed) -> dict[str, object]:
        """What counts of each tensor."""
        raise NotImplementedError


class RequiresGrad(_StateCheck, frozen=True, kw_only=True):
    """Whether tensors require a gradient, as they do in the solution.

        - requires_grad: w
        - requires_grad: [x, w]
        - requires_grad: model        # every parameter: what is frozen and what is not

    Results of operations require one if something that they were computed from does. Shapes and
    values do not count.
    """

    name: ClassVar[str] = "requires_grad"

    def state_difference(
        self, name: str, answer: Observed, reference: Observed, source: str
    ) -> Difference | None:
        """Tracked where it should be, and not where it should not."""
        return compare_tracking(name, answer, reference, source)

    def states(self, observed: Observed) -> dict[str, object]:
        """Whether each requires a gradient."""
        return {
            name: value.requires_grad if isinstance(value, Tensor) else type(value)
            for name, value in observed.after.items()
        }


class Leaf(_StateCheck, frozen=True, kw_only=True):
    """Whether tensors are leaves and require a gradient, as in the solution.

        - leaf: w
        - leaf: model                 # every parameter

    A leaf is the result of no recorded operation: `.grad` is kept for leaves, and an optimizer
    updates them. This includes `requires_grad`, since a tensor without it is always a leaf.
    """

    name: ClassVar[str] = "leaf"

    def state_difference(
        self, name: str, answer: Observed, reference: Observed, source: str
    ) -> Difference | None:
        """Tracking first, then whether it is a leaf."""
        tracking = compare_tracking(name, answer, reference, source)
        return tracking or compare_leaf(name, answer, reference, source)

    def states(self, observed: Observed) -> dict[str, object]:
        """Whether each requires a gradient, and is a leaf."""
        return {
            name: (value.requires_grad, value.is_leaf) if isinstance(value, Tensor) else type(value)
            for name, value in observed.after.items()
        }


class Cleared(_StateCheck, frozen=True, kw_only=True):
    """Whether gradients are cleared: `.grad` is None or zero.

        - cleared: model
        - cleared: [w, b]
        - cleared: optimizer          # of every tensor that it updates
          set_to_none: true

    Attributes:
        set_to_none: true asks for None, false for a tensor of zeros; without it both are right.
    """

    name: ClassVar[str] = "cleared"

    set_to_none: bool | None = None

    def fault(self, reference: Observed) -> str:
        """The solution must clear them itself."""
        for name in reference.after:
            left = not_cleared(name, reference, "", set_to_none=self.set_to_none)
            if left is not None:
                return f"the solution does not clear it: {left.message}"
        return super().fault(reference)

    def state_difference(
        self, name: str, answer: Observed, reference: Observed, source: str
    ) -> Difference | None:
        """What is left in a gradient."""
        del reference
        return not_cleared(name, answer, source, set_to_none=self.set_to_none)

    def states(self, observed: Observed) -> dict[str, object]:
        """Whether each is None, zero, or something else."""
        return {
            name: "none"
            if isinstance(grad, Nothing)
            else not_cleared(name, observed, "", set_to_none=self.set_to_none) is None
            for name, grad in observed.gradients.items()
        }
