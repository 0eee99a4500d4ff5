from __future__ import annotations

import pytest

from tutor.course.wording import hint, nearest, quoted

KEYS = ["id", "kind", "prompt", "hints", "any_dtype"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hint", "hints"),
        ("Prompt", "prompt"),
        ("any-dtype", "any_dtype"),
        ("anydtype", "any_dtype"),
        ("xyzzy", None),
        ("", None),
        ("hints" * 100_000, None),
    ],
)
def test_the_nearest_name(written: str, meant: str | None) -> None:
    """Case, hyphens and small slips are forgiven; something else is not guessed at."""
    assert nearest(written, KEYS) == meant


def test_a_hint_ends_a_message() -> None:
    """Where nothing is near, the other ending is taken."""
    assert hint("knid", KEYS) == "; did you mean 'kind'?"
    assert hint("xyzzy", KEYS, otherwise="; nothing") == "; nothing"


def test_quoted_text_is_short_and_harmless() -> None:
    """A value in a message takes one line and cannot drive the terminal."""
    assert quoted("a\n b") == "'a b'"
    assert quoted("\x1b[31m") == "'\\u001b[31m'"
    assert len(quoted("x" * 1000)) == 42
