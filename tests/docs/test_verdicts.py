"""docs/verdicts.md: what the app says today is what the page shows."""

from __future__ import annotations

import difflib
from pathlib import Path

from tutor.app.verdict_page import page

DOCS = Path(__file__).parents[2] / "docs"


async def test_the_page_shows_what_the_app_says() -> None:
    """Every verdict on the page is the one that the answer gets; `make verdicts` writes it anew."""
    written = (DOCS / "verdicts.md").read_text(encoding="utf-8")
    shown = await page(DOCS / "verdicts.yaml")
    difference = difflib.unified_diff(
        written.splitlines(), shown.splitlines(), "docs/verdicts.md", "what the app says", n=8
    )
    assert shown == written, "\n".join(difference)


def test_there_are_thirty() -> None:
    """The page shows at least thirty verdicts."""
    written = (DOCS / "verdicts.md").read_text(encoding="utf-8")
    assert written.count("\n## ") >= 30
