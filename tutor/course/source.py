"""A file's text, with positions that an editor would show."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

import msgspec

from tutor.course.problems import Problem

__all__ = [
    "MAX_BYTES",
    "At",
    "Report",
    "Source",
    "decoded",
    "read_bytes",
    "read_source",
    "refusal",
]

MAX_BYTES = 1_000_000
_MAX_PROBLEMS = 200

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# What YAML cannot hold, and the separators that YAML takes for line breaks but no editor does.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


class At(NamedTuple):
    """A position in a file; both counted from 1."""

    line: int
    column: int


class Report:
    """Collects the problems of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._problems: list[Problem] = []

    def add(self, at: At, message: str, code: str = "schema") -> None:
        """Take down one problem; `code` names the rule that it breaks."""
        if not self.full:
            self._problems.append(Problem(self.path, at.line, at.column, message, code))

    def extend(self, other: Report) -> None:
        """Take over the problems of another report on the same file."""
        self._problems += other.problems

    @property
    def full(self) -> bool:
        """Whether so many were found that more would help nobody; no further one is taken."""
        return len(self._problems) >= _MAX_PROBLEMS

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem once, by position."""
        return tuple(sorted(set(self._problems)))

    def __bool__(self) -> bool:
        return bool(self._problems)


class Source(msgspec.Struct, frozen=True):
    """The text of one file.

    Attributes:
        starts: for each line, the index of its first character.
    """

    path: Path
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, text: str) -> Source:
        """The source of a text that stands in `path`."""
        return cls(path, text, (0, *(found.end() for found in _LINE_BREAK.finditer(text))))

    def at(self, index: int) -> At:
        """The position of the character at `index`; the end of the text at most."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self.starts, index)
        return At(line, index - self.starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The line of that number, from 1, without its end; empty past the last."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")


def refusal(path: Path, within: Path) -> str:
    """Why a file of a course is not opened, or an empty text.

    A course may be a stranger's. A pipe or a device would never end, and a symbolic link would
    have files read that are none of its business. Whoever gets the course as a zip file or from
    git would not get what it links to, either.

    Args:
        path: the file; one that is not there is not refused.
        within: the course's directory, where links may lead.
    """
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(within.resolve()):
            return "it is a symbolic link that leads out of the course: put a copy in its place"
        if path.exists() and not path.is_file():
            return "it is no regular file"
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        return f"it cannot be looked at: {getattr(error, 'strerror', None) or error}"
    return ""


def read_source(path: Path, report: Report) -> Source | None:
    """The file's text, or None with the reason in `report`."""
    data = read_bytes(path, report)
    return None if data is None else decoded(path, data, report)


def read_bytes(path: Path, report: Report) -> bytes | None:
    """What the file holds, or None with the reason in `report`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        report.add(At(1, 1), f"the file cannot be read: {error.strerror or error}", "unreadable")
        return None
    except ValueError as error:  # a NUL in the path
        report.add(At(1, 1), f"the file cannot be read: {error}", "unreadable")
        return None
    if len(data) > MAX_BYTES:
        report.add(At(1, 1), f"the file is larger than {MAX_BYTES // 1_000_000} MB", "too-large")
        return None
    return data


def decoded(path: Path, data: bytes, report: Report) -> Source | None:
    """The text in `data`, which `path` holds, or None with the reason in `report`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.add(At(1, 1), "the file is UTF-16: save it as UTF-8", "encoding")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = Source.of(path, error.object[: error.start].decode("utf-8", "replace"))
        byte = error.object[error.start]
        report.add(
            before.at(len(before.text)),
            f"byte 0x{byte:02x} is not UTF-8: save the file as UTF-8",
            "encoding",
        )
        return None
    source = Source.of(path, text)
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        code = ord(forbidden.group())
        report.add(
            source.at(forbidden.start()),
            f"the invisible character U+{code:04X} cannot stand here: delete it",
            "invisible-character",
        )
        return None
    return source
