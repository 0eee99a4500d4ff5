"""What a derivative is observed to be: autograd's own, and what a measurement gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from checks.differentiating import output_gradients
from checks.graph_walk import is_tracked, tensors_in
from checks.probing import Measured, Probe
from checks.snapshot import is_tensor

__all__ = ["Slopes"]

_grad = torch.autograd.grad


class Slopes:
    """The first and second derivatives of one trial's call, along hidden directions.

    Args:
        probe: the call.
        seed: draws the output gradient, and the direction of second derivatives.
    """

    def __init__(self, probe: Probe, seed: int) -> None:
        self._probe = probe
        self._seed = seed

    def first(self, times: float = 1.0) -> dict[str, Any]:
        """What the call's own backward gives for each float input; None where it gives nothing.

        Args:
            times: what the output gradient is multiplied by.

        Raises:
            BaseException: whatever the code raises.
        """
        result, sources = self._probe.call()
        return self._backward(result, sources, again=False, times=times)

    def second(self) -> dict[str, Any]:
        """What differentiating that once more gives.

        Raises:
            BaseException: whatever the code raises.
        """
        result, sources = self._probe.call()
        total = self._along(self._backward(result, sources, again=True), sources)
        if total is None or not is_tracked(total):
            return dict.fromkeys(sources)
        found = _grad(total, list(sources.values()), allow_unused=True)
        return dict(zip(sources, found, strict=True))

    def measured_first(self) -> dict[str, Measured]:
        """The numerical gradient of the result along the output gradient.

        Raises:
            BaseException: whatever the code raises.
        """
        return self._probe.measure(self._value)

    def measured_second(self) -> dict[str, Measured]:
        """The numerical gradient of the first derivatives along their direction.

        Raises:
            BaseException: whatever the code raises.
        """
        return self._probe.measure(self._slope)

    def outputs(self) -> list[Any]:
        """The float tensors of the result.

        Raises:
            BaseException: whatever the code raises.
        """
        return _floats(self._probe.call()[0])

    def _value(self, moved: Mapping[str, Any]) -> float:
        outputs = _floats(self._probe.call(moved)[0])
        directions = output_gradients(outputs, self._seed, ones=False)
        pairs = zip(outputs, directions, strict=True)
        return sum(float((o.detach().double() * d.double()).sum()) for o, d in pairs)

    def _slope(self, moved: Mapping[str, Any]) -> float:
        result, sources = self._probe.call(moved)
        total = self._along(self._backward(result, sources, again=False), sources)
        return 0.0 if total is None else float(total)

    def _backward(
        self, result: Any, sources: dict[str, Any], *, again: bool, times: float = 1.0
    ) -> dict[str, Any]:
        outputs = _floats(result)
        directions = output_gradients(outputs, self._seed, ones=False)
        tracked = [(o, d) for o, d in zip(outputs, directions, strict=True) if is_tracked(o)]
        if not tracked or not sources:
            return dict.fromkeys(sources)
        found = _grad(
            [output for output, _ in tracked],
            list(sources.values()),
            [direction * times for _, direction in tracked],
            create_graph=again,
            allow_unused=True,
        )
        return dict(zip(sources, found, strict=True))

    def _along(self, grads: dict[str, Any], sources: dict[str, Any]) -> Any:
        """The gradients times the second direction, added up; None where there are none."""
        directions = output_gradients(list(sources.values()), self._seed + 1, ones=False)
        terms = [
            (grads[name] * direction).sum()
            for name, direction in zip(sources, directions, strict=True)
            if is_tensor(grads[name])
        ]
        return torch.stack(terms).sum() if terms else None


def _floats(result: Any) -> list[Any]:
    return [t for t in tensors_in(result) if t.dtype.is_floating_point]
