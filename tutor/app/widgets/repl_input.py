"""The line in which one types to the REPL: history, and more lines where Python wants them."""

from __future__ import annotations

import codeop
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tutor.app.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events

__all__ = ["ReplInput", "is_complete"]

_MAX_HISTORY = 500


class ReplInput(CodeEditor):
    """Enter runs what is complete; up and down go through what was typed before."""

    history_lines: ClassVar[list[str]] = []
    """Shared by all REPLs of this run of the app."""

    class Submitted(Message):
        """A complete piece of code was entered."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("", id=id, numbers=False)
        self._at = len(self.history_lines)
        self._unsent = ""
        self._given_back = ""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self.cursor_at_end_of_text and is_complete(self.text):
            event.stop()
            event.prevent_default()
            if self.text.strip():
                self.post_message(self.Submitted(self.text.rstrip()))
                self.load_text("")  # at once: what is typed next is the next piece of code
                self._given_back = ""

    @classmethod
    def remember(cls, pieces: Iterable[str]) -> None:
        """Put code at the end of the history, as if it had been typed."""
        for code in pieces:
            if code and cls.history_lines[-1:] != [code]:
                cls.history_lines.append(code)
        del cls.history_lines[:-_MAX_HISTORY]

    def forget_place(self) -> None:
        """The history is another one: begin at its end."""
        self._at = len(self.history_lines)
        self._unsent = ""

    def accept(self, code: str) -> None:
        """What was submitted runs: remember it."""
        self.remember([code])
        self.forget_place()

    def give_back(self, code: str) -> None:
        """What was submitted cannot run now: it stands here again, before what was typed since."""
        since = self.text
        if self._given_back and since.startswith(self._given_back):  # this was submitted earlier
            since = since.removeprefix(self._given_back).removeprefix("\n")
            code = f"{self._given_back}\n{code}"
        self._given_back = code
        self.load_text(f"{code}\n{since}" if since else code)
        self.move_cursor(self.document.end)

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """Up: in the first line, the entry before."""
        if select or not self.cursor_at_first_line:
            super().action_cursor_up(select)
        elif self._at > 0:
            if self._at == len(self.history_lines):
                self._unsent = self.text
            self._recall(self._at - 1)

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """Down: in the last line, the entry after."""
        if select or not self.cursor_at_last_line:
            super().action_cursor_down(select)
        elif self._at < len(self.history_lines):
            self._recall(self._at + 1)

    def _recall(self, at: int) -> None:
        self._at = at
        self.load_text(self.history_lines[at] if at < len(self.history_lines) else self._unsent)
        self.move_cursor(self.document.end)


def is_complete(code: str) -> bool:
    """Whether enter should run this: it is whole, or wrong; an empty line ends a block."""
    try:
        if codeop.compile_command(code, symbol="exec") is None:
            return False
    except (SyntaxError, ValueError, OverflowError):
        return True
    last = code.rpartition("\n")[2]
    return "\n" not in code or not last.strip() or not last[0].isspace()
