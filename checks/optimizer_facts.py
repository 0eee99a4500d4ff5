"""An optimizer as plain data."""

from __future__ import annotations

import msgspec

from checks.packing import Plain

__all__ = ["Held", "Hyper", "OptimizerFacts", "ParameterFacts"]

Hyper = dict[str, Plain | tuple[Plain, ...]]
"""The hyper-parameters of one group."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One tensor in an optimizer.

    Attributes:
        group: the number of its parameter group.
        place: its place among the parameters that should be covered; -1 where it is none.
        shape: its shape.
    """

    group: int
    place: int
    shape: tuple[int, ...]


class ParameterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter that an optimizer may cover: its name, shape and `requires_grad`."""

    name: str
    shape: tuple[int, ...]
    trainable: bool


class OptimizerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An optimizer.

    Attributes:
        kind: its class's name.
        torch_class: the nearest class that torch itself defines.
        groups: hyper-parameters, group by group.
        held: every tensor in it, group by group.
        parameters: those that it may cover, in the model's order.
    """

    kind: str
    torch_class: str
    groups: tuple[Hyper, ...]
    held: tuple[Held, ...]
    parameters: tuple[ParameterFacts, ...]
