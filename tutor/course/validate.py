"""Reads a YAML tree by a JSON Schema: plain data out, every problem reported with its position.

One walk does both, because what a scalar means depends on what is meant to stand there: where text
is meant, ``no`` and ``1e3`` stay as they were written.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from tutor.course.alternatives import ALTERNATIVES
from tutor.course.nodes import Entry, Mapping, Node, Scalar, Sequence
from tutor.course.scalar_values import SCALAR_TYPES, mismatch, read_scalar, read_text, type_of
from tutor.course.scalars import plain_data
from tutor.course.schema import Schema
from tutor.course.snippets import Snippet
from tutor.course.source import Report
from tutor.course.wording import hint, listing, nearest, quoted

__all__ = ["Walker"]

_FORMATS: dict[str, Literal["exec", "eval", "body"]] = {
    "python": "exec",
    "python-body": "body",
    "python-expression": "eval",
}


class Walker:
    """Walks over a tree with a schema.

    Attributes:
        report: takes the problems.
        snippets: the Python that the schema marks by its ``format`` (``python``,
            ``python-body`` or ``python-expression``), for whoever wants to see whether it parses.
    """

    def __init__(self, schema: Schema, report: Report) -> None:
        self._schema = schema
        self.report = report
        self.snippets: list[Snippet] = []
        self._referenced: dict[int, dict[str, Schema]] = {}

    def read(self, node: Node, schema: Schema, label: str) -> Any:
        """The node's value; something of little use where a problem was reported."""
        if self.report.full:
            return None
        schema = self.resolved(schema)
        for keyword, read_alternative in ALTERNATIVES.items():
            if keyword in schema:
                return read_alternative(self, node, schema[keyword], label)
        return self._one_type(node, schema, label)

    def _one_type(self, node: Node, schema: Schema, label: str) -> Any:
        kind = type_of(schema)
        match node:
            case _ if kind == "any":
                return plain_data(node)
            case Mapping() if kind == "object":
                return self.mapping(node, schema, label)
            case Sequence() if kind == "array":
                return self._list(node, schema, label)
            case Scalar() if kind in SCALAR_TYPES:
                mode = _FORMATS.get(schema.get("format", ""))
                if mode is not None:
                    self.snippets.append(Snippet(node, label, mode))
                return read_scalar(node, schema, label, self.report)
        mismatch(node, (kind,), label, self.report)
        return None

    def apart(self) -> Walker:
        """A walker with the same schema whose problems and snippets are its own."""
        return Walker(self._schema, Report(self.report.path))

    def resolved(self, schema: Schema) -> Schema:
        """The schema that a reference stands for."""
        while "$ref" in schema:
            schema = self._schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def referenced(self, references: dict[str, str]) -> dict[str, Schema]:
        """The schemas that references of the walker's own schema stand for, by the same names."""
        found = self._referenced.get(id(references))
        if found is None:
            found = {name: self.resolved({"$ref": ref}) for name, ref in references.items()}
            self._referenced[id(references)] = found
        return found

    def _list(self, node: Sequence, schema: Schema, label: str) -> list[Any]:
        first = schema.get("prefixItems", ())
        rest = schema.get("items", {})
        least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        if not least <= len(node.items) <= most:
            wanted = f"{least}" if least == most else f"at least {least}"
            wanted = wanted if len(node.items) < least or least == most else f"at most {most}"
            message = f"{label}: {wanted} needed, this list has {len(node.items)}"
            self.report.add(node.at, message, "bad-value")
        schemas = [first[i] if i < len(first) else rest for i in range(len(node.items))]
        return [
            self.read(item, wanted, f"{label}, item {number}")
            for number, (item, wanted) in enumerate(zip(node.items, schemas, strict=True), start=1)
            if isinstance(wanted, dict)
        ]

    def mapping(
        self,
        node: Mapping,
        schema: Schema,
        label: str,
        *,
        meant: dict[str, str] | None = None,
        kinds: dict[str, Schema] | None = None,
    ) -> dict[str, Any]:
        """Read a mapping by an object's schema.

        Args:
            node: the mapping.
            schema: resolved.
            label: what the mapping is called in a problem.
            meant: for misspelt keys that were reported already, the right ones.
            kinds: the schemas of all kinds of this thing, among which a key may have strayed.
        """
        known: Schema = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        written = {entry.key.text for entry in node.entries}
        free = [name for name in known if name not in written]
        read: dict[str, Any] = {}
        for entry in node.entries:
            name: str | None = (meant or {}).get(entry.key.text, entry.key.text)
            if name not in known and others is not False:
                read[entry.key.text] = self._free_entry(entry, schema)
                continue
            if name not in known:
                name = self._stray(entry, known, free, kinds or {})
            if name is not None:
                read[name] = self.read(entry.value, known[name], name)
        for name in schema.get("required", ()):
            if name not in read:
                message = f"{label}: the key {quoted(name)} is missing"
                self.report.add(node.at, message, "missing-key")
        return read

    def _free_entry(self, entry: Entry, schema: Schema) -> Any:
        """Read an entry whose key is the author's choice."""
        key = entry.key.text
        names = self.resolved(schema.get("propertyNames", {}))
        if "enum" in names:
            self._one_of_many(entry, names["enum"])
        else:
            read_text(entry.key, names, f"the name {quoted(key)}", self.report)
        values = schema.get("additionalProperties", {})
        return self.read(entry.value, values if isinstance(values, dict) else {}, key)

    def _one_of_many(self, entry: Entry, known: list[str]) -> None:
        """Report a key that is none of `known`, which are too many to be listed."""
        key = entry.key.text
        if key not in known:
            message = f"unknown name {quoted(key)}{hint(key, known)}"
            self.report.add(entry.key.at, message, "unknown-key")

    def _stray(
        self, entry: Entry, known: Schema, free: list[str], kinds: dict[str, Schema]
    ) -> str | None:
        """Report an unknown key; give the key that was probably meant, if it is still free."""
        key = entry.key.text
        owners = [kind for kind, schema in kinds.items() if key in schema["properties"]]
        near = None if owners else nearest(key, free)
        if key == "<<":
            why = ": merge keys are not read, write the keys out"
        elif owners:
            why = f": it belongs to kind {' or '.join(owners)}"
        else:
            why = hint(key, free, otherwise=f"; the keys here are {listing(known)}")
        self.report.add(entry.key.at, f"unknown key {quoted(key)}{why}", "unknown-key")
        return near
