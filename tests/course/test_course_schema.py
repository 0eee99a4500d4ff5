from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tutor import paths
from tutor.course import catalogue, schema
from tutor.errors import TutorError


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.mark.parametrize("made", [schema.lesson_schema, schema.course_schema])
def test_every_reference_has_its_definition(made: Any) -> None:
    """The document stands alone, as a YAML language server needs it, and is JSON."""
    document = made()
    json.dumps(document)
    names = {reference.removeprefix("#/$defs/") for reference in references(document)}
    assert names <= set(document["$defs"])


def test_every_key_is_described() -> None:
    """The model's docstrings reach the editor, those of what all exercises have too."""
    definitions = schema.lesson_schema()["$defs"]
    kinds = ("Read", "Code", "Predict", "Choice", "Order", "Explore")
    for name in ("Lesson", *kinds, "Mistake", "Option"):
        assert definitions[name]["description"]
        assert "Attributes:" not in definitions[name]["description"]
        for key, described in definitions[name]["properties"].items():
            assert key == "kind" or described["description"], (name, key)
    assert definitions["Code"]["properties"]["hints"]["description"].startswith(
        "Markdown, shown one at a"
    )
    assert "``" not in json.dumps(definitions["Predict"])


def test_checks_are_offered_by_name() -> None:
    """Each check has its own alternative under `checks:`."""
    names = schema.check_names()
    assert set(names) >= {"shape", "dtype", "values", "gradient", "function", "uses", "avoids"}
    use = schema.lesson_schema()["$defs"]["CheckUse"]
    assert len(use["anyOf"]) == len(names)


def test_no_parameter_is_named_like_a_check() -> None:
    """Otherwise an entry of `checks:` could not be told apart."""
    document = schema.lesson_schema()
    names = set(schema.check_names())
    for name, reference in document["$defs"]["CheckUse"][schema.CHECK_BY_KEY].items():
        properties = document["$defs"][reference.removeprefix("#/$defs/")]["properties"]
        assert set(properties) & names == {name}


def test_a_damaged_catalogue_is_the_tutors_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the file."""
    monkeypatch.setattr(paths, "catalog_file", lambda: tmp_path / "catalog.json")
    with pytest.raises(TutorError, match=r"catalog\.json"):
        catalogue.builtin_checks.__wrapped__()
