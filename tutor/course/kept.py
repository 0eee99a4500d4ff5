"""Lessons that were read before, kept by what their files hold, so that a course opens at once.

Reading a lesson file takes milliseconds, and a course may have a thousand. What came of it depends
on nothing but the file's content, the course's own checks and the program that reads: so it is kept
by a digest of the content, and all of it is dropped when the program or the checks are others. No
time stamp of a lesson file decides anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tutor import __version__, paths
from tutor.course.custom import CustomChecks
from tutor.course.model import Lesson
from tutor.course.problems import Problem
from tutor.course.programs import checks_of, with_checks
from tutor.course.source import At
from tutor.writing import write_whole

__all__ = ["Kept", "KeptLesson"]

_FORM = 1
"""Changes whenever what is kept has another form."""

_MOST_BYTES = 200_000_000


class KeptLesson(msgspec.Struct, frozen=True, kw_only=True):
    """What reading one lesson file gave, without the file's path.

    Attributes:
        lesson: None where there are problems.
        id: the lesson's id, where one can be read.
        id_at: the position of its id.
        requires: the ids it requires and their positions.
        problems: each as line, column, message and code.
    """

    lesson: Lesson | None
    id: str
    id_at: At
    requires: tuple[tuple[str, At], ...]
    problems: tuple[tuple[int, int, str, str], ...]

    def problems_in(self, path: Path) -> tuple[Problem, ...]:
        """The problems, in that file."""
        return tuple(Problem(path, *one) for one in self.problems)


class _Shelf(msgspec.Struct, frozen=True):
    """The file's content: lessons stay undecoded until they are asked for."""

    key: bytes
    lessons: dict[bytes, msgspec.Raw]


class Kept:
    """The kept lessons of one course's directory. Whatever is wrong with them, they are just gone.

    Args:
        directory: the course's, or another name for it that stays when it moves.
        custom: the course's own checks, where it has any.
    """

    def __init__(self, directory: Path, custom: CustomChecks | None) -> None:
        name = hashlib.sha256(str(directory.resolve()).encode("utf-8", "surrogateescape"))
        self._path = paths.cache_dir() / "lessons" / f"{name.hexdigest()[:32]}.msgpack"
        self._key = _key(custom)
        self._custom = custom
        self._known = self._load()
        self._used: dict[bytes, msgspec.Raw] = {}
        self._new = False

    def find(self, data: bytes) -> KeptLesson | None:
        """What reading a file that holds this gave, or None."""
        digest = _digest(data)
        raw = self._known.get(digest)
        if raw is None:
            return None
        try:
            found = msgspec.msgpack.decode(raw, type=KeptLesson)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        self._used[digest] = raw
        if found.lesson is None or self._custom is None:
            return found
        return msgspec.structs.replace(found, lesson=_linked(found.lesson, self._custom))

    def keep(self, data: bytes, read: KeptLesson) -> None:
        """Keep what reading a file that holds this gave, if it can be kept."""
        if read.lesson is not None:
            uses = [use for exercise in read.lesson.exercises for use in checks_of(exercise)]
            if any(use.unread is not None for use in uses):
                return  # what it means is not known yet
            if any(use.custom is not None for use in uses):
                read = msgspec.structs.replace(read, lesson=_linked(read.lesson, None))
        with contextlib.suppress(OverflowError, ValueError, TypeError):  # a number of 30 digits
            self._used[_digest(data)] = msgspec.Raw(msgspec.msgpack.encode(read))
            self._new = True

    def save(self) -> None:
        """Write what was found or kept since; where that cannot be done, it does not matter."""
        if not self._new and len(self._used) == len(self._known):
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._path, msgspec.msgpack.encode(_Shelf(self._key, self._used)))

    def _load(self) -> dict[bytes, msgspec.Raw]:
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return {}
            shelf = msgspec.msgpack.decode(self._path.read_bytes(), type=_Shelf)
        except (OSError, msgspec.MsgspecError, ValueError):
            return {}
        return shelf.lessons if shelf.key == self._key else {}


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _key(custom: CustomChecks | None) -> bytes:
    """What else decides how a text is read: the program, the catalogue, the course's own checks."""
    program = [
        (path.name, path.stat().st_mtime_ns, path.stat().st_size)
        for path in (*sorted(Path(__file__).parent.glob("*.py")), *_catalogue())
    ]
    own = None if custom is None else (custom.text, custom.schemas, bool(custom.problems))
    known = (_FORM, __version__, sys.version_info[:3], program, own)
    return hashlib.sha256(msgspec.json.encode(known)).digest()


def _catalogue() -> Iterator[Path]:
    yield from (path for path in (paths.catalog_file(), paths.codes_file()) if path.is_file())


def _linked(lesson: Lesson, custom: CustomChecks | None) -> Lesson:
    """The lesson, its entries for the course's own checks linked to these, or to none."""
    own = () if custom is None else custom.schemas
    exercises = [
        with_checks(
            exercise,
            [
                msgspec.structs.replace(use, custom=custom if use.check in own else None)
                for use in checks_of(exercise)
            ],
        )
        for exercise in lesson.exercises
    ]
    return msgspec.structs.replace(lesson, exercises=tuple(exercises))
