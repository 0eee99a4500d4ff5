"""What can be typed besides Python: ``%help``, ``%restart``, ``%quit``."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tutor.course.wording import hint

__all__ = ["HELP", "Command", "command", "complaint"]

Command: TypeAlias = Literal["help", "restart", "quit"]

_NAMES: dict[str, Command] = {
    "%help": "help",
    "%restart": "restart",
    "%quit": "quit",
    # What people type who know Python's own prompt.
    "exit": "quit",
    "exit()": "quit",
    "quit": "quit",
    "quit()": "quit",
}

HELP = """\
Type Python; torch is imported. The value of a last expression is shown.

  Enter      runs a complete statement; a blank line ends a block
  Alt+Enter  always begins a new line
  Up, Down   go through what you typed before; Ctrl+R searches it
  Ctrl+C     stops a running cell, or clears what you are typing
  Ctrl+D     leaves, on an empty line

  %help      shows this
  %restart   begins afresh: every name that you defined is gone
  %quit      leaves, like exit()

If a cell crashes the interpreter, the work of the cells before it is kept
where that is possible."""


def command(text: str) -> Command | None:
    """The command that `text` is; None for Python."""
    return _NAMES.get(text.strip())


def complaint(text: str) -> str | None:
    """What to say to something that looks like a command and is none; None for Python."""
    word = text.strip()
    if not word.startswith("%") or "\n" in word or word in _NAMES:
        return None
    known = [name for name in _NAMES if name.startswith("%")]
    return f"There is no command {word!r}{hint(word, known, otherwise='; %help lists them')}"
