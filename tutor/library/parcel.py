"""Writing the files of a stranger's course: what is unsafe is refused, the rest has bounds.

Only what the tutor reads is kept: lesson files, the course's own checks, the licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import msgspec

from tutor.course.custom import CUSTOM_FILE
from tutor.course.directory import COURSE_FILE, LESSON_SUFFIXES
from tutor.course.source import MAX_BYTES
from tutor.course.wording import quoted
from tutor.errors import UsageError

__all__ = ["Fetched", "Parcel", "course_root", "is_wanted", "vetted"]

MOST_FILES = 5_000
MOST_BYTES = 100_000_000
_DEEPEST = 10
_COURSE_DEPTH = 3
_LEGAL = re.compile(r"(licen[cs]e|copying|readme)(\..{1,10})?", re.IGNORECASE)


class Fetched(msgspec.Struct, frozen=True):
    """What came of fetching a course.

    Attributes:
        version: names its content: a commit, or a digest.
        left_out: files that were not kept although they may matter, each with the reason.
    """

    version: str
    left_out: tuple[str, ...] = ()


def vetted(name: str) -> PurePosixPath:
    """The path that a file of a course says it has.

    Raises:
        UsageError: it could lead out of the directory, or means another thing elsewhere.
    """
    path = PurePosixPath(name)
    unsafe = (
        name.startswith("/")
        or ".." in path.parts
        or any(character in name for character in "\\:\0")
        or not path.parts
        or len(path.parts) > _DEEPEST
        or any(len(part) > 200 for part in path.parts)
    )
    if unsafe:
        raise UsageError(f"it holds a file with an unsafe name, {quoted(name)}: nothing was kept")
    return path


def is_wanted(path: PurePosixPath) -> bool:
    """Whether the tutor reads such a file; none that is hidden or in a hidden directory."""
    if any(part.startswith((".", "-")) for part in path.parts) or not str(path).isprintable():
        return False
    suffix, name = path.suffix, path.name
    return suffix in LESSON_SUFFIXES or name == CUSTOM_FILE or bool(_LEGAL.fullmatch(name))


class Parcel:
    """Writes files below a directory, up to a number and a size.

    Attributes:
        left_out: as `Fetched` has it.
    """

    def __init__(self, into: Path) -> None:
        self.left_out: list[str] = []
        self._into = into
        self._files = 0
        self._bytes = 0

    def leave_out(self, path: PurePosixPath, reason: str) -> None:
        """Note a file that is not kept."""
        self.left_out.append(f"{path}: {reason}")

    def write(self, path: PurePosixPath, chunks: Iterable[bytes]) -> None:
        """Write one file, from as many chunks as it may have.

        Raises:
            UsageError: there are too many files, too many bytes, or two of that name.
            OSError: it cannot be written.
        """
        self._files += 1
        if self._files > MOST_FILES:
            raise UsageError(f"it holds more than {MOST_FILES:,} files: nothing was kept")
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) > MAX_BYTES:
                self.leave_out(path, f"larger than {MAX_BYTES // 1_000_000} MB")
                return
        self._bytes += len(data)
        if self._bytes > MOST_BYTES:
            raise UsageError(
                f"it holds more than {MOST_BYTES // 1_000_000} MB of lessons: nothing was kept"
            )
        target = self._into / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(data)
        except FileExistsError:
            message = f"it holds {quoted(str(path))} twice: nothing was kept"
            raise UsageError(message) from None


def course_root(directory: Path) -> Path:
    """Where the one course below `directory` is: there, or a few directories down.

    Raises:
        UsageError: there is none, or more than one.
    """
    if (directory / COURSE_FILE).is_file():
        return directory
    levels = ["/".join("*" * depth) for depth in range(1, _COURSE_DEPTH + 1)]
    found = [one for level in levels for one in directory.glob(f"{level}/{COURSE_FILE}")]
    if len(found) == 1:
        return found[0].parent
    if not found:
        raise UsageError(f"no course is in it: it holds no {COURSE_FILE}")
    names = ", ".join(sorted(str(one.parent.relative_to(directory)) for one in found)[:5])
    raise UsageError(f"it holds {len(found)} courses ({names}): only one can be added at a time")
