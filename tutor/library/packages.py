"""Courses in installed Python packages. Nothing of a package is imported: it is found by its files.

A package declares a course by an entry point in the group ``tensor_tutor.courses``, whose value
names a package and a directory in it: ``linear = my_package:lessons``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

import msgspec

from tutor.course.directory import COURSE_FILE
from tutor.course.wording import hint, quoted
from tutor.entry_points import GROUP, names_in
from tutor.errors import NotFoundError, UsageError
from tutor.library.origin import FromPackage

__all__ = ["Located", "locate"]


class Located(msgspec.Struct, frozen=True):
    """Where a package's course is.

    Attributes:
        version: the package's.
    """

    directory: Path
    version: str


def locate(origin: FromPackage) -> Located:
    """Find the course of a package, as it is installed now.

    Raises:
        NotFoundError: there is no such package, or no such directory in it.
        UsageError: it has no course, or several and none was named.
    """
    try:
        distribution = metadata.distribution(origin.package)
    except (metadata.PackageNotFoundError, ValueError):
        raise NotFoundError(_missing(origin.package)) from None
    points = {point.name: point for point in distribution.entry_points.select(group=GROUP)}
    if not points:
        raise UsageError(
            f"the package {origin.package} has no course: no entry point in the group {GROUP}"
        )
    if not origin.entry and len(points) > 1:
        names = ", ".join(f"{origin.package}:{name}" for name in sorted(points))
        raise UsageError(f"the package {origin.package} has several courses: name one of {names}")
    name = origin.entry or next(iter(points))
    if name not in points:
        near = hint(name, points, otherwise=f"; it has {', '.join(sorted(points))}")
        raise NotFoundError(f"the package {origin.package} has no course {quoted(name)}{near}")
    return Located(_directory(distribution, points[name]), distribution.version)


def _missing(package: str) -> str:
    offering = {point.dist.name for point in metadata.entry_points(group=GROUP) if point.dist}
    known = f"; these have courses: {', '.join(sorted(offering))}" if offering else ""
    return (
        f"{quoted(package)} is no directory, zip file or git URL, and no package of that name is "
        f"installed here{hint(package, offering, otherwise=known)}"
    )


def _directory(distribution: metadata.Distribution, point: metadata.EntryPoint) -> Path:
    parts = _parts(point)
    for root in (Path(str(distribution.locate_file(parts[0]))), *_found(parts[0])):
        directory = root.joinpath(*parts[1:])
        if (directory / COURSE_FILE).is_file():
            return directory
    raise NotFoundError(
        f"the package {distribution.name} says that its course is in {'/'.join(parts)}, "
        f"but no {COURSE_FILE} is there"
    )


def _parts(point: metadata.EntryPoint) -> tuple[str, ...]:
    """The names that lead to the directory, from the entry point's value."""
    parts = names_in(point.value)
    if not parts:
        raise UsageError(
            f"the entry point {quoted(point.name)} is not of the form package:directory"
        )
    return parts


def _found(package: str) -> Iterator[Path]:
    """Where a top-level package is, for one that is installed by a path to its sources.

    Looking a top-level name up on the path imports nothing.
    """
    spec = PathFinder.find_spec(package)
    yield from map(Path, (spec and spec.submodule_search_locations) or ())
