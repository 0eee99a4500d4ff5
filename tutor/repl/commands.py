"""What can be typed besides Python: ``%help``, ``%undo``, ``%restart``, ``%quit``."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from tutor.course.wording import hint

__all__ = ["HELP", "Command", "cells_to_undo", "command", "complaint"]

Command: TypeAlias = Literal["help", "undo", "restart", "quit"]

_NAMES: dict[str, Command] = {
    "%help": "help",
    "%undo": "undo",
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
  %undo 2    takes the last two cells back; %undo alone, the last one
  %restart   begins afresh: every name that you defined is gone
  %quit      leaves, like exit()

If a cell crashes the interpreter, the session is as it was before that cell."""

_UNDO = re.compile(r"%undo(?:\s+(\d{1,6}))?")


def command(text: str) -> Command | None:
    """The command that `text` is; None for Python."""
    return "undo" if _UNDO.fullmatch(text.strip()) else _NAMES.get(text.strip())


def cells_to_undo(text: str) -> int:
    """How many cells an ``%undo`` takes back."""
    match = _UNDO.fullmatch(text.strip())
    return int(match[1]) if match is not None and match[1] else 1


def complaint(text: str) -> str | None:
    """What to say to something that looks like a command and is none; None for Python."""
    word = text.strip()
    if not word.startswith("%") or "\n" in word or command(word) is not None:
        return None
    if word.split()[0] == "%undo":
        return "%undo takes a number of cells: %undo 2"
    known = [name for name in _NAMES if name.startswith("%")]
    return f"There is no command {word!r}{hint(word, known, otherwise='; %help lists them')}"
