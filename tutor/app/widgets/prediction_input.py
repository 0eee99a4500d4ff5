"""The line for a prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tutor.app.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from textual import events

__all__ = ["PredictionInput"]


class PredictionInput(CodeEditor):
    """Enter checks; where printed lines are predicted, it begins a new line."""

    class Submitted(Message):
        """The learner wants the prediction checked."""

    def __init__(self, *, many_lines: bool, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("", id=id, numbers=False)
        self._many_lines = many_lines

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not self._many_lines:
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())

    def new_line(self) -> None:
        """Printed lines are not indented."""
        self._replace_via_keyboard("\n", *self.selection)
