"""The whole of this suite once more, as a user without privileges, where it runs as root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USER = 1234
SUITE = ("tests/hostile/test_snippets.py", "tests/hostile/test_answers.py")

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.getuid() != 0, reason="the suite itself runs as an ordinary user here"),
]


def ordinary_user() -> list[str]:
    """How to start a program as an ordinary user who can read this checkout and its interpreter.

    Where they lie in root's own home, no other user can; then it is one of a new user namespace,
    without a capability outside of it.
    """
    setpriv = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    # It must be able to start another one: setpriv itself may still be let through.
    nested = (
        "import subprocess as s, sys; s.run([sys.executable, '-c', 'import torch'], check=True)"
    )
    tried = subprocess.run(
        [*setpriv, sys.executable, "-c", nested],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if tried.returncode == 0:
        return setpriv
    return ["unshare", "--user", f"--map-user={USER}", f"--map-group={USER}"]


@pytest.fixture
def home() -> Iterator[Path]:
    """A home directory that any user can reach: pytest's own are for this one only."""
    with tempfile.TemporaryDirectory(prefix="ordinary-user-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def test_as_an_ordinary_user(home: Path) -> None:
    """Every snippet and every answer is contained without root's help, at both levels."""
    if shutil.which("setpriv") is None or shutil.which("unshare") is None:
        pytest.skip("util-linux is not installed")
    command = ordinary_user()
    if command[0] == "setpriv":
        os.chown(home, USER, USER)
    done = subprocess.run(
        # Most of them wait for a limit: two at a time.
        [*command, sys.executable, "-m", "pytest", "-q", "-n2", "-p", "no:cacheprovider", *SUITE],
        cwd=ROOT,
        env={**_environment(), "HOME": str(home), "TMPDIR": str(home)},
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    said = done.stdout[-8000:] + done.stderr[-2000:]
    assert done.returncode == 0, said
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None, said
    assert int(passed[1]) > 100, said
    assert "skipped" not in done.stdout.splitlines()[-1], said


def _environment() -> dict[str, str]:
    """This process's own, without what pytest-xdist told it to be."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
