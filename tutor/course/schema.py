"""The JSON Schemas of a lesson file and of ``course.yaml``, made from the model.

They serve twice: the walker in `validate` reads files by them, and a YAML language server gives
completion and documentation in an editor.
"""

from __future__ import annotations

import copy
import functools
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, get_args

import msgspec

from tutor.course.catalogue import OWN_CODES, SAYS, Schema, builtin_checks, codes
from tutor.course.companions import GlossaryEntries, Term, Topic, TopicEntries
from tutor.course.model import CheckUse, CourseInfo, Equivalent, Exercise, Lesson, Mistake, Option

__all__ = [
    "CHECK_BY_KEY",
    "Schema",
    "check_names",
    "course_schema",
    "glossary_schema",
    "lesson_schema",
    "lesson_schema_with",
    "topics_schema",
]

CHECK_BY_KEY: Final = "x-check-by-key"
"""A keyword of ours: {check name: reference}; exactly one key of the entry names the check."""

# Which parameters hold Python besides those whose own schema says it, by `format`.
_PYTHON: Final = {"cases": "python-expression"}
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final = "#/$defs/"


@functools.cache
def lesson_schema() -> Schema:
    """The JSON Schema of a lesson file, with the parameters of every check. Do not change it.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    return lesson_schema_with({})


def lesson_schema_with(entries: Mapping[str, Schema]) -> Schema:
    """The JSON Schema of a lesson file of a course that has checks of its own.

    Args:
        entries: the schema of an entry for each of these, by name.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    schema: Schema = msgspec.json.schema(Lesson, schema_hook=_no_yaml)
    definitions: Schema = schema["$defs"]
    for described in (Lesson, Mistake, Equivalent, Option, *get_args(Exercise)):
        _describe(definitions[described.__name__], _documentation(described))
    checks = _checks(definitions, {**builtin_checks(), **entries})
    definitions[CheckUse.__name__] = {
        "title": "check",
        "description": "One key names the check, its value is what is looked at; the other keys "
        "are the check's parameters.",
        "anyOf": [{"$ref": reference} for reference in checks.values()],
        CHECK_BY_KEY: checks,
    }
    needed = set(_reached({"$ref": schema["$ref"]}, definitions, set()))
    schema["$defs"] = {name: what for name, what in definitions.items() if name in needed}
    return {"$schema": _DIALECT, **schema}


def _no_yaml(_: type) -> Schema:
    """What a use of a check knows beside what is written stands in no file."""
    return {"not": {}}


def _reached(node: Any, definitions: Schema, seen: set[str]) -> Iterator[str]:
    """The names of the definitions that `node` needs."""
    if isinstance(node, list | dict):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _reached(inner, definitions, seen)
    name = node.removeprefix(_REFERENCE) if isinstance(node, str) else ""
    if name in definitions and node != name and name not in seen:
        seen.add(name)
        yield name
        yield from _reached(definitions[name], definitions, seen)


@functools.cache
def course_schema() -> Schema:
    """The JSON Schema of ``course.yaml``. Do not change it."""
    schema: Schema = msgspec.json.schema(CourseInfo)
    _describe(schema["$defs"][CourseInfo.__name__], _documentation(CourseInfo))
    return {"$schema": _DIALECT, **schema}


@functools.cache
def topics_schema() -> Schema:
    """The JSON Schema of ``topics.yaml``. Do not change it."""
    return _entries_schema(TopicEntries, Topic)


@functools.cache
def glossary_schema() -> Schema:
    """The JSON Schema of ``glossary.yaml``. Do not change it."""
    return _entries_schema(GlossaryEntries, Term)


def _entries_schema(entries: Any, entry: type) -> Schema:
    """The schema of a file that holds any number of entries under names of the author's choice."""
    schema: Schema = msgspec.json.schema(entries)
    _describe(schema["$defs"][entry.__name__], _documentation(entry))
    return {"$schema": _DIALECT, **schema}


def check_names() -> tuple[str, ...]:
    """The names of all checks, as a lesson file writes them."""
    return tuple(lesson_schema()["$defs"][CheckUse.__name__][CHECK_BY_KEY])


def _checks(definitions: Schema, entries: Mapping[str, Schema]) -> dict[str, str]:
    """Put the checks' schemas among the definitions; for each check, its reference."""
    references = {}
    for name, entry in entries.items():
        prefix = f"check.{name}"
        grafted = _renamed(copy.deepcopy(entry), prefix)
        for inner, definition in grafted.pop("$defs", {}).items():
            definitions[f"{prefix}.{inner}"] = definition
        definitions[prefix] = grafted
        reference = grafted.get("$ref")
        references[name] = reference or f"{_REFERENCE}{prefix}"
        definition = definitions[references[name].removeprefix(_REFERENCE)]
        _describe(definition, definition.get("description", ""))
        properties = definition["properties"]
        for key in _PYTHON.keys() & properties.keys():
            _mark(properties[key], _PYTHON[key])
        own_codes = definition.pop(OWN_CODES, ())
        if SAYS in properties and own_codes is not None:
            properties[SAYS] = _says(properties[SAYS], own_codes)
    return references


def _says(schema: Schema, own_codes: Iterable[str]) -> Schema:
    """The parameter that has text for codes, with the codes that there are."""
    return {**schema, "propertyNames": {"enum": [*codes(), *own_codes]}}


def _mark(schema: Schema, form: str) -> None:
    """Say of all text that a schema allows what it holds."""
    if schema.get("type") == "string":
        schema.setdefault("format", form)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            _mark(schema[inner], form)
    for alternative in schema.get("anyOf", ()):
        _mark(alternative, form)


def _renamed(schema: Any, prefix: str) -> Any:
    """The schema with its references pointing to definitions under `prefix`."""
    if isinstance(schema, list):
        return [_renamed(item, prefix) for item in schema]
    if not isinstance(schema, dict):
        return schema
    renamed = {key: _renamed(value, prefix) for key, value in schema.items()}
    reference = renamed.get("$ref")
    if isinstance(reference, str):
        renamed["$ref"] = reference.replace(_REFERENCE, f"{_REFERENCE}{prefix}.", 1)
    return renamed


def _documentation(described: type) -> str:
    """The docstrings of a class and of the model classes that it extends, its own first."""
    own, *others = [
        inspect.cleandoc(base.__doc__ or "")
        for base in described.__mro__
        if issubclass(base, msgspec.Struct) and base is not msgspec.Struct
    ]
    attributes = [text.partition("Attributes:")[2] for text in others]
    return "\n".join([own, "Attributes:", *attributes])


def _describe(definition: Schema, documentation: str) -> None:
    """Give a definition and its properties the descriptions that a docstring holds."""
    plain = re.sub(r"``([^`]*)``", r"`\1`", inspect.cleandoc(documentation))
    definition["description"] = plain.partition("Attributes:")[0].strip()
    for name, text in re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", plain, re.MULTILINE):
        described = definition.get("properties", {}).get(name)
        if described is not None:
            described.setdefault("description", " ".join(text.split()))
