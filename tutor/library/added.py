"""The courses that were added: one directory each, with a note of where it came from."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tutor import paths
from tutor.course.directory import glance_at_directory, read_directory
from tutor.course.model import Course, Slug
from tutor.course.version import versions
from tutor.errors import LibraryError, NotFoundError
from tutor.library.origin import FromDirectory, FromGit, FromPackage, FromZip
from tutor.library.packages import locate
from tutor.writing import write_whole

__all__ = [
    "Added",
    "added",
    "added_course",
    "drop_leftovers",
    "explained",
    "glance_at_added",
    "locked",
    "note",
    "place",
    "read_added",
    "staging",
]

_NOTE = "added.json"
_STAGING = ".new-"
_BUSY_SECONDS = 60.0
_DAY = 24 * 60 * 60


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """One added course.

    Attributes:
        id: by which progress is kept, and under which lessons are found.
        origin: where it came from.
        title: as it was when the course was read last; likewise the rest.
        version: a commit, a digest or a package's version; empty for a directory.
        content: the directory of the copy, beside this note; empty where none is kept.
        root: where in the copy the course is.
        known: for each lesson, the version of each exercise.
        broken: the files that hold no lesson.
    """

    id: Slug
    origin: FromDirectory | FromZip | FromGit | FromPackage
    title: str
    version: str = ""
    content: str = ""
    root: str = ""
    known: dict[str, dict[str, str]] = {}
    broken: tuple[str, ...] = ()

    @property
    def linked(self) -> bool:
        """Whether the course is read where its author has it."""
        return not self.content

    @property
    def links(self) -> bool:
        """Whether its files may be links: some package managers make them."""
        return isinstance(self.origin, FromPackage)

    @property
    def name_to_keep(self) -> Path:
        """Under what its lessons are remembered: a copy moves at each update."""
        return place(self.id)

    @property
    def directory(self) -> Path:
        """Where the course is.

        Raises:
            NotFoundError: it is not there any more.
            UsageError: its package has no course any more.
        """
        directory = _directory(self)
        if not directory.is_dir():
            raise NotFoundError(f"the course {self.id!r} is not in {directory} any more")
        return directory

    def as_read(self, course: Course) -> Added:
        """The same, with what the course holds now. A broken lesson's exercises stay known."""
        known = {lesson.id: versions(lesson) for lesson in course.lessons}
        lost = {file.id for file in course.files if file.lesson is None}
        known |= {id_: old for id_, old in self.known.items() if id_ in lost and id_ not in known}
        return msgspec.structs.replace(
            self,
            title=course.title,
            known=known,
            broken=tuple(file.path.name for file in course.files if file.lesson is None),
        )


def _directory(one: Added) -> Path:
    match one.origin:
        case FromDirectory(path):
            return Path(path)
        case FromPackage() as origin:
            return locate(origin).directory
    return place(one.id) / one.content / one.root


def place(id_: str) -> Path:
    """The directory of what is kept of an added course."""
    return paths.courses_dir() / id_


def added() -> list[Added]:
    """Every added course, by id. A note that cannot be read is passed over."""
    found = []
    for path in sorted(paths.courses_dir().glob(f"[!.]*/{_NOTE}")):
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            one = msgspec.json.decode(path.read_bytes(), type=Added)
            if one.id == path.parent.name:
                found.append(one)
    return found


def added_course(id_: str) -> Added:
    """The added course of that id.

    Raises:
        NotFoundError: there is none.
    """
    known = {one.id: one for one in added()}
    if id_ not in known:
        having = f"; these were: {', '.join(known)}" if known else ""
        raise NotFoundError(f"no course {id_!r} was added{having}")
    return known[id_]


def note(one: Added, directory: Path) -> None:
    """Write the note of a course, all at once or not at all.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(directory / _NOTE, msgspec.json.format(msgspec.json.encode(one), indent=1))


@contextlib.contextmanager
def staging() -> Iterator[Path]:
    """A directory beside the courses, on their disk; what is left in it at the end is removed.

    Raises:
        LibraryError: the data directory cannot be written.
    """
    directory = paths.courses_dir()
    with explained():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_abandoned(directory)
        temporary = Path(tempfile.mkdtemp(dir=directory, prefix=_STAGING))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _drop_abandoned(directory: Path) -> None:
    """Remove what a program left that was killed; one that is at work began less than a day ago."""
    for path in directory.glob(f"{_STAGING}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _DAY:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One program at a time changes what was added. SQLite's lock goes with its process.

    Raises:
        LibraryError: another program keeps the lock, or the directory cannot be written.
    """
    directory = paths.courses_dir()
    with explained():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lock = sqlite3.connect(directory / ".lock", timeout=_BUSY_SECONDS, isolation_level=None)
        with contextlib.closing(lock):
            lock.execute("BEGIN IMMEDIATE")
            yield
    except sqlite3.Error as error:
        raise LibraryError(f"the courses in {directory} cannot be changed: {error}") from error


def read_added(one: Added) -> Course:
    """An added course as it is now, under the id that it was added by.

    Raises:
        NotFoundError: it is not there any more.
        UsageError: its package has no course any more.
    """
    course = read_directory(one.directory, kept_as=one.name_to_keep, links=one.links)
    return msgspec.structs.replace(course, id=one.id)


def glance_at_added(one: Added) -> Course:
    """As `read_added`, as far as it can be had at once.

    Raises:
        NotFoundError: as `read_added`.
        UsageError: as `read_added`.
    """
    course = glance_at_directory(one.directory, kept_as=one.name_to_keep, links=one.links)
    return msgspec.structs.replace(course, id=one.id)


def drop_leftovers(id_: str, *, keep: tuple[str, ...]) -> None:
    """Remove the copies of a course but these."""
    for path in place(id_).iterdir():
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn what the system says of the data directory into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"courses cannot be kept in {paths.courses_dir()}: {error.strerror or error}. Free "
            "space there, or allow writing, or set TUTOR_DATA_DIR to another directory"
        ) from error
