"""Facts about a world beside its values, as one typed piece of data.

A check that looks at more than values (an optimizer's groups, the order of calls) describes what
it saw as a frozen struct of plain data. The struct travels as bytes in the observation; the judge
reads it back as its type, so that forged bytes are no facts at all.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias, TypeVar

import msgspec
import torch

from checks.data import Bytes, Observed, Value
from checks.plain import plain_text
from checks.snapshot import is_tensor

__all__ = ["FACTS", "Plain", "packed", "plain", "unpacked"]

FACTS = "facts"
"""The key of `Observed.after` that facts are kept under."""

Plain: TypeAlias = bool | int | float | str | None
"""What a single fact may be."""

_T = TypeVar("_T", bound=msgspec.Struct)
_numel, _item = torch.Tensor.numel, torch.Tensor.item
_is_subclass = type.__subclasscheck__


def packed(facts: msgspec.Struct) -> Value:
    """`facts` as a value of an observation."""
    return Bytes(msgspec.msgpack.encode(facts))


def unpacked(observed: Observed, kind: type[_T]) -> _T | None:
    """The facts in an observation, or None where there are none or they are forged."""
    value = observed.after.get(FACTS)
    if not isinstance(value, Bytes):
        return None
    try:
        return msgspec.msgpack.decode(value.value, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError):
        return None


def plain(thing: Any) -> Plain:
    """A learner's object as a plain fact: its number or its text; never raises."""
    try:
        return _plain(thing)
    except BaseException:  # noqa: BLE001  # a learner's object may raise anything
        return ""


def _plain(thing: Any) -> Plain:
    class_ = type(thing)
    if thing is None or class_ is bool:
        return thing  # type: ignore[no-any-return]  # one of the two
    if _is_subclass(int, class_):
        number = int.__pos__(thing)
        return number if abs(number) < 2**62 else math.inf
    if _is_subclass(float, class_):
        return float.__pos__(thing)
    if is_tensor(thing) and _numel(thing) == 1:
        return _plain(_item(thing))
    return plain_text(thing, 200)
