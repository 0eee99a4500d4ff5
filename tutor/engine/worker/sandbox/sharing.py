"""Process pools and data loaders at `partial`, where /dev/shm and connecting are out of reach.

/dev/shm is everybody's there: what other programs keep in it could be read, and what is written
would stay. So semaphores live in memory that forks share, and tensors cross between processes by
value. Nothing here holds anything back; it keeps working what the sandbox would break.
"""

from __future__ import annotations

import _multiprocessing
import ctypes
import mmap
import multiprocessing
import multiprocessing.heap
import sys
from multiprocessing.reduction import ForkingPickler
from typing import Any, Self

__all__ = ["share_without_files"]

_SLOT = 64
"""Bytes set apart for one semaphore; glibc's takes 32 and is aligned to 8."""

_libc = ctypes.CDLL(None, use_errno=True)


def share_without_files() -> None:
    """Make multiprocessing, and torch's tensors in it, work in forks of this process."""
    multiprocessing.set_start_method("fork", force=True)
    vars(_multiprocessing)["SemLock"] = _Semaphore
    # Values and arrays then take a file in the scratch directory.
    multiprocessing.heap.Arena._dir_candidates = []  # type: ignore[attr-defined]  # noqa: SLF001
    torch = sys.modules.get("torch")
    if torch is None:
        return
    # What collates a batch in a loader's worker asks for shared memory without need.
    torch.UntypedStorage._new_using_fd_cpu = classmethod(_new_storage)  # noqa: SLF001 - no public switch
    reducers = vars(ForkingPickler)["_extra_reducers"]
    for kind in [kind for kind in reducers if kind.__module__.startswith("torch")]:
        del reducers[kind]


def _new_storage(cls: Any, size: int) -> Any:
    return cls(size)


class _Semaphore(_multiprocessing.SemLock):  # type: ignore[misc]  # no stubs for it
    """Python's own semaphore type around one that has no name, in anonymous shared memory."""

    def __new__(cls, kind: int, value: int, maxvalue: int, _name: str, _unlink: object) -> Self:
        made: Self = cls._rebuild(_slots.new(value), kind, maxvalue, None)
        return made


class _Slots:
    """Pages of semaphores. They are never given back: some fork may still use them."""

    def __init__(self) -> None:
        self._page: mmap.mmap | None = None
        self._pages: list[mmap.mmap] = []
        self._used = mmap.PAGESIZE

    def new(self, value: int) -> int:
        """The address of a new semaphore of this value.

        Raises:
            OSError: the value is too large.
        """
        if self._page is None or self._used + _SLOT > mmap.PAGESIZE:
            self._page, self._used = mmap.mmap(-1, mmap.PAGESIZE), 0
            self._pages.append(self._page)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page, self._used))
        self._used += _SLOT
        if _libc.sem_init(ctypes.c_void_p(address), 1, ctypes.c_uint(value)) != 0:
            raise OSError(ctypes.get_errno(), "sem_init")
        return address


_slots = _Slots()
