"""Courses in zip files."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tutor.errors import NotFoundError, UsageError
from tutor.library.parcel import Fetched, Parcel, is_wanted, vetted

__all__ = ["unzip"]

_MOST_BYTES = 32_000_000
_CHUNK = 65_536


def unzip(archive: Path, into: Path) -> Fetched:
    """Unpack the course in a zip file.

    Args:
        archive: the file.
        into: a directory of its own, which may hold something even where this fails.

    Raises:
        NotFoundError: the file cannot be read.
        UsageError: it is no zip file, or holds what is not safe to unpack.
        OSError: nothing can be written there.
    """
    try:
        with archive.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise NotFoundError(f"{archive}: {error.strerror or error}") from error
    try:
        return _unzipped(data, into)
    except UsageError as error:
        raise UsageError(f"{archive}: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise UsageError(f"{archive}: it is damaged, or no zip file ({error})") from error
    except (NotImplementedError, RuntimeError) as error:  # unknown compression, a password
        raise UsageError(f"{archive}: it cannot be unpacked: {error}") from error


def _unzipped(data: bytes, into: Path) -> Fetched:
    if len(data) > _MOST_BYTES:
        raise UsageError(f"larger than {_MOST_BYTES // 1_000_000} MB")
    parcel = Parcel(into)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        _unpack(opened, parcel)
    return Fetched(hashlib.sha256(data).hexdigest()[:10], tuple(parcel.left_out))


def _unpack(opened: zipfile.ZipFile, parcel: Parcel) -> None:
    for info in opened.infolist():
        path = vetted(info.orig_filename)
        if info.is_dir() or not is_wanted(path):
            continue
        mode = info.external_attr >> 16
        if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            parcel.leave_out(path, "a link")
        else:
            parcel.write(path, _chunks(opened, info))


def _chunks(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The file's content, decompressed only as far as it is asked for."""
    with opened.open(info) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
