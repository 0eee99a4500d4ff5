"""Huge pages, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def test_gathering_memory_changes_nothing_in_it() -> None:
    """What lies in huge pages afterwards is what lay there before, in the parent and in a child."""
    code = (
        "import os\n"
        "from tutor.engine.worker.pages import gather_memory\n"
        "data = bytearray(os.urandom(1 << 16) * 256)\n"
        "before = bytes(data)\n"
        "gathered = gather_memory()\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    os._exit(0 if data == before else 1)\n"
        "assert os.waitpid(pid, 0)[1] == 0\n"
        "assert data == before\n"
        "assert gathered >= 0\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, env={**os.environ})
    assert done.returncode == 0
