"""The prompt in a real terminal: prompt-toolkit with highlighting, history and Python's Enter."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.python import PythonLexer

from tutor.paths import data_dir
from tutor.repl.cells import is_complete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from prompt_toolkit.document import Document
    from prompt_toolkit.key_binding import KeyPressEvent

__all__ = ["Prompt"]

_INDENT = "    "
_LEAVES_BLOCK = {"return", "pass", "break", "continue", "raise"}


class Prompt:
    """Asks for cells.

    Args:
        tell: how to say that the history cannot be kept.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._session: PromptSession[str] = PromptSession(
            ">>> ",
            multiline=True,
            prompt_continuation="... ",
            lexer=PygmentsLexer(PythonLexer),
            history=_History(data_dir() / "repl_history", tell),
            key_bindings=_bindings(),
            include_default_pygments_style=True,
        )

    async def cell(self) -> str:
        """What was typed.

        Raises:
            EOFError: Ctrl+D.
            KeyboardInterrupt: Ctrl+C.
        """
        # Ctrl+C is a key here. A SIGINT from elsewhere comes to `interrupt`: prompt-toolkit's own
        # handling would remove the REPL's handler each time.
        return await self._session.prompt_async(handle_sigint=False)

    def interrupt(self) -> None:
        """Let the waiting `cell` raise KeyboardInterrupt."""
        if self._session.app.is_running:
            self._session.app.exit(exception=KeyboardInterrupt())


class _History(FileHistory):
    """A history that goes on in memory when its file cannot be used, and says so once."""

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        super().__init__(path)
        self._path = path
        self._tell = tell
        self._told = False
        self._loop = asyncio.get_running_loop()

    def load_history_strings(self) -> Iterable[str]:
        try:
            yield from super().load_history_strings()
        except OSError as error:
            self._lost(error)

    def store_string(self, string: str) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            super().store_string(string)
        except (OSError, UnicodeError) as error:
            self._lost(error)

    def _lost(self, error: OSError | UnicodeError) -> None:
        if not self._told:
            self._told = True
            reason = getattr(error, "strerror", None) or error
            self._tell(f"[The history cannot be kept in {self._path}: {reason}]")


def _bindings() -> KeyBindings:
    bindings = KeyBindings()
    editing = has_focus(DEFAULT_BUFFER)
    bindings.add("enter", filter=editing)(_enter)
    bindings.add("escape", "enter", filter=editing)(_new_line)
    bindings.add("tab", filter=editing)(_tab)
    bindings.add("backspace", filter=editing)(_backspace)
    return bindings


def _enter(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    if _on_last_line(buffer.document) and is_complete(buffer.text):
        buffer.validate_and_handle()
        return
    # More keys in the same read: a paste by a terminal that does not mark pastes. It brings its
    # own indentation.
    pasted = bool(event.app.key_processor.input_queue)
    buffer.insert_text("\n" + ("" if pasted else _indentation(buffer.document)))


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text("\n" + _indentation(event.current_buffer.document))


def _tab(event: KeyPressEvent) -> None:
    column = event.current_buffer.document.cursor_position_col
    event.current_buffer.insert_text(" " * (len(_INDENT) - column % len(_INDENT)))


def _backspace(event: KeyPressEvent) -> None:
    """Take back one level of indentation at once."""
    before = event.current_buffer.document.current_line_before_cursor
    count = 1
    if before and not before.strip():
        count = (len(before) - 1) % len(_INDENT) + 1
    event.current_buffer.delete_before_cursor(count)


def _on_last_line(document: Document) -> bool:
    return "\n" not in document.text_after_cursor.rstrip()


def _indentation(document: Document) -> str:
    """How the line after the cursor's begins."""
    line = document.current_line_before_cursor
    indent = line[: len(line) - len(line.lstrip())]
    code = line.split("#", maxsplit=1)[0].strip()
    if code.endswith(":"):
        return indent + _INDENT
    if code.split(maxsplit=1)[:1] and code.split(maxsplit=1)[0] in _LEAVES_BLOCK:
        return indent.removesuffix(_INDENT)
    return indent
