"""Recording what Python and torch warn of, with the line of the answer that caused it."""

from __future__ import annotations

import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from checks.data import Warned
from checks.plain import plain_text, type_name

__all__ = ["MOST", "recorded_warnings"]

MOST = 20
"""Warnings that are kept, each once."""


@contextmanager
def recorded_warnings(filename: str) -> Iterator[list[Warned]]:
    """Note every warning that is shown inside the block; it stays shown, at the answer's line.

    A filter of Python's decides which warnings are shown: nothing is changed about that here.

    Args:
        filename: how the answer's own frames are named.
    """
    kept: list[Warned] = []
    before: Any = warnings.showwarning

    def show(message: Any, category: Any, file: str, line: int, *rest: Any, **more: Any) -> None:
        own = _innermost(filename)
        if own is None and file == filename:
            own = line  # found while compiling: no frame of the answer runs yet
        if len(kept) < MOST:
            names = [type_name(c) for c in type.mro(category) if c is not object]
            found = Warned(plain_text(message, 500), own, names[0], tuple(names[:10]))
            if found not in kept:
                kept.append(found)
        where = (file, line) if own is None else (filename, own)  # not in a library's own files
        before(message, category, *where, *rest, **more)

    module: Any = warnings
    module.showwarning = show
    try:
        yield kept
    finally:
        if module.showwarning is show:  # the answer may have put its own in place
            module.showwarning = before


def _innermost(filename: str) -> int | None:
    """The line that the answer's innermost frame is at: a library warns in a frame of its own."""
    # inspect.stack() would read the source of every frame.
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001  # no public way as light
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None
