from __future__ import annotations

import re
from typing import Any, get_args

import msgspec
import pytest

from tutor.authoring.lint.pieces import TEXTS
from tutor.course.model import Exercise, Lesson, Mistake, Option

# For authors, not for learners.
NOT_TEXT = {"id", "kind", "ask", "requires", "format", "equivalent", "teaches"}


def texts(kind: type) -> set[str]:
    """The keys of a model class that hold text, or things that hold text."""
    fields = msgspec.structs.fields(kind)
    return {field.name for field in fields if re.search("str|tuple", str(field.type))}


@pytest.mark.parametrize("kind", [Lesson, *get_args(Exercise)])
def test_every_text_of_the_format_is_looked_at(kind: Any) -> None:
    """Whoever adds a key to the model says here what it is."""
    name = str(kind.__struct_config__.tag or "lesson")
    assert texts(kind) - NOT_TEXT - {"exercises"} == set(TEXTS[name])


@pytest.mark.parametrize(
    ("kind", "where", "key"), [(Mistake, "code", "mistakes"), (Option, "choice", "options")]
)
def test_every_text_in_a_list_is_looked_at(kind: Any, where: str, key: str) -> None:
    """Of mistakes and options as well."""
    (inner,) = TEXTS[where][key]
    assert texts(kind) - NOT_TEXT == set(inner)
