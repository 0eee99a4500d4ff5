"""The JSON Schemas as an editor's YAML language server reads them: draft 7, nothing of ours.

The tutor's own schemas say more, and in a newer dialect: see `tutor.course.schema`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tutor.course.schema import Schema, course_schema, glossary_schema, lesson_schema, topics_schema

__all__ = [
    "course_schema_text",
    "editor_schema",
    "glossary_schema_text",
    "lesson_schema_text",
    "topics_schema_text",
]

_DIALECT: Final = "http://json-schema.org/draft-07/schema#"
_NAMED: Final = frozenset({"properties", "$defs"})
"""Keywords that hold schemas by name."""

_NESTED: Final = frozenset({"anyOf", "items", "additionalProperties", "propertyNames"})
"""Keywords that hold a schema, or a list of them."""

_DROPPED: Final = frozenset({"$schema", "prefixItems", "discriminator"})
_TICKS = re.compile(r"``([^`]+)``")


def lesson_schema_text() -> str:
    """The schema of a lesson file, as JSON.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    return _text(editor_schema(lesson_schema(), "A lesson of Tensor Tutor"))


def course_schema_text() -> str:
    """The schema of ``course.yaml``, as JSON."""
    return _text(editor_schema(course_schema(), "A course of Tensor Tutor"))


def topics_schema_text() -> str:
    """The schema of ``topics.yaml``, as JSON."""
    return _text(editor_schema(topics_schema(), "The topics of a course of Tensor Tutor"))


def glossary_schema_text() -> str:
    """The schema of ``glossary.yaml``, as JSON."""
    return _text(editor_schema(glossary_schema(), "The glossary of a course of Tensor Tutor"))


def editor_schema(schema: Schema, title: str) -> Schema:
    """A schema of ours for an editor."""
    return {"$schema": _DIALECT, "title": title, **_Conversion(schema["$defs"]).schema(schema)}


class _Conversion:
    """Writes schemas anew for draft 7."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def schema(self, old: Any) -> Any:
        """One schema, or a list of them; true and false stay what they are."""
        if isinstance(old, list):
            return [self.schema(one) for one in old]
        if not isinstance(old, dict):
            return old
        if "discriminator" in old:
            return self._by_kind(old["discriminator"])
        new: Schema = {}
        for key, value in old.items():
            if key in _NAMED:
                new[key] = {name: self.schema(one) for name, one in value.items()}
            elif key in _NESTED:
                new[key] = self.schema(value)
            elif key == "description":
                new[key] = _TICKS.sub(r"`\1`", value)
            elif key not in _DROPPED and not key.startswith("x-"):
                new[key] = value
        if "prefixItems" in old:
            new["items"] = self.schema(old["prefixItems"])
            new["additionalItems"] = self.schema(old.get("items", True))
        return new

    def _by_kind(self, discriminator: Schema) -> Schema:
        """The alternatives of which one key decides: an editor need not guess which is meant."""
        tag: str = discriminator["propertyName"]
        kinds: dict[str, str] = discriminator["mapping"]
        every = [self._definitions[ref.removeprefix("#/$defs/")] for ref in kinds.values()]
        common = set.intersection(*(set(one["properties"]) for one in every))
        shared = {key: True for key in every[0]["properties"] if key in common}
        choice = {
            "enum": list(kinds),
            "enumDescriptions": [one["description"].partition("\n")[0] for one in every],
        }
        return {
            "type": "object",
            "required": [tag],
            "properties": {**shared, tag: choice},
            "allOf": [
                {
                    "if": {"required": [tag], "properties": {tag: {"const": kind}}},
                    "then": {"$ref": reference},
                }
                for kind, reference in kinds.items()
            ],
        }


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
