"""The host as hostile code finds it: things of the user's that it must not touch."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Container
from pathlib import Path

__all__ = ["Host", "left_behind", "processes_below"]

_SHM = Path("/dev/shm")  # noqa: S108 - a canary is put there
_libc = ctypes.CDLL(None, use_errno=True)


class Host:
    """Canaries: files, sockets, shared memory and a process, and whether they are unharmed.

    Attributes:
        key: a secret that is in the home directory, the environment and this process's memory.
    """

    def __init__(self) -> None:
        self.key = f"KEY-{secrets.token_hex(16)}"
        self.home = Path(tempfile.mkdtemp(prefix=".tutor-canary-", dir=_home()))
        self.secret = self._file("secret", self.key)
        self.victim = self._file("victim", "unharmed")
        with contextlib.suppress(OSError):
            os.setxattr(self.victim, "user.kept", b"1")
        os.utime(self.victim, (10**9, 10**9))
        self.link = self.home / "link"
        self.link.symlink_to(self.secret)
        self.shm = _SHM / f"tutor-canary-{secrets.token_hex(4)}"
        self.shm.write_text(self.key)
        self.segment = _libc.shmget(0, 4096, 0o1600)
        self.process = subprocess.Popen(
            [sys.executable, "-c", "import signal; signal.pause()"], cwd=self.home
        )
        self.abstract = f"tutor-canary-{secrets.token_hex(4)}"
        self.sockets = self._listen()
        os.environ["TUTOR_CANARY"] = self.key
        self._before = self._state()

    def _file(self, name: str, text: str) -> Path:
        path = self.home / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def _listen(self) -> dict[str, socket.socket]:
        made = {"tcp": socket.create_server(("127.0.0.1", 0))}
        for name, kind, address in (
            ("unix", socket.SOCK_STREAM, str(self.home / "socket")),
            ("datagram", socket.SOCK_DGRAM, str(self.home / "datagram")),
            ("abstract", socket.SOCK_STREAM, f"\0{self.abstract}"),
            ("abstract datagram", socket.SOCK_DGRAM, f"\0{self.abstract}-datagram"),
        ):
            made[name] = socket.socket(socket.AF_UNIX, kind)
            made[name].bind(address)
            if kind == socket.SOCK_STREAM:
                made[name].listen()
        for listener in made.values():
            listener.setblocking(False)  # noqa: FBT003 - the standard library's signature
        return made

    def prelude(self, level: str, zygote: int) -> str:
        """The setup that tells a session where everything is."""
        known = {
            "level": level,
            "home": str(self.home),
            "secret": str(self.secret),
            "victim": str(self.victim),
            "link": str(self.link),
            "shm": self.shm.name,
            "segment": self.segment,
            "socket": str(self.home / "socket"),
            "datagram": str(self.home / "datagram"),
            "abstract": self.abstract,
            "port": self.sockets["tcp"].getsockname()[1],
            "pid": os.getpid(),
            "process": self.process.pid,
            "zygote": zygote,
        }
        text = Path(__file__).with_name("prelude.py").read_text(encoding="utf-8")
        return f"import types\nhost = types.SimpleNamespace(**{known!r})\n{text}"

    def harm(self) -> list[str]:
        """What was done to it; empty if nothing was."""
        done = [
            f"{name}: {before!r} became {now!r}"
            for (name, before), now in zip(
                self._before.items(), self._state().values(), strict=True
            )
            if before != now
        ]
        for name, listener in self.sockets.items():
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                else:
                    listener.recv(100)
                done.append(f"the {name} socket was reached")
        return done

    def _state(self) -> dict[str, object]:
        status = self.victim.stat()
        attributes: list[str] = []
        with contextlib.suppress(OSError):
            attributes = os.listxattr(self.victim)
        pid = self.process.pid
        return {
            "the home directory": sorted(os.listdir(self.home)),  # noqa: PTH208
            "the victim": (self.victim.read_text(), status.st_mode, status.st_uid, status.st_nlink),
            "its time": status.st_mtime,
            "its attributes": attributes,
            "the mode of its directory": stat.S_IMODE(self.home.stat().st_mode),
            "the process": self.process.poll(),
            "whether it is stopped": _field(pid, "State").split()[1] in {"T", "t"},
            "its tracer": _field(pid, "TracerPid"),
            "its processors": _field(pid, "Cpus_allowed_list"),
            "its limits": Path(f"/proc/{pid}/limits").read_text(),
            "its priority": os.getpriority(os.PRIO_PROCESS, pid),
            "the priority here": os.getpriority(os.PRIO_PROCESS, 0),
            "the limits here": Path("/proc/self/limits").read_text(),
            "shared memory": self.shm.read_text() if self.shm.exists() else "gone",
            "files in shared memory": _left_in_shared_memory(),
            "System V segment": _libc.shmctl(self.segment, 2, ctypes.create_string_buffer(256)),
        }

    def close(self) -> None:
        """Remove everything."""
        os.environ.pop("TUTOR_CANARY", None)
        for listener in self.sockets.values():
            listener.close()
        self.process.kill()
        self.process.wait()
        _libc.shmctl(self.segment, 0, None)
        self.shm.unlink(missing_ok=True)
        shutil.rmtree(self.home)


def _home() -> Path:
    home = Path.home()
    return home if os.access(home, os.W_OK) else Path(tempfile.gettempdir())


def _field(pid: int, name: str) -> str:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return line
    return ""


def left_behind() -> dict[str, frozenset[str]]:
    """What a session could leave on the machine: compare before and after."""
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    return {
        "files": frozenset(path.name for path in Path(tempfile.gettempdir()).iterdir()),
        "mounts": frozenset(line for line in mounts if "/tutor-" in line),
        "shared memory": frozenset(_left_in_shared_memory()),
        "segments": frozenset(_ownerless_segments()),
        "semaphores": frozenset(_names(Path("/proc/sysvipc/sem"))),
        "messages": frozenset(_names(Path("/proc/sysvipc/msg"))),
    }


def _left_in_shared_memory() -> list[str]:
    """What hostile code put there; other programs' files come and go."""
    return sorted(path.name for path in _SHM.glob("*left-behind*"))


def _ownerless_segments() -> list[str]:
    """Shared memory whose maker is gone; what other programs are using comes and goes."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [line.split()[1] for line in lines if not Path("/proc", line.split()[4]).exists()]


def _names(table: Path) -> list[str]:
    return [line.split()[1] for line in table.read_text().splitlines()[1:]]


def processes_below(root: int, but: Container[int] = ()) -> set[int]:
    """Every process below `root`, but for some that were there before and all that is theirs."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                text = (entry / "stat").read_text()
                parents[int(entry.name)] = int(text[text.rindex(")") + 2 :].split()[1])
    found, generation = set[int](), {root}
    while generation:
        generation = {
            pid for pid, parent in parents.items() if parent in generation and pid not in but
        }
        found |= generation
    return found
