"""Hearing what code prints, in the process that runs it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from checks.plain import plain_text

__all__ = ["Ear", "Heard", "listening"]

_MOST_TEXT = 100_000


class Ear:
    """A text stream that remembers the beginning of what is written, and passes all of it on.

    Attributes:
        deaf: what is written now is displayed by the interpreter, not printed by the code.
    """

    def __init__(self, stream: Any = None) -> None:
        self._stream = stream
        self._parts: list[str] = []
        self._shown: list[str] = []
        self._room = _MOST_TEXT
        self.deaf = False

    @property
    def text(self) -> str:
        """What was printed, without control characters, bounded."""
        return plain_text("".join(self._parts), _MOST_TEXT)

    @property
    def shown(self) -> str:
        """What was written while it was deaf: displayed, not printed."""
        return plain_text("".join(self._shown), _MOST_TEXT)

    def write(self, text: str) -> int:
        """Remember and pass on."""
        if type(text) is str and self._room > 0:
            (self._shown if self.deaf else self._parts).append(text[: self._room])
            self._room -= len(text)
        if self._stream is None:
            return len(text)
        written: int = self._stream.write(text)
        return written

    def writelines(self, lines: Any) -> None:
        """Each of them."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Pass it on."""
        if self._stream is not None:
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__.get("_stream") or sys.__stdout__, name)


class Heard(msgspec.Struct):
    """What was heard while an answer ran.

    Attributes:
        printed: the beginning of what went to stdout through Python.
        shown: the beginning of what was shown because the last line is an expression.
    """

    printed: str = ""
    shown: str = ""


@contextlib.contextmanager
def listening() -> Iterator[Heard]:
    """Hear what is printed inside of the block; all of it is shown as ever."""
    heard = Heard()
    before, display = sys.stdout, sys.displayhook
    ear: Any = Ear(before)

    def displayed(value: Any) -> None:
        ear.deaf = True
        try:
            display(value)
        finally:
            ear.deaf = False

    sys.stdout, sys.displayhook = ear, displayed
    try:
        yield heard
    finally:
        # The code may have put others there, on purpose, or taken them away.
        if getattr(sys, "stdout", None) is ear:
            sys.stdout = before
        if getattr(sys, "displayhook", None) is displayed:
            sys.displayhook = display
        with contextlib.suppress(Exception):  # or laid hands on the ear
            heard.printed, heard.shown = ear.text, ear.shown
