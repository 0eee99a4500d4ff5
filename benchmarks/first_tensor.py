"""From a cold start to the first tensor printed."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.timing import Comparison, alternate

__all__ = ["compare"]

_OURS = """
import asyncio
from tutor.engine.client import Engine

async def main():
    async with await Engine.start() as engine:
        session = await engine.session(setup="import torch")
        await session.run(
            "print(torch.ones(2))", on_output=lambda _, text: print(text, end="", flush=True)
        )

asyncio.run(main())
"""
_PLAIN = "import torch; print(torch.ones(2))"


def compare(rounds: int) -> Comparison:
    """The engine's session against Python alone."""
    ours, rival = alternate(lambda: _run(_OURS), lambda: _run(_PLAIN), rounds)
    return Comparison(
        what="cold start to the first tensor printed",
        ours=ours,
        rival=rival,
        rival_name='python -c "import torch; …"',
        aim="at most 1.2 times",
    )


def _run(code: str) -> None:
    """Until the tensor is on stdout; what comes after it is not the user's wait."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == b"tensor([1., 1.])\n", line
        process.kill()
