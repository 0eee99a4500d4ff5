"""The level `full`, first half: namespaces for users, processes, mounts, network, IPC and host.

The file system is built anew: an empty root into which only what may be read is bound, read-only,
with a private /proc, /tmp and /dev/shm. What is not there cannot be read, listed, connected to or
changed, whatever the rules of the second half forget.
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from tutor.engine.worker import kernel
from tutor.engine.worker.sandbox.readable import DEVICES, Readable
from tutor.engine.worker.sandbox.scratch import MOST_BYTES, MOST_FILES

__all__ = ["INNER_USER", "NAMESPACES", "UserMaps", "build_root"]

INNER_USER = 1000
"""The user id that sandboxed code sees as its own."""

NAMESPACES = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNS
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
)
"""What a keeper starts in; the user namespace owns the others."""

_NOBODY = 65534
_SHM_BYTES = 512 * 1024**2
_FLAGS = kernel.MS_NOSUID | kernel.MS_NODEV


class UserMaps:
    """Gives a child that starts in a new user namespace its users.

    Only a privileged process outside can map more than one user, so real root's child waits for
    its parent. Create it before the fork; the parent calls `serve`, the child `enter`.
    """

    def __init__(self) -> None:
        self._answering = os.pipe()
        self._outside = os.getuid(), os.getgid()
        self.two_users = os.getuid() == 0

    def serve(self, pid: int) -> None:
        """In the parent: write the maps of the child `pid`."""
        os.close(self._answering[0])
        # An ordinary user's child waits for nobody; real root's sees the closed pipe where this
        # fails, and says what that means.
        with contextlib.suppress(OSError):
            if self.two_users:
                for kind in ("uid_map", "gid_map"):
                    Path(f"/proc/{pid}/{kind}").write_text(f"0 0 1\n{INNER_USER} {_NOBODY} 1\n")
                os.write(self._answering[1], b"y")
        os.close(self._answering[1])

    def give_up(self) -> None:
        """In the parent, where there is no child."""
        for descriptor in self._answering:
            os.close(descriptor)

    def enter(self) -> None:
        """In the child: become one of the users.

        Raises:
            OSError: the machine does not allow it.
        """
        user, group = self._outside
        os.close(self._answering[1])
        try:
            if not self.two_users:
                # The kernel's condition for a map by an ordinary user.
                Path("/proc/self/setgroups").write_text("deny")
                Path("/proc/self/uid_map").write_text(f"{INNER_USER} {user} 1\n")
                Path("/proc/self/gid_map").write_text(f"{INNER_USER} {group} 1\n")
            elif not os.read(self._answering[0], 1):
                raise PermissionError("two users cannot be mapped")
        finally:
            os.close(self._answering[0])


def build_root(readable: Readable, scratch: str) -> None:
    """Build the new root directory over `scratch` and move into it; called as process 1.

    Args:
        readable: what is bound into it, read-only.
        scratch: an empty directory of the host's, over which the new root is mounted. Inside,
            `/tmp` is the scratch directory: bounded, in memory, gone with the last process.

    Raises:
        OSError: the machine does not allow it.
    """
    socket.sethostname("tutor")
    kernel.make_private()
    root = scratch
    kernel.mount("tmpfs", root, _FLAGS, "size=4m,nr_inodes=4096,mode=755")
    _mount("tmpfs", f"{root}/tmp", f"size={MOST_BYTES},nr_inodes={MOST_FILES},mode=1777")  # noqa: S108
    for path in readable.whole:  # some of it may lie below /tmp
        _bind(path, root)
    for path in readable.hidden:
        _hide(f"{root}{path}")
    for device in DEVICES:
        _bind(device, root, read_only=False)
    _mount("tmpfs", f"{root}/dev/shm", f"size={_SHM_BYTES},nr_inodes=2000,mode=1777")  # noqa: S108
    _mount("proc", f"{root}/proc", "")
    _write_user(root)
    kernel.set_read_only(root, recursive=False)
    kernel.pivot_root(root)


def _mount(kind: str, target: str, options: str) -> None:
    os.makedirs(target, exist_ok=True)  # noqa: PTH103 - many for every worker, and it waits
    kernel.mount(kind, target, _FLAGS | kernel.MS_NOEXEC, options)


def _hide(target: str) -> None:
    """Mount nothing over a directory; a learner's process cannot take a mount away."""
    kernel.mount("tmpfs", target, _FLAGS | kernel.MS_NOEXEC, "size=4k,nr_inodes=1,mode=0")
    kernel.set_read_only(target)


def _bind(path: str, root: str, *, read_only: bool = True) -> None:
    target = f"{root}{path}"
    if os.path.islink(path):  # noqa: PTH114 - as in `_mount`
        _copy_link(Path(path), Path(target))
        return
    if os.path.isdir(path):  # noqa: PTH112
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    elif os.path.exists(path):  # noqa: PTH110
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).touch()
    else:
        return
    kernel.bind_mount(path, target)
    if read_only:
        kernel.set_read_only(target)


def _copy_link(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_symlink():
        target.symlink_to(path.readlink())


def _write_user(root: str) -> None:
    """A user database of one entry: libraries ask for the user's name and home."""
    folder = Path(f"{root}/etc")
    folder.mkdir(exist_ok=True)
    (folder / "passwd").write_text(f"learner:x:{INNER_USER}:{INNER_USER}::/tmp:/bin/false\n")
    (folder / "group").write_text(f"learner:x:{INNER_USER}:\n")
