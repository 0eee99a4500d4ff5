"""From starting the program to the first frame, against a Textual app with one label."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pexpect

from benchmarks.timing import Comparison, alternate

__all__ = ["compare"]

_EMPTY = """
from textual.app import App
from textual.widgets import Label

class Empty(App):
    def compose(self):
        yield Label("Tensor Tutor")

Empty().run()
"""
_OURS = "import sys; from tutor.cli import main; sys.argv = ['tutor']; sys.exit(main())"


def compare(rounds: int) -> Comparison:
    """Our home screen's first frame against one label, in real terminals.

    The list of lessons is filled in behind it: nothing heavy is on the way to the first frame.
    """
    ours, rival = alternate(lambda: _until_shown(_OURS), lambda: _until_shown(_EMPTY), rounds)
    return Comparison(
        what="start to the first frame",
        ours=ours,
        rival=rival,
        rival_name="an empty Textual app",
        aim="at most 1.3 times",
    )


def _until_shown(code: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"TUTOR_DATA_DIR": str(Path(data)), "TERM": "xterm-256color"}
        terminal = pexpect.spawn(
            sys.executable, ["-c", code], env=environment, dimensions=(24, 80), timeout=30
        )
        terminal.expect("Tensor Tutor")
        terminal.close(force=True)
