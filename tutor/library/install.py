"""Adding, updating and removing courses. A course is there whole or not at all."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tutor.course.directory import COURSE_FILE, read_directory, read_info
from tutor.course.find import builtin_course
from tutor.course.model import Course, CourseInfo
from tutor.course.problems import Problem
from tutor.course.wording import quoted
from tutor.errors import LessonFileError, NotFoundError, TutorError, UsageError
from tutor.library import git
from tutor.library.added import (
    Added,
    added,
    added_course,
    drop_leftovers,
    explained,
    locked,
    note,
    place,
    read_added,
    staging,
)
from tutor.library.changes import Changes, compare
from tutor.library.origin import FromDirectory, FromGit, FromPackage, FromZip, Origin
from tutor.library.packages import locate
from tutor.library.parcel import Fetched, course_root
from tutor.library.zipped import unzip

__all__ = ["Result", "add", "remove", "update"]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of adding or updating a course.

    Attributes:
        course: as it is now; it may have broken lessons.
        changes: since it was read before; None for a new one.
        left_out: files that were not taken over, with the reason.
    """

    added: Added
    course: Course
    changes: Changes | None = None
    left_out: tuple[str, ...] = ()


class _Got(msgspec.Struct, frozen=True):
    """A course that was fetched, and is not in place yet.

    Attributes:
        directory: of the course.
        copy: the directory to keep; None where the course stays where it is.
    """

    directory: Path
    fetched: Fetched
    copy: Path | None = None


def add(origin: Origin, *, as_id: str = "") -> Result:
    """Add a course.

    Args:
        origin: where it comes from.
        as_id: the id to keep it by, instead of its own.

    Raises:
        UsageError: nothing that can be added is there, or the id is taken.
        LessonFileError: something is wrong with its course file.
        LibraryError: it cannot be kept.
    """
    if as_id and (_SLUG.fullmatch(as_id) is None or len(as_id) > 60):
        raise UsageError(
            f"{quoted(as_id)} is no id: lower-case letters and digits, joined by single hyphens"
        )
    with staging() as stage:
        got = _fetch(origin, stage)
        own_id = _info(got, origin).id
        id_ = as_id or own_id
        with locked(), explained():
            _refuse_taken(id_, as_id)
            target = place(id_)
            new = Path(tempfile.mkdtemp(dir=stage))
            one = _described(Added(id=id_, origin=origin, title=""), got)
            one, course = _read(one, got)
            if got.copy is not None:
                got.copy.rename(new / one.content)
            note(one, new)
            new.rename(target)
    return Result(added=one, course=_in_place(one, course), left_out=got.fetched.left_out)


def update(id_: str) -> Result:
    """Fetch a course again. Where that fails, it stays as it was.

    Raises:
        NotFoundError: no such course was added, or it is nowhere any more.
        UsageError: what is there now cannot be used.
        LessonFileError: something is wrong with its course file.
        LibraryError: it cannot be kept.
    """
    before = added_course(id_)
    with staging() as stage:
        got = _fetch(before.origin, stage)
        _refuse_another(before, got)
        with locked(), explained():
            before = added_course(id_)  # another program may have been quicker
            after, course = _read(_described(before, got), got)
            if got.copy is not None:
                got.copy.rename(place(id_) / after.content)
            note(after, place(id_))
            # An open app may still be reading the version before.
            drop_leftovers(id_, keep=(before.content, after.content))
    return Result(
        added=after,
        course=_in_place(after, course),
        changes=compare(before, after),
        left_out=got.fetched.left_out,
    )


def remove(id_: str) -> Added:
    """Take a course away; its author's directory or package is left alone, and so is progress.

    Raises:
        NotFoundError: no such course was added.
        LibraryError: it cannot be taken away.
    """
    with locked(), explained(), staging() as stage:
        one = added_course(id_)
        place(id_).rename(stage / "removed")
    return one


def _fetch(origin: Origin, stage: Path) -> _Got:
    copy = stage / "copy"
    match origin:
        case FromDirectory(path):
            if not (Path(path) / COURSE_FILE).is_file():
                raise NotFoundError(f"{path} is no course: it holds no {COURSE_FILE}")
            return _Got(Path(path), Fetched(""))
        case FromPackage():
            located = locate(origin)
            return _Got(located.directory, Fetched(located.version))
        case FromZip(path):
            with explained():
                copy.mkdir()
                fetched = unzip(Path(path), copy)
        case FromGit():
            scratch = stage / "git"
            with explained():
                copy.mkdir()
                scratch.mkdir()
                fetched = git.fetch(origin, copy, scratch)
            shutil.rmtree(scratch, ignore_errors=True)
    try:
        return _Got(course_root(copy), fetched, copy)
    except UsageError as error:
        raise UsageError(f"{origin}: {error}") from error


def _described(one: Added, got: _Got) -> Added:
    if got.copy is None:
        return msgspec.structs.replace(one, version=got.fetched.version)
    return msgspec.structs.replace(
        one,
        version=got.fetched.version,
        content=f"{got.fetched.version or 'copy'}-{got.copy.parent.name[-8:].lower()}",
        root=str(got.directory.relative_to(got.copy)),
    )


def _read(one: Added, got: _Got) -> tuple[Added, Course]:
    """The course, and what there is to note about it."""
    course = read_directory(got.directory, kept_as=one.name_to_keep, links=one.links)
    if not course.lessons:
        problems = [problem for file in course.files for problem in file.problems]
        if not problems:
            raise UsageError(f"{one.origin}: the course has no lessons")
        raise LessonFileError(_placed(problems, got))
    return one.as_read(course), course


def _info(got: _Got, origin: Origin) -> CourseInfo:
    try:
        return read_info(got.directory, links=isinstance(origin, FromPackage))
    except LessonFileError as error:
        raise LessonFileError(_placed(error.problems, got)) from None


def _placed(problems: Sequence[Problem], got: _Got) -> list[Problem]:
    """The problems by their place in what was fetched: the directory itself is gone in a moment."""
    if got.copy is None:
        return list(problems)
    return [
        msgspec.structs.replace(problem, path=problem.path.relative_to(got.copy))
        for problem in problems
    ]


def _in_place(one: Added, course: Course) -> Course:
    """The course as it is found from now on, not where it was unpacked."""
    with contextlib.suppress(TutorError):  # moved away in this very moment
        return read_added(one)
    return course


def _refuse_taken(id_: str, as_id: str) -> None:
    if id_ == builtin_course().id:
        known = f"the course {id_!r} comes with the tutor."
    elif any(one.id == id_ for one in added()):
        where = added_course(id_).origin
        known = (
            f"there is a course {id_!r} already ({where}). `tutor courses update {id_}` fetches it "
            "again."
        )
    elif place(id_).exists():
        raise UsageError(f"what is kept in {place(id_)} cannot be read: remove that directory")
    else:
        return
    other = "another id" if as_id else "an id of its own, with --as ID"
    raise UsageError(f"{known} If this is another course, add it under {other}")


def _refuse_another(before: Added, got: _Got) -> None:
    """Progress is kept by id, so a course that became another one is not taken for the same."""
    now = _info(got, before.origin).id
    theirs = _own_id(before)
    if theirs and now != theirs:
        raise UsageError(
            f"the course calls itself {now!r} now, and was {theirs!r}: progress is kept by id, so "
            f"it stays as it is. Add it anew with `tutor courses add`"
        )


def _own_id(before: Added) -> str:
    """What the course called itself when it was fetched; empty where that is not known any more."""
    try:
        return "" if before.linked else read_info(before.directory).id
    except TutorError:
        return ""
