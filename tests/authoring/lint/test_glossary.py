from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.lint.conftest import GOOD
from tutor.authoring.lint.run import lint

# GOOD speaks of rows and of totals.
GLOSSARY = """\
row:
  means: A line of numbers.
  see: [total]
total: {means: A sum., also: [sum]}
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one lesson and a glossary."""
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    (tmp_path / "lesson.yaml").write_text(
        GOOD.replace("Some *text*", "Some *text* on ROWS and no-\n      grad, with a total")
    )
    return tmp_path


def found(course: Path, glossary: str, *names: str) -> list[str]:
    (course / "glossary.yaml").write_text(glossary)
    problems = lint([course / name for name in names] or [course]).problems
    return [f"{p.path.name}:{p.line}:{p.column} {p.code}: {p.message}" for p in problems]


def test_a_good_glossary_has_no_problems(course: Path) -> None:
    """Every term is mentioned somewhere: in the plural, over a line break, by another name."""
    more = "no_grad: {means: Records nothing.}\nmatrix: {means: A table., also: [text]}\n"
    assert found(course, GLOSSARY + more) == []


def test_see_names_terms_of_the_glossary(course: Path) -> None:
    """The nearest one is named, and no term sends back to itself."""
    text = GLOSSARY.replace("[total]", "[totale, row]")
    near = "see: the glossary has no term 'totale'; did you mean 'total'?"
    assert found(course, text) == [
        f"glossary.yaml:3:9 unknown-term: {near}",
        "glossary.yaml:3:17 unknown-term: see: the term names itself",
    ]


def test_two_terms_have_no_name_in_common(course: Path) -> None:
    """Otherwise only one of them could be found by it."""
    assert found(course, GLOSSARY.replace("[sum]", "[Row]")) == [
        "glossary.yaml:4:31 same-term: 'Row' is a name of 'row' already"
    ]


def test_a_term_that_no_lesson_mentions_is_a_warning(course: Path) -> None:
    """Only where every lesson was read: a part of a word is no mention."""
    text = GLOSSARY + "ow: {means: Pain.}\n"
    assert found(course, text) == ["glossary.yaml:5:1 unmentioned-term: no lesson mentions 'ow'"]
    assert found(course, text, "glossary.yaml") == []
    assert found(course, text, "lesson.yaml") == []


def test_what_is_wrong_with_its_form_is_said_once(course: Path) -> None:
    """By the course and by the file's own path, in a course or not."""
    text = GLOSSARY.replace("also:", "alos:")
    expected = ["glossary.yaml:4:24 unknown-key: unknown key 'alos'; did you mean 'also'?"]
    assert found(course, text) == expected
    assert found(course, text, "glossary.yaml") == expected
    (course / "course.yaml").unlink()
    assert found(course, text, "glossary.yaml") == expected
