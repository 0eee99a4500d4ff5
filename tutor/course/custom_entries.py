"""The entries that a course's own checks describe: made safe, and kept by the text's digest.

A worker that ran the course's code wrote them, so they may be anything. Only what a schema needs to
read a lesson is taken over, with bounds; references are resolved, so that nothing can be endless.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from pathlib import Path
from typing import Any, Final

import msgspec

from tutor import paths
from tutor.course.catalogue import OWN_CODES, TEXT_ONLY, Schema, builtin_checks
from tutor.writing import write_whole

__all__ = ["MAX_BYTES", "recall", "remember", "vetted"]

MAX_BYTES = 1_000_000
"""Bytes of all entries of one course."""

_MOST_SCHEMAS = 500
_DEEPEST = 20
_MOST_TEXT = 10_000
_FORM = "1"
"""Changes whenever what is kept has another form."""

_NUMBERS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COUNTS: Final = ("minLength", "maxLength", "minItems", "maxItems")
_TYPES: Final = ("string", "integer", "number", "boolean", "array", "object", "null")
_FORMATS: Final = ("python", "python-body", "python-expression")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def vetted(data: bytes) -> dict[str, Schema]:
    """The entries in `data`, JSON, with nothing in them that the reading of a lesson cannot bear.

    Raises:
        ValueError: they are no entries.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"the checks take more than {MAX_BYTES:,} bytes to describe")
    try:
        raw = msgspec.json.decode(data, type=dict[str, dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"they are described by no JSON: {error}") from error
    return {name: _entry(name, entry) for name, entry in raw.items()}


def _entry(name: str, raw: dict[str, Any]) -> Schema:
    definitions = raw.get("$defs")
    safe = _Reading(definitions if isinstance(definitions, dict) else {}).schema(raw)
    if name not in safe.get("properties", {}):
        raise ValueError(f"the check {name!r} is not described as a mapping with that key")
    safe["type"] = "object"
    safe["required"] = [name, *(key for key in safe.get("required", ()) if key != name)]
    safe["additionalProperties"] = False
    codes = raw.get(OWN_CODES)
    if isinstance(codes, list):
        safe[OWN_CODES] = [c for c in codes if isinstance(c, str) and _CODE.fullmatch(c)][:200]
    if raw.get(TEXT_ONLY) is True:
        safe[TEXT_ONLY] = True
    return safe


class _Reading:
    """Copies one entry's schema, keyword by keyword."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._left = _MOST_SCHEMAS
        self._depth = 0

    def schema(self, raw: Any) -> Schema:
        """A copy of `raw` that holds what is known, and no reference.

        Raises:
            ValueError: it is no schema, or never ends.
        """
        self._left -= 1
        self._depth += 1
        if self._left < 0 or self._depth > _DEEPEST:
            raise ValueError("the parameters are too many, or contain themselves")
        known = self._schema(raw if isinstance(raw, dict) else {})
        self._depth -= 1
        return known

    def _schema(self, raw: dict[str, Any]) -> Schema:
        reference = raw.get("$ref")
        if isinstance(reference, str):
            inner = self.schema(self._definitions.get(reference.rpartition("/")[2]))
            return {**inner, **_texts(raw)}
        safe = {**_texts(raw), **_bounds(raw)}
        if raw.get("type") in _TYPES:
            safe["type"] = raw["type"]
        if raw.get("format") in _FORMATS:
            safe["format"] = raw["format"]
        allowed = [one for one in _listed(raw, "enum") if _is_plain(one)]
        if allowed:
            safe["enum"] = allowed
        several = [self.schema(one) for one in _listed(raw, "anyOf")]
        if several and all("type" in one or "enum" in one for one in several):
            safe["anyOf"] = several
        return {**safe, **self._list(raw), **self._mapping(raw)}

    def _list(self, raw: dict[str, Any]) -> Schema:
        safe: Schema = {}
        first = _listed(raw, "prefixItems")
        if first:
            safe["prefixItems"] = [self.schema(one) for one in first]
        if isinstance(raw.get("items"), dict):
            safe["items"] = self.schema(raw["items"])
        elif raw.get("items") is False:
            safe["items"] = False
        return safe

    def _mapping(self, raw: dict[str, Any]) -> Schema:
        safe: Schema = {}
        properties = raw.get("properties")
        if isinstance(properties, dict):
            if not all(_KEY.fullmatch(key) for key in properties):
                raise ValueError("a parameter's name has to be letters, digits and underscores")
            safe["properties"] = {key: self.schema(value) for key, value in properties.items()}
            safe["required"] = [key for key in properties if key in _listed(raw, "required")]
        if isinstance(raw.get("additionalProperties"), dict):
            safe["additionalProperties"] = self.schema(raw["additionalProperties"])
        elif raw.get("additionalProperties") is False:
            safe["additionalProperties"] = False
        return safe


def _listed(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.isprintable())


def _texts(raw: dict[str, Any]) -> Schema:
    found = {key: raw.get(key) for key in ("title", "description")}
    return {
        key: "".join(c for c in text[:_MOST_TEXT] if c.isprintable() or c == "\n")
        for key, text in found.items()
        if isinstance(text, str)
    }


def _bounds(raw: dict[str, Any]) -> Schema:
    numbers = {key: raw[key] for key in _NUMBERS if type(raw.get(key)) in {int, float}}
    counts = {key: raw[key] for key in _COUNTS if type(raw.get(key)) is int and raw[key] >= 0}
    return {**numbers, **counts}


# --- kept


def recall(text: str) -> dict[str, Schema] | None:
    """The entries of the checks in `text`, where a worker has described them before."""
    try:
        return vetted(_place(text).read_bytes())
    except (OSError, ValueError):
        return None


def remember(text: str, entries: dict[str, Schema]) -> None:
    """Keep the entries of the checks in `text`. Where that cannot be done, it does not matter."""
    path = _place(text)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, msgspec.json.encode(entries))


def _place(text: str) -> Path:
    known = msgspec.json.encode((_FORM, builtin_checks(), text))
    return paths.cache_dir() / "checks" / f"{hashlib.sha256(known).hexdigest()}.json"
