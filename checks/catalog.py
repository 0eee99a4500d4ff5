"""Writes ``catalog.json``, the JSON Schema of each check's entry, and ``codes.json``.

    python -m checks.catalog

The front end reads these files, so that it can validate a lesson without importing a check.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import msgspec

from checks.base import Check
from checks.codes import CODES
from checks.registry import CHECKS, INTERNAL

__all__ = ["CODES_PATH", "OWN_CODES", "PATH", "TEXT_ONLY", "catalog", "entry", "main"]

PATH = Path(__file__).with_name("catalog.json")

CODES_PATH = Path(__file__).with_name("codes.json")

TEXT_ONLY = "x-text-only"
"""A keyword of ours: the check reads the answer's text and looks at no world."""

OWN_CODES = "x-codes"
"""A keyword of ours: the codes that the check gives beside the built-in ones."""

_SECTION = re.compile(r"\n\s*\nAttributes:\n(?P<body>.*)\Z", re.DOTALL)
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def catalog() -> dict[str, Any]:
    """The schema of one ``checks:`` entry, by the check's name."""
    return {name: entry(class_) for name, class_ in CHECKS.items() if name not in INTERNAL}


def entry(class_: type[Check]) -> dict[str, Any]:
    """The schema of one check's entry in ``checks:``.

    Raises:
        TypeError: a field has a type that no YAML has.
    """
    (schema,), components = msgspec.json.schema_components([class_], ref_template="#/$defs/{name}")
    del schema
    own = components.pop(class_.__name__)
    text, attributes = _documentation(class_)
    properties: dict[str, Any] = own["properties"]
    target = properties.pop("target")
    ordered = {class_.name: {**target, "description": "what is looked at"}}
    for key, value in properties.items():
        described = attributes.get(key)
        ordered[key] = {**value, "description": described} if described else value
    made: dict[str, Any] = {
        "title": class_.name,
        "description": text,
        "type": "object",
        "properties": ordered,
        "required": [class_.name, *(k for k in own.get("required", ()) if k != "target")],
        "additionalProperties": False,
    }
    for definition in components.values():
        definition["description"] = inspect.cleandoc(definition.get("description", ""))
    if components:
        made["$defs"] = components
    if class_.text_only:
        made[TEXT_ONLY] = True
    if class_.codes:
        made[OWN_CODES] = list(class_.codes)
    plain: dict[str, Any] = json.loads(json.dumps(made))  # tuples become lists, as in the file
    return plain


def _documentation(class_: type[Check]) -> tuple[str, dict[str, str]]:
    """The class's text, and what it says of each parameter."""
    text = inspect.cleandoc(class_.__doc__ or "")
    own = _attributes(text)
    section = _SECTION.search(text)
    if section is not None:
        text = text[: section.start()].rstrip()
    return text, {**_attributes(inspect.cleandoc(Check.__doc__ or "")), **own}


def _attributes(text: str) -> dict[str, str]:
    section = _SECTION.search(text)
    found = _ATTRIBUTE.findall(section["body"]) if section is not None else ()
    return {key: " ".join(words.split()) for key, words in found}


def main() -> None:
    """Write the files."""
    for path, data in ((PATH, catalog()), (CODES_PATH, CODES)):
        path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
