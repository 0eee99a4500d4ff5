"""``tutor schema``: the JSON Schema of a course's files, for editors."""

from __future__ import annotations

from typing import Final

from tutor.authoring.editor_schema import (
    course_schema_text,
    glossary_schema_text,
    lesson_schema_text,
    topics_schema_text,
)
from tutor.commands.output import show

__all__ = ["OF", "run"]

_TEXTS: Final = {
    "lesson": lesson_schema_text,
    "course": course_schema_text,
    "topics": topics_schema_text,
    "glossary": glossary_schema_text,
}

OF: Final = tuple(_TEXTS)
"""What there is a schema of."""


def run(of: str) -> int:
    """Print the schema.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    show(_TEXTS[of]().rstrip("\n"))
    return 0
