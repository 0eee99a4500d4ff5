"""What a plain scalar means where something other than text is meant: YAML 1.2's core rules."""

from __future__ import annotations

import math
import re
from typing import Any

from tutor.course.nodes import Mapping, Node, Scalar, Sequence

__all__ = ["as_bool", "as_float", "as_int", "is_null", "kind_of", "plain_data"]

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BOOLS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NULLS = {"", "~", "null", "Null", "NULL"}
_LARGEST = 2**63 - 1
_MOST_DIGITS = 20
_SHOWN = 40  # characters of a number in a message


def as_int(scalar: Scalar) -> int | None:
    """The whole number that the scalar is, if it is one (of 64 bits)."""
    text = scalar.text
    if not scalar.plain or len(text) > _MOST_DIGITS or not _INT.fullmatch(text):
        return None
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    number = int(text, base)
    return number if -_LARGEST <= number <= _LARGEST else None


def as_float(scalar: Scalar) -> float | None:
    """The finite number that the scalar is, if it is one."""
    if not scalar.plain or not _FLOAT.fullmatch(scalar.text):
        return None
    number = float(scalar.text)
    return number if math.isfinite(number) else None


def as_bool(scalar: Scalar) -> bool | None:
    """True or False, if the scalar is one of them; ``yes`` and ``no`` are text."""
    return _BOOLS.get(scalar.text) if scalar.plain else None


def is_null(scalar: Scalar) -> bool:
    """Whether it stands for nothing."""
    return scalar.plain and scalar.text in _NULLS


def plain_data(node: Node) -> Any:
    """The value of a node of which nothing is known beforehand."""
    match node:
        case Sequence():
            return [plain_data(item) for item in node.items]
        case Mapping():
            return {entry.key.text: plain_data(entry.value) for entry in node.entries}
        case _ if is_null(node):
            return None
    for read in (as_bool, as_int, as_float):
        value = read(node)
        if value is not None:
            return value
    return node.text


def kind_of(node: Node) -> str:
    """What the node is, in words: "this is …" or "nothing is written"."""
    match node:
        case Sequence():
            return "this is a list"
        case Mapping():
            return "this is a mapping (key: value)"
        case _ if node.empty:
            return "nothing is written"
    if is_null(node):
        return "this is null"
    number = as_float(node) is not None or as_int(node) is not None
    shown = f"the number {node.text[:_SHOWN]}" if number else "text"
    return f"this is {node.text if as_bool(node) is not None else shown}"
