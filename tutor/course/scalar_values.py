"""Reads one scalar by the schema of what is meant to stand there.

What is wrong goes to the report, in words for somebody who writes lessons.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from collections.abc import Sequence as Many
from typing import Any, Final

from tutor.course.nodes import Node, Scalar
from tutor.course.scalars import as_bool, as_float, as_int, is_null, kind_of, plain_data
from tutor.course.schema import Schema
from tutor.course.source import Report
from tutor.course.wording import hint, listing, quoted

__all__ = ["SCALAR_TYPES", "mismatch", "read_scalar", "read_text", "type_of"]

# Tried in this order where a scalar may be of several types: text takes what is left.
SCALAR_TYPES: Final = ("null", "boolean", "integer", "number", "enum", "string")

_NEEDED: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping (key: value)",
    "null": "nothing",
    "enum": "a name",
}
_READERS: Final[dict[str, Callable[[Scalar], float | None]]] = {
    "integer": as_int,
    "number": as_float,
    "boolean": as_bool,
}
_SHOWN: Final = 40
"""Characters of a number that a problem repeats."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BOOLEAN_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def type_of(schema: Schema) -> str:
    """The one type that a schema without alternatives asks for; else ``enum`` or ``any``."""
    if "enum" in schema:
        return "enum"
    return str(schema.get("type", "any"))


_RANGE = re.compile(r"[(\d]")
_NUMBER = re.compile(r"\d+")


def mismatch(node: Node, types: Many[str], label: str, report: Report) -> None:
    """Report that `node` is of none of the types that may stand there."""
    needed = " or ".join(dict.fromkeys(_NEEDED[kind] for kind in types if kind != "null"))
    message = f"{label}: {needed} is needed, {kind_of(node)}{_advice(node, types)}"
    report.add(node.at, message, "wrong-type")


def _advice(node: Node, types: Many[str]) -> str:
    if isinstance(node, Scalar) and node.empty:
        return ""
    if list(types) == ["array"]:
        return ": write '- ' before each item"
    if not isinstance(node, Scalar):
        return ": put it in quotes or in a block (|) if text is meant" if "string" in types else ""
    meant = "boolean" in types and _BOOLEAN_WORDS.get(node.text.lower())
    if {"integer", "array"} <= set(types) and _RANGE.match(node.text):
        meant = f"[{', '.join((*_NUMBER.findall(node.text), '6')[:2])}] for a range"
    if meant:
        return f": write {meant}"
    unquoted = Scalar(node.at, node.text, "", node.span)
    if node.style in {"'", '"'} and any(
        kind in _READERS and _READERS[kind](unquoted) is not None for kind in types
    ):
        return ": leave out the quotes"
    return ""


def read_scalar(node: Scalar, schema: Schema, label: str, report: Report) -> Any:
    """The value of a scalar by a schema of one of `SCALAR_TYPES`."""
    kind = type_of(schema)
    if kind == "enum":
        return _one_of(node, schema, label, report)
    if kind == "string":
        return read_text(node, schema, label, report)
    if kind == "null" and is_null(node):
        return None
    value = _READERS[kind](node) if kind in _READERS else None
    if value is None:
        mismatch(node, (kind,), label, report)
    elif kind != "boolean":
        _bounds(node, value, schema, label, report)
    return value


def read_text(node: Scalar, schema: Schema, label: str, report: Report) -> str:
    """The text as it was written, whatever else it looks like."""
    text = node.text
    strange = _CONTROL.search(text)
    pattern = schema.get("pattern")
    most = schema.get("maxLength", math.inf)
    if schema.get("minLength", 0) and not text.strip():
        report.add(node.at, f"{label}: text is needed, nothing is written", "missing-text")
    elif strange is not None:
        code = ord(strange.group())
        message = f"{label}: the text holds the control character U+{code:04X}"
        report.add(node.at, message, "invisible-character")
    elif len(text) > most:
        message = f"{label}: {len(text)} characters, at most {most} are allowed"
        report.add(node.at, message, "bad-value")
    elif pattern is not None and not _fits(text, pattern):
        wanted = schema.get("patternErrorMessage", f"the pattern {pattern} is needed")
        slug = "-".join(re.findall(r"[a-z0-9]+", text.lower()))
        near = f"; did you mean {quoted(slug)}?" if _fits(slug, pattern) else ""
        message = f"{label}: {quoted(text)} is not allowed: {wanted}{near}"
        report.add(node.at, message, "bad-value")
    return text


def _fits(text: str, pattern: str) -> bool:
    # Python's $ also matches before a line break at the end.
    return re.search(pattern, text) is not None and not text.endswith("\n")


def _one_of(node: Scalar, schema: Schema, label: str, report: Report) -> Any:
    allowed = schema["enum"]
    for value in (node.text, plain_data(node)):
        for one in allowed:
            if type(one) is type(value) and one == value:
                return one
    if node.empty:
        message = f"{label}: nothing is written; allowed: {listing(allowed)}"
    elif len(allowed) == 1:
        shown = node.text if as_int(node) is not None else quoted(node.text)
        message = f"{label}: only {allowed[0]} is allowed here, not {shown}"
    else:
        near = hint(node.text, [one for one in allowed if isinstance(one, str)])
        message = f"{label}: {quoted(node.text)} is none of {listing(allowed)}{near}"
    report.add(node.at, message, "bad-value")
    return None


def _bounds(node: Scalar, value: float, schema: Schema, label: str, report: Report) -> None:
    for keyword, words, broken in (
        ("minimum", "at least", value < schema.get("minimum", -math.inf)),
        ("maximum", "at most", value > schema.get("maximum", math.inf)),
        ("exclusiveMinimum", "more than", value <= schema.get("exclusiveMinimum", -math.inf)),
        ("exclusiveMaximum", "less than", value >= schema.get("exclusiveMaximum", math.inf)),
    ):
        if broken:
            message = f"{label}: {words} {schema[keyword]} is needed, this is {node.text[:_SHOWN]}"
            report.add(node.at, message, "bad-value")
            return
