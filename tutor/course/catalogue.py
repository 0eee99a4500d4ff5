"""The catalogue of the built-in checks: what `checks` generates for whoever must not import it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from tutor import paths
from tutor.errors import TutorError

__all__ = [
    "OWN_CODES",
    "SAYS",
    "TEXT_ONLY",
    "Schema",
    "builtin_checks",
    "codes",
    "open_entry",
    "text_only_checks",
]

Schema: TypeAlias = dict[str, Any]

_Form = TypeVar("_Form")

SAYS: Final = "says"
"""The parameter of every check that has an author's text for a code."""

TEXT_ONLY: Final = "x-text-only"
"""The catalogue's keyword for a check that reads the answer's text and looks at no world."""

OWN_CODES: Final = "x-codes"
"""The catalogue's keyword for codes that a check gives beside the built-in ones."""


@functools.cache
def builtin_checks() -> dict[str, Schema]:
    """The schema of an entry of each built-in check, by name. Do not change it.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    return _generated(paths.catalog_file(), dict[str, Schema])


@functools.cache
def codes() -> dict[str, str]:
    """Every code that a finding can carry, with its meaning. Do not change it.

    Raises:
        TutorError: the list is missing or broken.
    """
    return _generated(paths.codes_file(), dict[str, str])


def _generated(path: Path, form: type[_Form]) -> _Form:
    """What a file holds that `checks` generates for whoever must not import it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except (OSError, msgspec.MsgspecError) as error:
        raise TutorError(f"the catalogue of checks cannot be read: {path}: {error}") from error


def text_only_checks() -> frozenset[str]:
    """The built-in checks that read the answer's text and look at no world.

    Raises:
        TutorError: the catalogue of checks is missing or broken.
    """
    return frozenset(name for name, entry in builtin_checks().items() if entry.get(TEXT_ONLY))


def open_entry(name: str) -> Schema:
    """The schema of an entry whose check is known by its name alone: any parameter will do."""
    text = {"type": "string"}
    return {
        "title": name,
        "description": "A check of this course.",
        "type": "object",
        "properties": {
            name: {"anyOf": [text, {"type": "array", "items": text}]},
            "weight": {"type": "number", "exclusiveMinimum": 0},
            SAYS: {"type": "object", "additionalProperties": text},
        },
        "required": [name],
        OWN_CODES: None,
    }
