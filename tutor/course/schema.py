"""The JSON Schemas of a lesson file and of ``course.yaml``, made from the model.

They serve twice: the walker in `validate` reads files by them, and a YAML language server gives
completion and documentation in an editor.
"""

from __future__ import annotations

import copy
import functools
import inspect
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar, get_args

import msgspec

from tutor import paths
from tutor.course.model import CheckUse, CourseInfo, Exercise, Lesson, Mistake, Option
from tutor.errors import TutorError

__all__ = [
    "CHECK_BY_KEY",
    "OWN_CODES",
    "TEXT_ONLY",
    "Schema",
    "builtin_checks",
    "check_names",
    "course_schema",
    "lesson_schema",
    "lesson_schema_with",
    "open_entry",
    "text_only_checks",
]

Schema: TypeAlias = dict[str, Any]

_Form = TypeVar("_Form")

CHECK_BY_KEY: Final = "x-check-by-key"
"""A keyword of ours: {check name: reference}; exactly one key of the entry names the check."""

TEXT_ONLY: Final = "x-text-only"
"""The catalogue's keyword for a check that reads the answer's text and looks at no world."""

OWN_CODES: Final = "x-codes"
"""The catalogue's keyword for codes that a check gives beside the built-in ones."""

# Which parameters hold Python besides those whose own schema says it, by `format`.
_PYTHON: Final = {"cases": "python-expression"}
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final = "#/$defs/"
_SAYS: Final = "says"


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
    schema: Schema = msgspec.json.schema(Lesson)
    definitions: Schema = schema["$defs"]
    for described in (Lesson, Mistake, Option, *get_args(Exercise)):
        _describe(definitions[described.__name__], _documentation(described))
    checks = _checks(definitions, {**builtin_checks(), **entries})
    definitions[CheckUse.__name__] = {
        "title": "check",
        "description": "One key names the check, its value is what is looked at; the other keys "
        "are the check's parameters.",
        "anyOf": [{"$ref": reference} for reference in checks.values()],
        CHECK_BY_KEY: checks,
    }
    return {"$schema": _DIALECT, **schema}


def open_entry(name: str) -> Schema:
    """The schema of an entry whose check is known by its name alone: any parameter will do."""
    text = {"type": "string"}
    return {
        "title": name,
        "description": "A check of this course.",
        "type": "object",
        "properties": {
            name: {"anyOf": [text, {"type": "array", "items": text}]},
            "weight": {"type": "number", "exclusiveMinimum": 0},
            _SAYS: {"type": "object", "additionalProperties": text},
        },
        "required": [name],
        OWN_CODES: None,
    }


@functools.cache
def course_schema() -> Schema:
    """The JSON Schema of ``course.yaml``. Do not change it."""
    schema: Schema = msgspec.json.schema(CourseInfo)
    _describe(schema["$defs"][CourseInfo.__name__], _documentation(CourseInfo))
    return {"$schema": _DIALECT, **schema}


def check_names() -> tuple[str, ...]:
    """The names of all checks, as a lesson file writes them."""
    return tuple(lesson_schema()["$defs"][CheckUse.__name__][CHECK_BY_KEY])


def text_only_checks() -> frozenset[str]:
    """The built-in checks that read the answer's text and look at no world.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    return frozenset(name for name, entry in builtin_checks().items() if entry.get(TEXT_ONLY))


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
        if _SAYS in properties and own_codes is not None:
            properties[_SAYS] = _says(properties[_SAYS], own_codes)
    return references


def _says(schema: Schema, own_codes: Iterable[str]) -> Schema:
    """The parameter that has text for codes, with the codes that there are."""
    return {**schema, "propertyNames": {"enum": [*_codes(), *own_codes]}}


def _mark(schema: Schema, form: str) -> None:
    """Say of all text that a schema allows what it holds."""
    if schema.get("type") == "string":
        schema.setdefault("format", form)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            _mark(schema[inner], form)
    for alternative in schema.get("anyOf", ()):
        _mark(alternative, form)


@functools.cache
def builtin_checks() -> dict[str, Schema]:
    """The schema of an entry of each built-in check, by name. Do not change it.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    return _generated(paths.catalog_file(), dict[str, Schema])


@functools.cache
def _codes() -> dict[str, str]:
    return _generated(paths.codes_file(), dict[str, str])


def _generated(path: Path, form: type[_Form]) -> _Form:
    """What a file holds that `checks` generates for whoever must not import it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except (OSError, msgspec.MsgspecError) as error:
        raise TutorError(f"the catalogue of checks cannot be read: {path}: {error}") from error


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
    ours = [base for base in described.__mro__ if issubclass(base, msgspec.Struct)]
    return "\n".join(inspect.cleandoc(base.__doc__ or "") for base in ours[:-1])


def _describe(definition: Schema, documentation: str) -> None:
    """Give a definition and its properties the descriptions that a docstring holds."""
    plain = re.sub(r"``([^`]*)``", r"`\1`", inspect.cleandoc(documentation))
    definition["description"] = plain.partition("Attributes:")[0].strip()
    for name, text in re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", plain, re.MULTILINE):
        described = definition.get("properties", {}).get(name)
        if described is not None:
            described.setdefault("description", " ".join(text.split()))
