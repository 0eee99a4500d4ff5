"""Courses in git repositories.

There is no checkout: the files are read out of the fetched commit, one object after the other. So
no hook, no filter, no submodule and no symbolic link of a stranger has a part in it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from tutor.course.source import MAX_BYTES
from tutor.engine.text import neutralise
from tutor.errors import UsageError
from tutor.library.origin import FromGit
from tutor.library.parcel import MOST_FILES, Fetched, Parcel, is_wanted, vetted

__all__ = ["fetch"]

_SECONDS = 120.0
_MOST_BYTES = 300_000_000
_MOST_LISTED = 20_000_000
_COMMIT = "refs/tutor/course"
_OPTIONS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
)
# What would have git look elsewhere, or run something; a user's way of reaching a server stays.
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "GIT_CONFIG_GLOBAL")


class _Entry(NamedTuple):
    """A file in a commit's tree."""

    mode: str
    object: str
    size: int
    path: PurePosixPath


def fetch(origin: FromGit, into: Path, scratch: Path) -> Fetched:
    """Fetch one commit and write its course.

    Args:
        origin: the repository.
        into: a directory of its own, which may hold something even where this fails.
        scratch: an empty directory for the repository.

    Raises:
        UsageError: git is missing, cannot fetch, takes too long, or the course is not safe to keep.
        OSError: nothing can be written there.
    """
    git = _Git(scratch)
    git.run("init", "--quiet", "--bare", "--template=", ".")
    refspec = f"+{origin.ref or 'HEAD'}:{_COMMIT}"
    options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules")
    git.run("fetch", *options, "--", origin.url, refspec)
    with git.output("rev-parse", "--verify", "--short=10", f"{_COMMIT}^{{commit}}") as output:
        version = output.read(100).decode("ascii", "replace").strip()
    parcel = Parcel(into)
    chosen = list(_chosen(git, parcel))
    if len(chosen) > MOST_FILES:
        raise UsageError(f"{origin}: it holds more than {MOST_FILES:,} files: nothing was kept")
    asked = "".join(f"{entry.object}\n" for entry in chosen).encode("ascii")
    with git.output("cat-file", "--batch", given=asked) as output:
        for entry in chosen:
            if not output.readline(200).startswith(f"{entry.object} blob ".encode("ascii")):
                raise UsageError(f"{origin}: git lacks {entry.path}: nothing was kept")
            parcel.write(entry.path, [output.read(entry.size)])
            output.read(1)
    return Fetched(version, tuple(parcel.left_out))


def _chosen(git: _Git, parcel: Parcel) -> Iterator[_Entry]:
    """The files to keep. The listing is cut where nobody would want to read on."""
    with git.output("ls-tree", "-r", "-l", "-z", "--full-tree", _COMMIT) as output:
        listed = output.read(_MOST_LISTED + 1)
    if len(listed) > _MOST_LISTED:
        raise UsageError("it holds too many files: nothing was kept")
    for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, _, name = line.partition("\t")
        mode, kind, object_, size = facts.split()
        path = vetted(name)
        if not is_wanted(path):
            continue
        if kind != "blob" or mode == "120000":
            parcel.leave_out(path, "a link")
        elif int(size) > MAX_BYTES:
            parcel.leave_out(path, f"larger than {MAX_BYTES // 1_000_000} MB")
        else:
            yield _Entry(mode, object_, int(size), path)


class _Git:
    """Runs git in one directory, for so long and with so much on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._until = time.monotonic() + _SECONDS
        program = shutil.which("git")
        if program is None:
            raise UsageError(
                "git is not installed, and the course is in a git repository. Install git, or get "
                "the course as a zip file"
            )
        options = [part for option in _OPTIONS for part in ("-c", option)]
        self._command = [program, *options]

    def run(self, *arguments: str, given: bytes = b"") -> None:
        """Run a git command to its end.

        Raises:
            UsageError: it failed, took too long or wrote too much; with what it said.
        """
        with self.output(*arguments, given=given):
            pass

    @contextlib.contextmanager
    def output(self, *arguments: str, given: bytes = b"") -> Iterator[IO[bytes]]:
        """Run a git command to its end; give what it wrote to its standard output.

        Raises:
            UsageError: as `run`.
        """
        said, told, asked = (self._directory / name for name in ("said", "told", "asked"))
        asked.write_bytes(given)
        with asked.open("rb") as stdin, said.open("wb") as stdout, told.open("wb") as stderr:
            process = subprocess.Popen(
                [*self._command, *arguments],
                cwd=self._directory,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                env=_environment(),
                start_new_session=True,  # no terminal to ask for a password
            )
            try:
                self._wait(process)
            finally:
                _end(process)
        if process.returncode != 0:
            raise UsageError(f"git {arguments[0]} failed: {_last_words(told)}")
        with said.open("rb") as output:
            yield output

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while True:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                pass
            else:
                return
            if time.monotonic() > self._until:
                raise UsageError(f"git took longer than {_SECONDS:.0f} seconds and was ended")
            if _size(self._directory) > _MOST_BYTES:
                limit = _MOST_BYTES // 1_000_000
                raise UsageError(f"the repository is larger than {limit} MB: nothing was kept")


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    return {
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        **kept,
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and those it started, if it is still there."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _size(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*"):
        with contextlib.suppress(OSError):  # git has removed it in the meantime
            total += path.lstat().st_size
    return total


def _last_words(told: Path) -> str:
    """What git said at its end: a server may have written any of it."""
    with told.open("rb") as file:
        file.seek(max(0, told.stat().st_size - 2_000))
        text = neutralise(file.read().decode("utf-8", "replace"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(lines[-4:]) or "it said nothing"
