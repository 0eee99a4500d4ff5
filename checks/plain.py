"""Looking at plain Python objects without believing them: names, texts, numbers."""

from __future__ import annotations

import re
from typing import Any

from checks import codec
from checks.data import Bytes, Int, Opaque, Str, Value

__all__ = [
    "bytes_value",
    "int_value",
    "opaque_value",
    "plain_text",
    "str_value",
    "type_name",
]

_TEXT = 1 << 20
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_is_subclass = type.__subclasscheck__


def type_name(class_: type) -> str:
    """The class's name, with its module where that helps; never raises."""
    try:
        name = type.__dict__["__name__"].__get__(class_)
        module = type.__dict__["__module__"].__get__(class_)
        if type(module) is not str or module in ("builtins", "__main__", "<answer>"):
            return plain_text(name, 100)
        if module.startswith("torch") and module != "torch.return_types":
            return plain_text(name, 100)
        return plain_text(f"{module}.{name}", 100)
    except BaseException:  # whatever a metaclass does  # noqa: BLE001  # a learner's object may raise anything
        return "object"


def plain_text(text: Any, limit: int) -> str:
    """`text` without control characters, shortened; never raises."""
    try:
        exact = str.__str__(text) if _is_subclass(str, type(text)) else str(text)
        cleaned = _CONTROL.sub("", str.__str__(exact)[: 4 * limit])
    except BaseException:  # whatever __str__ does  # noqa: BLE001  # a learner's object may raise anything
        return ""
    cleaned = cleaned.encode("utf-8", "replace").decode("utf-8")
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def opaque_value(thing: Any) -> Opaque:
    """What has no counterpart, by its class and repr; never raises."""
    try:
        text = _ADDRESS.sub("", plain_text(repr(thing), 200))
    except BaseException:  # whatever __repr__ does  # noqa: BLE001  # a learner's object may raise anything
        text = ""
    return Opaque(type_name(type(thing)), text)


def int_value(thing: Any) -> Value:
    """An int, or a subclass's number."""
    number = int.__pos__(thing)
    if number.bit_length() > 4 * (codec.MAX_DIGITS - 10):
        return Opaque("int", "too large to be looked at")
    return Int(hex(number))


def str_value(thing: Any) -> Value:
    """Text, or a subclass's text."""
    text = str.__str__(thing)
    if len(text) > _TEXT:
        return Opaque("str", "too large to be looked at")
    return Str(text.encode("utf-8", "replace").decode("utf-8"))


def bytes_value(thing: Any) -> Value:
    """Bytes that are not too many."""
    return Bytes(thing) if len(thing) <= _TEXT else Opaque("bytes", "too large to be looked at")
