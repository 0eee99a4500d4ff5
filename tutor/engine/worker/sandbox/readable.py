"""What sandboxed code may read: the interpreter and the libraries, and never a lesson."""

from __future__ import annotations

import functools
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tutor.entry_points import GROUP, names_in

__all__ = ["DEVICES", "Readable", "readable_paths"]

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)
_OURS = ("tutor", "checks")
_LESSONS = "tensor_tutor_lessons"


class Readable(msgspec.Struct, frozen=True, kw_only=True):
    """Files and directories that may be read, described in two ways.

    Attributes:
        whole: none inside another; some may hold lessons.
        hidden: the directories of lessons inside them.
        parts: the same without the lessons, so entry by entry around them: for Landlock, which
            cannot deny a child of an allowed directory.
    """

    whole: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@functools.cache  # it takes as long as a fork: once in the zygote, and never in a worker
def readable_paths() -> Readable:
    """What may be read here.

    An import directory that is not one of site-packages (a source checkout) gives only the two
    packages, not what lies beside them.
    """
    found: list[Path] = [Path(path) for path in _SYSTEM]
    found += [*_links(Path(sys.executable)), *_libraries()]
    if sys.prefix != sys.base_prefix:
        found.append(Path(sys.prefix) / "pyvenv.cfg")
    for entry in map(Path, sys.path):
        if entry.name in {"site-packages", "dist-packages"} or _is_standard(entry):
            found.append(entry)
        else:
            found += [entry / name for name in _OURS]
    whole = tuple(_outermost(path for path in found if path.exists()))
    lessons = tuple(_outermost({*_installed_lessons(), *_packaged_lessons()}))
    parts = {part for path in whole for part in _without(lessons, path)}
    return Readable(
        whole=tuple(map(str, whole)),
        hidden=tuple(str(path) for path in lessons if set(path.parents) & set(whole)),
        parts=tuple(map(str, _outermost(parts))),
    )


def _links(path: Path) -> Iterator[Path]:
    """The path, and each further one that it leads to as a link."""
    for _ in range(20):
        yield path
        if not path.is_symlink():
            return
        path = path.parent / path.readlink()


def _libraries() -> Iterator[Path]:
    """The interpreter's shared library, where it has one."""
    folder = sysconfig.get_config_var("LIBDIR")
    if folder:
        yield from Path(folder).glob("libpython*")


def _is_standard(entry: Path) -> bool:
    standard = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    return any(entry == path or path in entry.parents for path in standard) or (
        entry.suffix == ".zip"
    )


def _without(lessons: tuple[Path, ...], path: Path) -> Iterator[Path]:
    """The path itself, or its entries where one of them (or of theirs) is the lessons."""
    if path.name == _LESSONS or path in lessons:
        return
    if any(path in folder.parents for folder in lessons):
        for child in path.iterdir():
            yield from _without(lessons, child)
    else:
        yield path


def _installed_lessons() -> Iterator[Path]:
    for entry in map(Path, dict.fromkeys(sys.path)):
        lessons = entry / _LESSONS
        if lessons.exists():
            yield lessons


def _packaged_lessons() -> Iterator[Path]:
    """The courses that installed packages declare: whoever takes one must not read its solutions.

    The metadata are read as text, for nothing of a package is to be imported; those of a package
    that is installed from its sources lead to a place that cannot be read anyway.
    """
    for entry in map(Path, dict.fromkeys(sys.path)):
        for metadata in entry.glob("*-info/entry_points.txt"):
            for value in _values_in(_text(metadata), GROUP):
                names = names_in(value)
                if names and entry.joinpath(*names).is_dir():
                    yield entry.joinpath(*names)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _values_in(text: str, group: str) -> Iterator[str]:
    """The values of one group of entry points."""
    current = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            current = line.strip("[] ")
        elif current == group and "=" in line:
            yield line.partition("=")[2]


def _outermost(paths: Iterable[Path]) -> Iterator[Path]:
    chosen: set[Path] = set()
    for path in sorted(set(paths), key=lambda path: (len(path.parts), path)):
        if not any(parent in chosen for parent in path.parents):
            chosen.add(path)
            yield path
