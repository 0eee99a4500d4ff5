"""Following a page of documentation: its files are written, its commands run, its outputs compared.

- ``yaml`` and ``python`` blocks are files; the first line names the file in a comment. Without a
  name, a block is the next part of the file before.
- ``diff`` blocks change a file, which the first line names: ``--- NAME``. ``@@`` begins another
  place.
- ``console`` blocks hold commands after ``$`` and what each prints. A line ``…`` stands for any
  lines; times and the level of the sandbox may differ.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.documents import DOCS

__all__ = ["Walk", "steps"]

_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<language>yaml|python|diff|console|text)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_VARIES = ((r"\d+\.\d+ s\b", "N s"), (r"sandbox (full|partial|none)", "sandbox LEVEL"))


def steps(page: str) -> list[tuple[str, str]]:
    """The page's blocks in order, each with its language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [(match["language"], match["text"]) for match in _BLOCK.finditer(text)]


class Walk:
    """Somebody who follows a page in a directory of their own."""

    def __init__(self, folder: Path) -> None:
        programs = folder / ".programs"
        programs.mkdir()
        for name, arguments in (("tutor", "-m tutor"), ("python", "")):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
            program.chmod(0o755)
        self.folder = folder
        self._file = folder
        self._environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(DOCS.parent), *_lent()))),
            "PYTHONIOENCODING": "utf-8",
            "TUTOR_DATA_DIR": str(folder / ".data"),
        }

    def take(self, language: str, text: str) -> None:
        """One step; fails where the page does not say what happens."""
        match language:
            case "diff":
                self.change(text)
            case "console":
                for command, expected in _commands(text):
                    shown = self.run(command)
                    assert _agree(expected, shown), f"$ {command}\n{shown}"
            case _:
                first = text.partition("\n")[0]
                named = first.startswith("# ")
                self._file = self.folder / first.removeprefix("# ") if named else self._file
                with self._file.open("w" if named else "a", encoding="utf-8") as file:
                    file.write(text)

    def change(self, diff: str) -> None:
        """Change a file as the page shows it; what is changed stands there once."""
        first, _, rest = diff.partition("\n")
        path = self.folder / first.removeprefix("--- ").strip()
        text = path.read_text(encoding="utf-8")
        for place in filter(None, rest.split("@@\n")):
            lines = place.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] in " -")
            after = "".join(line[1:] for line in lines if line[0] in " +")
            assert text.count(before) == 1, f"{path.name} does not hold once:\n{before}"
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")

    def run(self, command: str) -> str:
        """What a command prints, on both streams."""
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        return done.stdout


def _lent() -> list[str]:
    """What the environment had there before."""
    return os.environ.get("PYTHONPATH", "").split(os.pathsep)


def _commands(text: str) -> list[tuple[str, str]]:
    """Each command of a console, and what follows it."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    assert not parts[0], f"output without a command:\n{parts[0]}"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _agree(expected: str, shown: str) -> bool:
    lines = _same(expected.rstrip()).split("\n")
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else f"{re.escape(line)}\n" for line in lines
    )
    return re.fullmatch(pattern, f"{_same(shown.rstrip())}\n") is not None


def _same(text: str) -> str:
    """The text without what varies from run to run."""
    for pattern, word in _VARIES:
        text = re.sub(pattern, word, text)
    return "\n".join(line.rstrip() for line in text.split("\n"))
