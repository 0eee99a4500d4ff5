"""Applying a `torch.autograd.Function` in a world, and looking at its gradients."""

from __future__ import annotations

from typing import Any

import torch

from checks.custom_functions import (
    Applied,
    direct_backward,
    gradient_kind,
    kept_on_context,
    node_of,
)
from checks.data import Bool, List, Str, Value
from checks.graph_walk import is_tracked
from checks.probing import Probe
from checks.snapshot import is_tensor

__all__ = ["Applying"]

_grad = torch.autograd.grad


class Applying:
    """One trial's call of a Function.

    Args:
        probe: the call.
        class_: the Function.
        seed: draws the output gradients.
        changed: inputs that `forward` is meant to change.

    Attributes:
        facts: what was seen so far, for the judge.
    """

    def __init__(self, probe: Probe, class_: Any, seed: int, changed: tuple[str, ...]) -> None:
        self._probe = probe
        self._class = class_
        self._seed = seed
        self._changed = changed
        self.facts: dict[str, Value] = {}

    def through_engine(self) -> dict[str, Any]:
        """The gradients that autograd gives for each float input.

        Raises:
            BaseException: whatever the code raises.
        """
        applied, sources = self._apply()
        self.facts["tracked outputs"] = List(
            tuple(Bool(value=is_tensor(o) and is_tracked(o)) for o in applied.outputs[:50])
        )
        pairs = [
            (output, direction)
            for output, direction in zip(applied.outputs, applied.directions, strict=True)
            if direction is not None and is_tracked(output)
        ]
        if not pairs or not sources:
            return dict.fromkeys(sources)
        outputs, directions = zip(*pairs, strict=True)
        found = _grad(outputs, list(sources.values()), directions, allow_unused=True)
        return dict(zip(sources, found, strict=True))

    def alone(self) -> dict[str, Any]:
        """What `backward` itself returns for each input, by its position.

        Raises:
            BaseException: whatever the code raises.
        """
        applied, _ = self._apply()
        node = node_of(applied, self._class)
        for name in self._changed:
            passed: Any = self._probe.passed.get(name)
            marked = is_tensor(passed) and node is not None and passed.grad_fn is node
            self.facts[f"dirty {name}"] = Bool(value=marked)
        self.facts["own node"] = Bool(value=node is not None)
        if node is None:
            return {}
        self.facts["kept"] = List(tuple(Str(name) for name in kept_on_context(node)))
        returned = direct_backward(applied, node, self._class)
        self.facts["returned"] = _kinds(returned)
        doubled = direct_backward(applied, node, self._class, times=2.0)
        return {**_numbered("returned", returned), **_numbered("doubled", doubled)}

    def one_by_one(self) -> None:
        """Note what `backward` returns where a single input requires a gradient.

        Raises:
            BaseException: whatever the code raises.
        """
        for name in self._probe.sources:
            applied, _ = self._apply(only=name)
            node = node_of(applied, self._class)
            if node is not None:
                returned = direct_backward(applied, node, self._class)
                self.facts[f"only {name}"] = _kinds(returned)

    def _apply(self, only: str | None = None) -> tuple[Applied, dict[str, Any]]:
        result, sources = self._probe.call(only=only, results=self._changed)
        return Applied.of(result, self._seed), sources


def _numbered(what: str, returned: tuple[Any, ...]) -> dict[str, Any]:
    return {f"{what} {i}": g for i, g in enumerate(returned[:50]) if is_tensor(g)}


def _kinds(returned: tuple[Any, ...]) -> Value:
    return List(tuple(Str(gradient_kind(gradient)) for gradient in returned[:50]))
