from __future__ import annotations

import pytest

from checks.catalog import catalog
from checks.codes import CODES
from checks.example import DIRECTORY, read_example
from checks.reference import PATH, reference
from checks.schema_words import schema_words

NAMES = sorted(catalog())


def test_the_page_is_the_generated_one() -> None:
    """`python -m checks.reference` writes it anew."""
    assert PATH.read_text(encoding="utf-8") == reference()


def test_every_check_has_an_example() -> None:
    """And there is no example of a check that does not exist."""
    assert sorted(path.stem for path in DIRECTORY.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_and_another_answer_pass(name: str) -> None:
    """The example's right answers are right, and its entry is one of that check."""
    example = read_example(name)
    assert example.built().name == name
    for answer in (example.solution, example.passes):
        finding = example.finding(answer)
        assert finding.status == "pass", finding.message


@pytest.mark.parametrize("name", NAMES)
def test_the_typical_mistake_fails_with_its_code(name: str) -> None:
    """The cause is named, not only noticed."""
    example = read_example(name)
    finding = example.finding(example.fails)
    assert (finding.status, finding.code) == ("fail", example.code), finding.message
    assert finding.message


def test_every_parameter_and_code_is_on_the_page() -> None:
    """Nothing that a lesson may say has to be looked up in the source."""
    page = PATH.read_text(encoding="utf-8")
    for name, schema in catalog().items():
        assert f"\n## {name}\n" in page
        for key in schema["properties"].keys() - {name}:
            assert f"\n- `{key}` (" in page
    for code in CODES:
        assert f"\n| `{code}` |" in page


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 9}, "whole number at least 0 and at most 9"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"enum": ["a", "b"]}, "`a` or `b`"),
        ({"type": "array", "items": {"$ref": "#/$defs/Pair"}}, "list of list [number, text]"),
        (
            {"type": "object", "properties": {"of": {"type": "boolean"}}},
            "mapping {of: true or false}",
        ),
        (
            {"anyOf": [{"type": t} for t in ("boolean", "integer", "number", "string", "null")]},
            "value",
        ),
        ({"type": "object"}, "mapping of names to anything"),
        ({}, "anything"),
    ],
)
def test_types_are_in_words(schema: dict[str, object], words: str) -> None:
    """A reader need not know JSON Schema."""
    pair = {"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}]}
    assert schema_words(schema, {"Pair": pair}) == words
