"""Lines from standard input, without keeping the event loop from its work."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import threading

__all__ = ["LineReader"]


class LineReader:
    """Reads standard input line by line, from a pipe, a file or a plain terminal.

    A thread reads, because a read from a file or a terminal cannot be waited for otherwise. It
    reads the descriptor itself: at exit it may be left waiting, and must hold no lock of
    `sys.stdin`.
    """

    def __init__(self) -> None:
        self._items: asyncio.Queue[str | BaseException] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    async def line(self) -> str:
        """The next line, without its end.

        Raises:
            EOFError: there is none.
            KeyboardInterrupt: `interrupt` was called.
        """
        item = await self._items.get()
        if isinstance(item, str):
            return item
        if isinstance(item, EOFError):
            self._items.put_nowait(item)  # the end stays the end
        raise item

    def interrupt(self) -> None:
        """Let the waiting `line` raise KeyboardInterrupt."""
        self._items.put_nowait(KeyboardInterrupt())

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        kept = ""
        try:
            while content := os.read(sys.stdin.fileno(), 65536):
                *lines, kept = (kept + decoder.decode(content)).split("\n")
                for line in lines:
                    self._put(line.rstrip("\r"))
        except OSError:
            pass  # a terminal that went away is an end like any other
        kept += decoder.decode(b"", final=True)
        if kept:
            self._put(kept)
        self._put(EOFError())

    def _put(self, item: str | BaseException) -> None:
        try:
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return
