"""What the tutor's REPL shows for code that stands in a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.engine.results import Stream
    from tutor.engine.session import Session

__all__ = ["BLOCK", "shown_by"]

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
"""A fenced block: its language and its lines."""


async def shown_by(session: Session, code: str) -> str:
    """What the tutor's REPL shows for a cell: what it printed, or its error's last line."""
    printed: list[str] = []

    def note(_: Stream, text: str) -> None:
        printed.append(text)

    result = await session.run(code, on_output=note)
    if result.error is not None:
        printed.append(f"{result.error.type}: {result.error.message}\n")
    return "".join(printed)
