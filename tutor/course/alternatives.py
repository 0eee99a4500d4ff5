"""Reads what may be written in several ways: a kind of exercise, a check, a list or a single name.

The right alternative is chosen first, as well as it can be told from what is written, so that the
problems reported are those of what the author meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tutor.course.catalogue import builtin_checks
from tutor.course.nodes import Entry, Mapping, Node, Scalar, Sequence
from tutor.course.scalar_values import SCALAR_TYPES, mismatch, type_of
from tutor.course.schema import CHECK_BY_KEY, Schema
from tutor.course.wording import listing, nearest, quoted

if TYPE_CHECKING:
    from tutor.course.validate import Walker

__all__ = ["ALTERNATIVES"]

_USUAL: Final = ("shape", "dtype", "values", "gradient", "function", "uses", "avoids")
"""Checks that a problem mentions beside a course's own: there are too many for all of them."""

_Reader: TypeAlias = Callable[["Walker", Node, Any, str], Any]


def _read_any(walker: Walker, node: Node, alternatives: list[Schema], label: str) -> Any:
    """Read by the alternative that fits, or else by the one that fits best."""
    resolved = [walker.resolved(schema) for schema in alternatives]
    shapes = {Mapping: ("object",), Sequence: ("array",), Scalar: SCALAR_TYPES}[type(node)]
    fitting = [schema for shape in shapes for schema in resolved if type_of(schema) == shape]
    types = [type_of(schema) for schema in resolved]
    if not fitting:
        mismatch(node, types, label, walker.report)
        return None
    best, value = _best(walker, node, fitting, label)
    if isinstance(node, Scalar) and value is None and best.report and "enum" not in types:
        mismatch(node, types, label, walker.report)
    else:
        walker.report.extend(best.report)
    walker.snippets += best.snippets
    return value


def _best(walker: Walker, node: Node, schemas: Iterable[Schema], label: str) -> tuple[Walker, Any]:
    """The first reading without problems, or else the one with the fewest.

    Of two scalars with a problem, one that is only out of bounds still has a value.
    """
    readings: list[tuple[Walker, Any]] = []
    for schema in schemas:
        one = walker.apart()
        readings.append((one, one.read(node, schema, label)))
        if not one.report:
            return readings[-1]
    return min(readings, key=lambda r: (len(r[0].report.problems), r[1] is None))


def _read_tagged(walker: Walker, node: Node, discriminator: Schema, label: str) -> Any:
    """Read a mapping in which one key (``kind``) says by which schema."""
    tag = discriminator["propertyName"]
    kinds = walker.referenced(discriminator["mapping"])
    if not isinstance(node, Mapping):
        mismatch(node, ("object",), label, walker.report)
        return None
    entry = node.entry(tag) or _misspelt(walker, node, (tag,), kinds.values())
    if entry is None:
        message = f"{label}: the key {quoted(tag)} is missing; it is one of {listing(kinds)}"
        walker.report.add(node.at, message, "missing-key")
        needed = _merged(kinds.values())
        needed["required"].remove(tag)
        return walker.mapping(node, needed, label)
    meant = {entry.key.text: tag}
    kind = entry.value.text if isinstance(entry.value, Scalar) else ""
    if kind in kinds:
        return walker.mapping(node, kinds[kind], label, meant=meant, kinds=kinds)
    walker.read(entry.value, {"enum": list(kinds)}, tag)
    near = nearest(kind, kinds)
    schema = _merged(kinds.values()) if near is None else kinds[near]
    settled = {**schema, "properties": {**schema["properties"], tag: {}}}
    return walker.mapping(node, settled, label, meant=meant, kinds=kinds)


def _read_check(walker: Walker, node: Node, references: dict[str, str], label: str) -> Any:
    """Read an entry of ``checks:``: exactly one key names the check."""
    checks = walker.referenced(references)
    if not isinstance(node, Mapping):
        mismatch(node, ("object",), label, walker.report)
        return None
    named = [entry for entry in node.entries if entry.key.text in checks]
    if len(named) > 1:
        names = " and ".join(quoted(entry.key.text) for entry in named)
        message = f"{label}: one entry names one check, this names {names}"
        walker.report.add(named[1].key.at, message, "unknown-check")
        both = [checks[entry.key.text] for entry in named]
        return walker.mapping(node, _merged(both), label)
    entry = named[0] if named else _misspelt(walker, node, checks, checks.values())
    if entry is None and any(map(node.entry, _IN_PYTHON)):
        message = f"{label}: no key names a check: its name is the key, as in 'function: double'"
        walker.report.add(node.at, message, "unknown-check")
        return None
    if entry is None:
        own = [check for check in checks if check not in builtin_checks()]
        several = listing([*_USUAL, *own])
        message = f"{label}: no key names a check, such as {several} (docs/checks.md has all)"
        walker.report.add(node.at, message, "unknown-check")
        return None
    name = entry.key.text if named else nearest(entry.key.text, checks) or ""
    read = walker.mapping(node, checks[name], label, meant={entry.key.text: name})
    parts = {"check": name, "target": read.pop(name, "")}
    if "weight" in read:
        parts["weight"] = read.pop("weight")
    return {**parts, "params": read}


_IN_PYTHON = ("target", "check")
"""What a check's parts are called where it is made in Python."""


def _misspelt(
    walker: Walker, node: Mapping, names: Iterable[str], schemas: Iterable[Schema]
) -> Entry | None:
    """Report and give the key that was probably meant to be one of `names`."""
    known = {key for schema in schemas for key in schema["properties"]}.union(_IN_PYTHON)
    for entry in node.entries:
        near = None if entry.key.text in known else nearest(entry.key.text, names)
        if near is not None:
            message = f"unknown key {quoted(entry.key.text)}; did you mean {quoted(near)}?"
            walker.report.add(entry.key.at, message, "unknown-key")
            return entry
    return None


def _merged(schemas: Iterable[Schema]) -> Schema:
    """The schema of a mapping that may have any key of them and needs what all of them need."""
    several = list(schemas)
    properties: Schema = {}
    for schema in several:
        properties = {**schema["properties"], **properties}
    needed = set.intersection(*(set(schema.get("required", ())) for schema in several))
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(needed),
        "additionalProperties": False,
    }


# In the order in which a schema is asked for them: the first two stand beside an anyOf.
ALTERNATIVES: Final[dict[str, _Reader]] = {
    CHECK_BY_KEY: _read_check,
    "discriminator": _read_tagged,
    "anyOf": _read_any,
}
