"""What is written to the terminal: a cell's output as it comes, and the REPL's own words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.engine.results import CellResult, Stream

__all__ = ["Screen"]


class Screen:
    """Writes to stdout and stderr.

    Args:
        on_lost: called once when whoever reads the output went away.

    Attributes:
        lost: the error that writing then gave.
    """

    def __init__(self, on_lost: Callable[[], None]) -> None:
        self.lost: OSError | None = None
        self._on_lost = on_lost
        self._at_line_start = True

    def output(self, stream: Stream, text: str) -> None:
        """Write what a cell printed. Never raises: the engine calls it."""
        if self.lost is not None or not text:
            return
        target = sys.stdout if stream == "stdout" else sys.stderr
        try:
            target.write(text)
            target.flush()
        except OSError as error:
            self.lost = error
            self._on_lost()
        self._at_line_start = text.endswith("\n")

    def tell(self, text: str) -> None:
        """Write a line of the REPL's own to stderr."""
        self.fresh_line()
        self.output("stderr", f"{text}\n")

    def fresh_line(self) -> None:
        """End a line that a cell left open, so that a prompt does not stand behind it."""
        if not self._at_line_start:
            self.output("stdout", "\n")

    def result(self, result: CellResult) -> None:
        """Say how a cell ended, where it did not end well."""
        if result.status == "ok":
            return
        if result.error is not None:
            self.tell(result.error.traceback.rstrip("\n"))
        elif result.status == "interrupted":
            self.tell("KeyboardInterrupt")
        if result.note:
            self.tell(f"[{result.note}]")
        elif result.status == "crashed":
            self.tell("[The process that ran the cell died.]")
