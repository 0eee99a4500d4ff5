from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tutor.authoring.editor_schema import course_schema_text, lesson_schema_text
from tutor.course.schema import check_names

LESSON: dict[str, Any] = json.loads(lesson_schema_text())
COURSE: dict[str, Any] = json.loads(course_schema_text())
# Of draft 7, and what editors know besides.
KEYWORDS = {
    *("$schema", "$ref", "$defs", "title", "description", "type", "enum", "const", "default"),
    *("properties", "required", "additionalProperties", "propertyNames", "items", "pattern"),
    *("additionalItems", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"),
    *("exclusiveMinimum", "exclusiveMaximum", "anyOf", "allOf", "if", "then", "format"),
    *("patternErrorMessage", "enumDescriptions", "not"),
}


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    if isinstance(node, list):
        for item in node:
            yield from schemas(item)
    if not isinstance(node, dict):
        return
    yield node
    for key, value in node.items():
        if key in {"properties", "$defs"}:
            for inner in value.values():
                yield from schemas(inner)
        elif key not in {"default", "enum", "required", "enumDescriptions"}:
            yield from schemas(value)


@pytest.mark.parametrize("schema", [LESSON, COURSE])
def test_an_editor_knows_every_keyword(schema: dict[str, Any]) -> None:
    """Language servers read draft 7; tuples are lists of schemas there."""
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    for one in schemas(schema):
        assert one.keys() <= KEYWORDS, one.keys() - KEYWORDS
        for reference in re.findall(r"^#/\$defs/(.*)$", one.get("$ref", "")):
            assert reference in schema["$defs"]


def test_checks_and_their_parameters_are_documented() -> None:
    """That is what an editor shows while somebody writes a check."""
    checks = LESSON["$defs"]["CheckUse"]["anyOf"]
    assert len(checks) == len(check_names())
    for reference in checks:
        definition = LESSON["$defs"][reference["$ref"].rpartition("/")[2]]
        assert definition["description"]
        assert all(one["description"] for one in definition["properties"].values())


def test_the_kind_decides_which_keys_there_are() -> None:
    """So that a misspelt key is one problem, and not one for each kind of exercise."""
    exercise = LESSON["$defs"]["Lesson"]["properties"]["exercises"]["items"]
    kinds = [one["if"]["properties"]["kind"]["const"] for one in exercise["allOf"]]
    assert exercise["properties"]["kind"]["enum"] == kinds
    assert len(exercise["properties"]["kind"]["enumDescriptions"]) == len(kinds)
    assert {"id", "title", "prompt", "hints"} <= exercise["properties"].keys()


def test_a_parameter_may_be_called_like_a_keyword() -> None:
    """The names in a mapping of properties are names."""
    sizes = LESSON["$defs"]["check.function"]["properties"]["sizes"]
    (pair,) = [one for one in sizes["additionalProperties"]["anyOf"] if "items" in one]
    assert [one["type"] for one in pair["items"]] == ["integer", "integer"]
    assert pair["additionalItems"] is False
