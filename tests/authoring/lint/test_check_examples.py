from __future__ import annotations

import pytest
import yaml

from checks.example import read_example
from tests.authoring.lint.conftest import Find
from tutor.authoring.lint.rules import severity_of
from tutor.course.schema import check_names


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, as an author does."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


@pytest.mark.parametrize("name", check_names())
def test_no_name_of_an_example_is_unknown(find: Find, name: str) -> None:
    """Whatever a check brings along for its code, lint knows of it."""
    example = read_example(name)
    exercise = {
        "id": "one",
        "kind": "code",
        "prompt": "Do.",
        "solution": example.solution,
        "checks": [example.check],
        "accepts": [example.passes],
    }
    lesson = {"format": 1, "id": "one", "title": "One", "setup": example.setup or "pass"}
    text = yaml.dump({**lesson, "exercises": [exercise]}, Dumper=_Dumper, sort_keys=False)
    assert [str(one) for one in find(text) if severity_of(one) == "error"] == []
