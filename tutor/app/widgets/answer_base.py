"""What all places for an answer have in common, from outside."""

from __future__ import annotations

from textual.containers import Vertical
from textual.message import Message

__all__ = ["AnswerPane"]


class AnswerPane(Vertical):
    """An answer as text: code, a prediction, numbers of options."""

    class Changed(Message):
        """The answer is another one now."""

    class Submitted(Message):
        """The learner wants it checked."""

    @property
    def answer(self) -> str:
        """The answer as it stands."""
        return ""

    def load(self, text: str) -> None:
        """Put a kept answer in."""

    def replace(self, text: str) -> None:
        """Put another answer in, as a change that can be undone where the kind has undo."""
        self.load(text)

    def focus_here(self) -> None:
        """Take the keyboard."""
