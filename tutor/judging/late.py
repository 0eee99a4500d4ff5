"""What is imported late, so that no answer's time is spent on it."""

from __future__ import annotations

import msgspec

from tutor.judging.assignment import Assignment

__all__ = ["needs_late_imports"]

_WORDS = (b"optim", b"DataLoader", b"lr_scheduler")
"""What programs say that use it: the first optimizer imports some eight hundred modules."""


def needs_late_imports(judged: Assignment | str) -> bool:
    """Whether an answer, or what an assignment runs, uses an optimizer or a loader."""
    text = judged.encode() if isinstance(judged, str) else msgspec.json.encode(judged)
    return any(word in text for word in _WORDS)
