"""The end of the terminal, also where nobody tells of it."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading

__all__ = ["end_with_terminal"]


def end_with_terminal() -> None:
    """Have this process asked to end (SIGHUP) once its terminal is gone.

    The kernel tells the program that the terminal was opened for, and not those that it started:
    under `make`, which goes on, the app would read the end of its input for ever.
    """
    if hasattr(signal, "SIGHUP") and hasattr(select, "poll") and sys.stdin.isatty():
        threading.Thread(target=_wait, args=(sys.stdin.fileno(),), daemon=True).start()


def _wait(terminal: int) -> None:
    poll = select.poll()
    poll.register(terminal, 0)  # what is typed is not for us
    if any(event & select.POLLHUP for _, event in poll.poll()):
        os.kill(os.getpid(), signal.SIGHUP)
