"""What is imported late, so that no answer's time is spent on it."""

from __future__ import annotations

import msgspec

from tutor.engine.client import Engine
from tutor.judging.assignment import Assignment

__all__ = ["late_imports", "needs_late_imports"]

_WORDS = (b"optim", b"DataLoader", b"lr_scheduler")
"""What programs say that use it: the first optimizer imports some eight hundred modules."""


async def late_imports(engine: Engine, *judged: Assignment | str) -> None:
    """Wait until they are done, where they are not yet and something of that uses them."""
    if engine.warming and not engine.warm.is_set() and any(map(needs_late_imports, judged)):
        await engine.late_imports()


def needs_late_imports(judged: Assignment | str) -> bool:
    """Whether code, or what an assignment runs, uses an optimizer or a loader."""
    text = judged.encode() if isinstance(judged, str) else msgspec.json.encode(judged)
    return any(word in text for word in _WORDS)
