from __future__ import annotations

import pytest

from tests.documents import DOCS
from tutor.authoring.lint.rules import RULES
from tutor.authoring.pages import pages
from tutor.course.schema import (
    check_names,
    course_schema,
    glossary_schema,
    lesson_schema,
    topics_schema,
)

PAGES = pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_the_generated_one(path: object) -> None:
    """`python -m tutor.authoring.pages` writes them anew."""
    (written,) = [each for each in PAGES if each == path]
    assert written.read_text(encoding="utf-8") == PAGES[written]


def test_every_key_is_on_the_page() -> None:
    """Of a lesson, its exercises and what they hold, of a course; with its meaning."""
    page = (DOCS / "format.md").read_text(encoding="utf-8")
    for schema in (lesson_schema(), course_schema(), topics_schema(), glossary_schema()):
        for name, definition in schema["$defs"].items():
            if name[0].isupper() and name != "CheckUse":
                for key in definition["properties"]:
                    assert f"\n| `{key}` |" in page, key
    for name in check_names():
        assert f"\n| [`{name}`](checks.md#{name}) |" in page
    assert " |  |\n" not in page


def test_every_rule_is_on_the_page() -> None:
    """With the code that is printed."""
    page = (DOCS / "lint.md").read_text(encoding="utf-8")
    for code, rule in RULES.items():
        assert f"\n| `{code}` | {rule.severity} | {rule.meaning} |" in page
