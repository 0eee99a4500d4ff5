"""What every room's tests share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def modules_after() -> Callable[[str], frozenset[str]]:
    """Run a statement in a fresh interpreter; give the modules that are loaded afterwards."""

    def run(statement: str) -> frozenset[str]:
        code = f"{statement}\nimport sys; print(*sys.modules, sep='\\n')"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
        )
        return frozenset(done.stdout.split())

    return run
