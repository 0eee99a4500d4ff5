"""Writes ``catalog.json``: the JSON Schema of each check's entry in a lesson file.

    python -m checks.catalog

The front end reads that file, so that it can validate a lesson without importing torch.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import msgspec

from checks.base import Check
from checks.registry import CHECKS, INTERNAL

__all__ = ["PATH", "catalog", "main"]

PATH = Path(__file__).with_name("catalog.json")

_SECTION = re.compile(r"\n\s*\nAttributes:\n(?P<body>.*)\Z", re.DOTALL)
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def catalog() -> dict[str, Any]:
    """The schema of one ``checks:`` entry, by the check's name."""
    found = {name: _entry(class_) for name, class_ in CHECKS.items() if name not in INTERNAL}
    plain: dict[str, Any] = json.loads(json.dumps(found))  # tuples become lists, as in the file
    return plain


def _entry(class_: type[Check]) -> dict[str, Any]:
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
    entry: dict[str, Any] = {
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
        entry["$defs"] = components
    return entry


def _documentation(class_: type[Check]) -> tuple[str, dict[str, str]]:
    """The class's text, and what it says of each parameter."""
    text = inspect.cleandoc(class_.__doc__ or "")
    attributes = {"weight": "this check's share of the exercise's points, relative to the others'"}
    section = _SECTION.search(text)
    if section is not None:
        for key, words in _ATTRIBUTE.findall(section["body"]):
            attributes[key] = " ".join(words.split())
        text = text[: section.start()].rstrip()
    return text, attributes


def main() -> None:
    """Write the file."""
    PATH.write_text(json.dumps(catalog(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
