"""The type that a JSON Schema asks for, in words. Without torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["schema_words"]

_NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "nothing",
}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
}


def schema_words(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:  # noqa: PLR0911  # one case per kind
    """The type in a few words: ``list of text``.

    Args:
        schema: of one value.
        definitions: what its references stand for, by ``#/$defs/`` name.
    """
    if "$ref" in schema:
        return schema_words(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        several = [schema_words(one, definitions) for one in schema["anyOf"]]
        return " or ".join(_fewer([words for words in several if words != "nothing"]))
    match schema.get("type"):
        case "array":
            return _list_words(schema, definitions)
        case "object" if "properties" in schema:
            keys = ", ".join(
                f"{key}: {schema_words(value, definitions)}"
                for key, value in schema["properties"].items()
            )
            return f"mapping {{{keys}}}"
        case "object":
            values = schema.get("additionalProperties")
            inner = schema_words(values, definitions) if isinstance(values, dict) else "anything"
            return f"mapping of names to {inner}"
        case str(kind):
            return _NAMES[kind] + _bounds(schema)
    return "anything"


def _fewer(several: list[str]) -> list[str]:
    """Each once; all kinds of scalars together are a value."""
    scalars = {_NAMES[kind] for kind in ("string", "integer", "number", "boolean")}
    if scalars <= set(several):
        several = ["value", *(words for words in several if words not in scalars)]
    return list(dict.fromkeys(several))


def _list_words(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    first = schema.get("prefixItems")
    if first:
        return f"list [{', '.join(schema_words(one, definitions) for one in first)}]"
    items = schema.get("items")
    return f"list of {schema_words(items, definitions)}" if isinstance(items, dict) else "list"


def _bounds(schema: Mapping[str, Any]) -> str:
    found = [words.format(f"{schema[key]:g}") for key, words in _BOUNDS.items() if key in schema]
    return f" {' and '.join(found)}" if found else ""
