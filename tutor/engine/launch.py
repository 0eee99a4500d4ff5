"""Starting the zygote or a spawned worker: by exec, with a clean environment."""

from __future__ import annotations

import os
import site
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["last_words", "start_spawned", "start_zygote"]

_KEPT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT"),
    *("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"),
)


def start_zygote(
    sandbox: str, scratch: str, *, warm: bool
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the zygote; give its process and our end of the control socket.

    Args:
        sandbox: the level that is asked for; empty for the best that there is.
        scratch: the directory for the workers' scratch directories.
        warm: whether a successor imports what the first optimizer needs.

    What goes wrong inside the engine is written to the file that TUTOR_ENGINE_LOG names, otherwise
    to one in the scratch directory: see `last_words`.

    Raises:
        OSError: the interpreter cannot be started.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs, _log(scratch).open("ab") as stderr:
        process = subprocess.Popen(
            # -P: no directory of the learner's may shadow torch or the tutor.
            [
                *(sys.executable, "-P", "-c", _START),
                *(str(theirs.fileno()), sandbox, scratch, "warm" if warm else ""),
                *_search_path(),
            ],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # Ctrl+C at the terminal is not meant for it
            cwd="/",
        )
    return process, ours


_START = (
    "import sys; sys.path[:] = sys.argv[5:]; "
    "from tutor.engine.worker.zygote import main; main(int(sys.argv[1]), *sys.argv[2:5])"
)


def last_words(scratch: str) -> str:
    """The last line that the zygote wrote to its log, which says why it ended; or nothing."""
    try:
        lines = _log(scratch).read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:500] if lines else ""


def _log(scratch: str) -> Path:
    return Path(os.environ.get("TUTOR_ENGINE_LOG") or f"{scratch}/engine.log")


def start_spawned(hash_seed: int) -> tuple[subprocess.Popen[bytes], int]:
    """Start a worker; give its process and the descriptor to read its replies from.

    Its standard input takes requests; its standard output and error are what code in it prints.

    Args:
        hash_seed: makes the order of sets the same in every worker, so that a replay repeats it.

    Raises:
        OSError: the interpreter cannot be started.
    """
    reading, writing = os.pipe()
    try:
        handle, options = _inherited(writing)
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [*(sys.executable, "-P", "-c", _START_SPAWNED), str(handle), *_search_path()],
            env=_environment() | {"PYTHONHASHSEED": str(hash_seed)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=tempfile.gettempdir(),
            **options,
        )
    except OSError:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return process, reading


def _inherited(descriptor: int) -> tuple[int, dict[str, Any]]:
    """What the child calls the descriptor, and the options that give it to the child alone.

    They also keep Ctrl+C at the terminal away from it, as `start_zygote` does.
    """
    if sys.platform == "win32":  # not tested there
        import msvcrt  # noqa: PLC0415 - Windows has it

        handle = msvcrt.get_osfhandle(descriptor)
        os.set_handle_inheritable(handle, True)  # noqa: FBT003 - the library's signature
        return handle, {
            "startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]}),
            "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP,
        }
    return descriptor, {"pass_fds": (descriptor,), "start_new_session": True}


_START_SPAWNED = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from tutor.engine.worker.spawned import main; main(int(sys.argv[1]))"
)


def _search_path() -> list[str]:
    """This process's own import path, so that a source checkout works like an installation.

    The working directory is left out, unless the tutor itself lies there: a learner's `torch.py`
    must not be taken for the real one.
    """
    ours = str(Path(__file__).resolve().parents[2])
    here = str(Path.cwd())
    entries = [entry for entry in sys.path if entry and entry != here and Path(entry).exists()]
    return entries if ours in entries else [ours, *entries]


def _environment() -> dict[str, str]:
    """Nothing of the user's but what finds programs, texts and libraries."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {
        "OMP_NUM_THREADS": "1",  # with more, a fork hangs at its first parallel operation
        "MKL_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "PYTHONIOENCODING": "utf-8",
        # What sandboxed code finds there is its own.
        "HOME": "/tmp" if os.name == "posix" else tempfile.gettempdir(),  # noqa: S108
        "USER": "learner",
        "LOGNAME": "learner",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "PYTHONUSERBASE": site.getuserbase(),
    }
    return environment
