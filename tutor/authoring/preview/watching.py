"""Noticing that a file was saved.

Whether it was is decided by looking at it. watchfiles only says when to look, so that a save shows
at once; where it is missing, or a file system tells nobody of changes, one looks by the clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TypeAlias

__all__ = ["saves"]

_Stamp: TypeAlias = tuple[tuple[int, ...] | None, ...]

_EVERY = 0.25
_SETTLED = 0.05
_MOST_LOOKS = 40
_SLOWEST_MS = 1000


async def saves(paths: Iterable[Path]) -> AsyncIterator[None]:
    """Once at the beginning, and each time that one of the files became another.

    A file may be written in place, replaced, removed and made again.
    """
    files = tuple(paths)
    seen = _stamp(files)
    yield
    async for _ in _moments(files):
        if _stamp(files) != seen:
            seen = await _settled(files)
            yield


def _stamp(files: Iterable[Path]) -> _Stamp:
    return tuple(_look(file) for file in files)


def _look(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


async def _settled(files: tuple[Path, ...]) -> _Stamp:
    """What they are once nobody is writing: an editor may empty a file first, and then fill it."""
    before = _stamp(files)
    for _ in range(_MOST_LOOKS):
        await asyncio.sleep(_SETTLED)
        now = _stamp(files)
        if now == before and now[0] is not None:  # one that has gone may be on its way back
            break
        before = now
    return before


async def _moments(files: tuple[Path, ...]) -> AsyncIterator[None]:
    """When to look."""
    try:
        from watchfiles import awatch  # noqa: PLC0415 - takes a while, and need not be there
    except ImportError:
        pass
    else:
        folders = {folder for file in files for folder in (file.parent, file.resolve().parent)}
        try:
            async for _ in awatch(
                *(folder for folder in folders if folder.is_dir()),
                recursive=False,
                debounce=50,
                step=20,
                rust_timeout=_SLOWEST_MS,
                yield_on_timeout=True,
            ):
                yield
        except (OSError, RuntimeError):  # no more watches are to be had, or the folder has gone
            pass
    while True:
        await asyncio.sleep(_EVERY)
        yield
