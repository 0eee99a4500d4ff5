"""The prompt where a terminal can only print lines, or shows only what is typed."""

from __future__ import annotations

import sys

from tutor.repl.cells import is_complete
from tutor.repl.lines import LineReader

__all__ = ["PlainPrompt"]


class PlainPrompt:
    """Asks for cells line by line, with Python's prompts and without escape codes."""

    def __init__(self) -> None:
        self._lines = LineReader()
        # A stdout that goes to a file is for the cells' output alone.
        self._out = sys.stdout if sys.stdout.isatty() else sys.stderr

    async def cell(self) -> str:
        """What was typed.

        Raises:
            EOFError: Ctrl+D.
            KeyboardInterrupt: Ctrl+C.
        """
        text = await self._ask(">>> ")
        while not is_complete(text):
            text += "\n" + await self._ask("... ")
        return text

    def interrupt(self) -> None:
        """Let the waiting `cell` raise KeyboardInterrupt."""
        self._lines.interrupt()

    async def _ask(self, prompt: str) -> str:
        self._out.write(prompt)
        self._out.flush()
        return await self._lines.line()
