"""Reading answers from files and from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

__all__ = ["Answer", "UnreadableAnswer", "read_answers"]

_LONGEST = 1_000_000  # bytes: far beyond any answer, and an end to /dev/zero


class Answer(msgspec.Struct, frozen=True):
    """An answer to judge.

    Attributes:
        name: the file as it was given.
    """

    name: str
    text: str


class UnreadableAnswer(msgspec.Struct, frozen=True):
    """A file that holds no answer, and why."""

    name: str
    reason: str


def read_answers(names: list[str]) -> list[Answer | UnreadableAnswer]:
    """The answers in the order of their names, which may repeat; ``-`` is standard input."""
    read: dict[str, Answer | UnreadableAnswer] = {}
    for name in names:
        if name not in read:
            read[name] = _read(name)
    return [read[name] for name in names]


def _read(name: str) -> Answer | UnreadableAnswer:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_LONGEST + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        return UnreadableAnswer(name, getattr(error, "strerror", None) or str(error))
    if len(content) > _LONGEST:
        return UnreadableAnswer(name, f"longer than {_LONGEST:,} bytes: no answer is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return UnreadableAnswer(name, f"not UTF-8 text (byte {error.start + 1})")
    return Answer(name, text.replace("\r\n", "\n"))
