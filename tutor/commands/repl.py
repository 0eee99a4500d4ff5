"""``tutor repl``: the REPL, or a program from standard input."""

from __future__ import annotations

import asyncio

from tutor.repl.main import repl

__all__ = ["run"]


def run(*, sandbox: str | None) -> int:
    """Run the REPL to its end; 1 where it read a program whose last cell failed.

    Raises:
        EngineStartError: the engine does not come up.
    """
    return asyncio.run(repl(sandbox=sandbox))
