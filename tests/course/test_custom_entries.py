"""What a worker says of a course's checks may be anything, and harms no reading of a lesson."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.course import custom_entries
from tutor.course.catalogue import builtin_checks
from tutor.course.compose import compose
from tutor.course.custom_entries import vetted
from tutor.course.model import CheckUse
from tutor.course.schema import lesson_schema_with
from tutor.course.source import Report, Source
from tutor.course.validate import Walker

LESSON = Source.of(
    Path("lesson.yaml"),
    "grows: y\nweight: 2\nsays: {raised: x}\na: [1, {b: no}, [2]]\nb: {a: 1}\nc: 1.5\nd:\n",
)


def entry(**properties: Any) -> dict[str, Any]:
    return {"grows": {"properties": {"grows": {"type": "string"}, **properties}}}


def read(data: bytes) -> Report:
    """Read an entry by what is left of a description."""
    report = Report(LESSON.path)
    root = compose(LESSON, report)
    assert root is not None
    walker = Walker(lesson_schema_with(vetted(data)), report)
    walker.read(root, {"$ref": f"#/$defs/{CheckUse.__name__}"}, "check")
    return report


def test_the_built_in_entries_lose_nothing_that_counts() -> None:
    """Every built-in check could be a course's: its parameters are read in the same way."""
    for name, built_in in builtin_checks().items():
        safe = vetted(json.dumps({name: built_in}).encode())[name]
        assert safe["properties"].keys() == built_in["properties"].keys()
        assert safe["required"] == built_in["required"]
        assert safe["additionalProperties"] is False
        assert "$ref" not in json.dumps(safe)
        assert vetted(json.dumps({name: safe}).encode()) == {name: safe}
    sizes = vetted(json.dumps(builtin_checks()).encode())["function"]["properties"]["sizes"]
    kinds = sizes["additionalProperties"]["anyOf"]
    assert [kind["type"] for kind in kinds] == ["integer", "array", "object"]
    assert kinds[2]["required"] == ["of"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"grows": 1}',
        b'{"grows": {}}',
        b'{"grows": {"properties": {"other": {}}}}',
        b'{"grows": {"properties": {"grows": {}, "\\u001b[31m": {}}}}',
        b"[" * 100_000,
        json.dumps(
            {"grows": {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}}
        ).encode(),
        json.dumps(entry(a={"anyOf": [{"type": "string"}] * 600})).encode(),
        json.dumps({name: {} for name in map(str, range(200_000))}).encode(),
    ],
)
def test_what_is_no_description_is_refused(data: bytes) -> None:
    """An endless one, a huge one and one with names that no terminal should print are none."""
    with pytest.raises(ValueError, match=r"."):
        vetted(data)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{}, {"anyOf": []}]},
        {"enum": []},
        {"enum": [["x"], {"y": 1}, "\x1b[31m"]},
        {"type": "no-such-type"},
        {"type": ["string"]},
        {"type": "array", "minItems": "x", "items": {"type": "object", "properties": []}},
        {"type": "string", "pattern": "(a+)+$", "minLength": -1, "maxLength": True},
        {"type": "object", "required": [["x"]], "properties": {"b": None}},
        {"type": "number", "minimum": "x"},
        {"$ref": 3},
        {"$ref": "#/$defs/Nothing"},
    ],
)
def test_a_strange_parameter_is_read_as_it_can_be(schema: dict[str, Any]) -> None:
    """Neither the description nor the reading of a lesson by it fails."""
    for key in "abcd":
        read(json.dumps(entry(**{key: schema})).encode())


_KEYWORDS = st.sampled_from(
    [
        *("type", "format", "enum", "anyOf", "$ref", "$defs", "minimum", "minItems", "maxLength"),
        *("properties", "additionalProperties", "propertyNames", "required"),
        *("items", "prefixItems"),
    ]
)
_WORDS = st.sampled_from(
    ["string", "integer", "array", "object", "null", "boolean", "#/$defs/a", "python", "a", "b"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_KEYWORDS | st.sampled_from("abcd"), inner, max_size=5)
    ),
    max_leaves=30,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from("abcd"), _JSON, max_size=4), _JSON)
def test_no_description_breaks_the_reading(properties: dict[str, Any], definitions: Any) -> None:
    """Whatever it is: it is refused, or lessons can be read by it."""
    described = entry(**properties)
    described["grows"]["$defs"] = definitions
    data = json.dumps(described).encode()
    try:
        vetted(data)
    except ValueError:
        return
    read(data)


def test_what_cannot_be_kept_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache on a full or read-only disk is no reason to stop."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "file"))
    custom_entries.remember("text", {})
    assert custom_entries.recall("text") is None
