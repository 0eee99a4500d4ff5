"""docs/first-lesson.md is followed step by step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walkthrough import Walk, steps

PAGE = "first-lesson.md"


@pytest.mark.timeout(900)  # a whole authoring session, with real engines
def test_the_tutorial_goes_as_it_says(tmp_path: Path) -> None:
    """Every file is written, every command run, every output is the one on the page."""
    walk = Walk(tmp_path)
    for language, text in steps(PAGE):
        walk.take(language, text)
    assert (tmp_path / "handout" / "moving-averages.ipynb").is_file()


def test_the_tutorial_shows_every_command_of_an_author() -> None:
    """And ends with checks that notice everything."""
    shown = "".join(text for language, text in steps(PAGE) if language == "console")
    for command in ("new", "lint", "verify", "preview", "check", "export"):
        assert f"$ tutor {command} " in shown
    assert shown.rindex("strength 100%") > shown.rindex("unnoticed, strength 83%")
