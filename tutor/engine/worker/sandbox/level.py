"""Which sandbox level this machine can give, and entering it."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec

from tutor.engine.worker import kernel
from tutor.engine.worker.sandbox.namespaces import (
    INNER_USER,
    NAMESPACES,
    UserMaps,
    build_root,
)
from tutor.engine.worker.sandbox.readable import Readable, readable_paths

__all__ = [
    "LOCKDOWN",
    "Confinement",
    "UserMaps",
    "choose",
    "enter_as_active",
    "enter_as_keeper",
    "fork_keeper",
]

_PROBE_SECONDS = 10
LOCKDOWN = "tutor.engine.worker.sandbox.lockdown"
_SHARING = "tutor.engine.worker.sandbox.sharing"


class Confinement(msgspec.Struct, frozen=True, kw_only=True):
    """How a keeper's family is confined.

    Attributes:
        level: ``full``, ``partial`` or ``none``.
        home: the directory that code starts in and may write.
        two_users: whether code runs as another user than the keeper.
        readable: what may be read.
    """

    level: str
    home: str
    two_users: bool = False
    readable: Readable = Readable()

    @property
    def own_processes(self) -> bool:
        """Whether the keeper is process 1, and all other processes that it sees are its own."""
        return self.level == "full"


def choose(asked: str) -> tuple[str, str]:
    """The level to use, and why not a higher one.

    Args:
        asked: a level, or empty for the best that there is.

    Raises:
        OSError: the level that was asked for is not to be had here.
    """
    if asked == "none":
        return "none", "It was asked for."
    reasons: list[str] = []
    for level in ("full", "partial"):
        if asked in {"", level}:
            reason = probe(level)
            if reason is None:
                return level, " ".join(reasons)
            reasons.append(f"{level}: {reason}.")
    if asked:
        raise OSError(" ".join(reasons))
    return "none", " ".join(reasons)


def probe(level: str) -> str | None:
    """Try a level in a process of its own; None if it works, otherwise why not."""
    try:
        # Before any fork, for in the new root its library could not be found any more; and not at
        # the top, for `none` must work where it is not installed.
        importlib.import_module(LOCKDOWN)
    except (ImportError, RuntimeError) as error:
        return f"a library is missing ({error})"
    with tempfile.TemporaryDirectory(prefix="tutor-probe-") as scratch:
        reading, writing = os.pipe()
        try:
            pid, maps = fork_keeper(level)
        except OSError as error:
            os.close(reading)
            os.close(writing)
            return f"{type(error).__name__}: {error}"
        if pid == 0:
            os.close(reading)
            _try_and_exit(level, scratch, writing, maps)
        os.close(writing)
        with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor, not a path
            said = pipe.read(2000)
        os.waitpid(pid, 0)
    if said == b"ok":
        return None
    return said.decode("utf-8", "replace") or "its process was ended"


def _try_and_exit(level: str, scratch: str, writing: int, maps: UserMaps | None) -> NoReturn:
    try:
        signal.alarm(_PROBE_SECONDS)
        try:
            confinement = enter_as_keeper(level, scratch, maps)
            _in_child(lambda: _try_inside(confinement, writing))
        except Exception as error:  # noqa: BLE001 - whatever it is, the level is not to be had
            os.write(writing, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


def _in_child(work: Callable[[], object]) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _try_inside(confinement: Confinement, writing: int) -> None:
    """The sandbox holds: what must work does, and what must not does not."""
    try:
        enter_as_active(confinement)
        Path(os.__file__).read_bytes()
        (Path(confinement.home) / "probe").write_text("x")
        for forbidden in (_open_internet, _list_root):
            if not _refused(forbidden):
                os.write(writing, f"{forbidden.__name__} is not refused".encode())
                return
        os.write(writing, b"ok")
    except Exception as error:  # noqa: BLE001
        os.write(writing, f"{type(error).__name__}: {error}".encode())


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False


def _open_internet() -> None:
    socket.socket(socket.AF_INET).close()


def _list_root() -> None:
    os.listdir("/root" if os.getuid() == 0 else "/home")  # noqa: PTH208


def fork_keeper(level: str) -> tuple[int, UserMaps | None]:
    """Fork the process that becomes a keeper; give its pid, and in it what `enter_as_keeper` takes.

    At `full` it is process 1 of namespaces of its own from the start.

    Raises:
        OSError: no process can be made, or the machine does not allow the level.
    """
    if level != "full":
        return kernel.plain_fork(), None
    maps = UserMaps()
    try:
        pid = kernel.plain_fork(NAMESPACES)
    except OSError:
        maps.give_up()
        raise
    if pid:
        maps.serve(pid)
    return pid, maps


def enter_as_keeper(level: str, scratch: str, maps: UserMaps | None) -> Confinement:
    """Confine the calling process, forked by `fork_keeper`, as far as a keeper is.

    Raises:
        OSError: the machine does not allow the level.
    """
    if level == "none":
        return Confinement(level="none", home=scratch)
    readable = readable_paths()
    if level == "partial" or maps is None:
        return Confinement(level="partial", home=scratch, readable=readable)
    maps.enter()
    build_root(readable, scratch)
    kernel.hide_memory()
    return Confinement(level=level, home="/tmp", two_users=maps.two_users, readable=readable)  # noqa: S108


def enter_as_active(confinement: Confinement) -> None:
    """Confine the calling process as far as one that runs somebody's code is, for good.

    Raises:
        OSError: the machine does not allow the level.
    """
    os.chdir(confinement.home)
    os.environ["HOME"] = os.environ["TMPDIR"] = confinement.home
    tempfile.tempdir = None  # found out again: here, where it may write
    if confinement.level == "none":
        return

    if confinement.two_users:
        kernel.bound_capabilities()  # the other user could not any more
        os.setgroups([])
        os.setresgid(INNER_USER, INNER_USER, INNER_USER)
        os.setresuid(INNER_USER, INNER_USER, INNER_USER)
        kernel.hide_memory(hide=False)  # or its own /proc/self would be root's
        kernel.die_with_parent(os.getppid())  # forgotten when the user changes
    writable = [Path(confinement.home)]
    if confinement.own_processes:
        writable.append(Path("/dev/shm"))  # noqa: S108 - the sandbox's own
    else:
        importlib.import_module(_SHARING).share_without_files()
    importlib.import_module(LOCKDOWN).lock_down(
        [Path(name) for name in confinement.readable.parts],
        writable,
        own_root=confinement.own_processes,
    )
