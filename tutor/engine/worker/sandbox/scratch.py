"""How much lies in a scratch directory on the disk, and clearing it, whatever was built in it.

At `full` the scratch directory is a file system of its own, with a size. Elsewhere it is a
directory of the host's, and the keeper looks. Whoever made it may still be at work, so nothing
here follows a link or trusts a path: every step goes from one open directory to the next.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

import msgspec

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "Amount",
    "clear",
    "measure",
    "remove_since",
    "unlinked_bytes",
]

MOST_BYTES = 512 * 1024**2
MOST_FILES = 20_000
_DEEPEST = 64
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_BLOCK = 512


class Amount(msgspec.Struct):
    """What lies in a directory.

    Attributes:
        too_deep: whether some directories were too deep to be looked into.
    """

    bytes: int = 0
    files: int = 0
    too_deep: bool = False


def measure(folder: str) -> Amount:
    """What lies in `folder` and below; counting ends once it is more than there may be."""
    amount = Amount()
    with _opened(folder) as top:
        if top is not None:
            _measure(top, amount, 1)
    return amount


def _measure(folder: int, amount: Amount, depth: int) -> None:
    for name, status in _entries(folder):
        amount.files += 1
        amount.bytes += status.st_blocks * _BLOCK
        if amount.files > MOST_FILES or amount.bytes > MOST_BYTES:
            return
        if stat.S_ISDIR(status.st_mode):
            if depth == _DEEPEST:
                amount.too_deep = True
                return
            with _opened(name, folder) as below:
                if below is not None:
                    _measure(below, amount, depth + 1)


def unlinked_bytes(pid: int) -> int:
    """Bytes on the disk of files that a process holds open and no directory has any more."""
    found = 0
    with contextlib.suppress(OSError):
        for number in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 - names, many times a second
            with contextlib.suppress(OSError):
                status = os.stat(f"/proc/{pid}/fd/{number}")  # noqa: PTH116
                if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                    found += status.st_blocks * _BLOCK
    return found


def remove_since(folder: str, moment: float) -> None:
    """Remove what was made or changed in `folder` from `moment` on."""
    with _opened(folder) as top:
        if top is not None:
            _remove_since(top, moment, 1)


def _remove_since(folder: int, moment: float, depth: int) -> None:
    for name, status in list(_entries(folder)):
        if not stat.S_ISDIR(status.st_mode):
            if status.st_ctime >= moment:
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=folder)
            continue
        with _opened(name, folder) as below:
            if below is None:
                continue
            if depth == _DEEPEST:
                _flatten(below)
            else:
                _remove_since(below, moment, depth + 1)
        if status.st_ctime >= moment:
            with contextlib.suppress(OSError):  # it holds something older
                os.rmdir(name, dir_fd=folder)


def clear(folder: str) -> None:
    """Remove everything in `folder`, however deep it is."""
    with _opened(folder) as top:
        if top is not None:
            _flatten(top)


def _flatten(top: int) -> None:
    """Remove everything: what lies in a directory is moved up first, so no depth is too deep."""
    number = 0
    progress = True
    while progress:
        progress = False
        for name, status in list(_entries(top)):
            with contextlib.suppress(OSError):
                if not stat.S_ISDIR(status.st_mode):
                    os.unlink(name, dir_fd=top)
                else:
                    with _opened(name, top) as folder:
                        number = _lift(folder, top, number)
                    os.rmdir(name, dir_fd=top)
                progress = True


def _lift(folder: int | None, top: int, number: int) -> int:
    if folder is None:
        return number
    for name, status in list(_entries(folder)):
        if stat.S_ISDIR(status.st_mode):
            with _opened(name, folder):  # moving a directory needs the right to write it
                number += 1
                os.rename(name, f".{os.getpid()}-{number}", src_dir_fd=folder, dst_dir_fd=top)
        else:
            os.unlink(name, dir_fd=folder)
    return number


@contextlib.contextmanager
def _opened(name: str, folder: int | None = None) -> Iterator[int | None]:
    """A directory, made accessible where it was not; None where it is gone or no directory."""
    descriptor: int | None = None
    try:
        place = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            # By way of the descriptor, or a link put in its place could be what is changed.
            if os.fstat(place).st_mode & stat.S_IRWXU != stat.S_IRWXU:
                os.chmod(f"/proc/self/fd/{place}", stat.S_IRWXU)  # noqa: PTH101
            descriptor = os.open(".", _FOLDER, dir_fd=place)
        finally:
            os.close(place)
    except OSError:
        pass
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _entries(folder: int) -> Iterator[tuple[str, os.stat_result]]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                yield entry.name, entry.stat(follow_symlinks=False)
