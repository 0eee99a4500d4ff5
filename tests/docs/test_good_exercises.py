"""docs/good-exercises.md: exercises are as weak, and once mended as strong, as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walkthrough import Walk, steps

PAGE = "good-exercises.md"


@pytest.mark.timeout(900)  # two reports on six exercises, with real engines
def test_the_page_shows_what_verify_says(tmp_path: Path) -> None:
    """First all exercises as they stand, then all of them mended."""
    walk = Walk(tmp_path)
    page = steps(PAGE)
    for language, text in page:
        if language == "yaml":
            walk.take(language, text)
    report = walk.run("tutor verify weak.yaml --seed 1")
    for text in (text for language, text in page if language == "text"):
        assert text.rstrip("\n") in report, report
    for language, text in page:
        if language in {"diff", "console"}:
            walk.take(language, text)
    assert "strength 100%" in page[-1][1]
