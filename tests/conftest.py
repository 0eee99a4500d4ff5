"""What every room's tests share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tutor.engine.client import Engine, Kind


class Engines:
    """The real engines of one test process, by kind: starting one takes seconds.

    A test that does harm to an engine, or asks for one of another level, starts its own.
    """

    def __init__(self) -> None:
        """Nothing is started before it is asked for."""
        self._started: dict[Kind, Engine] = {}

    async def ready(self, kind: Kind = "fork") -> Engine:
        """The engine of that kind, ready to run."""
        if kind not in self._started:
            self._started[kind] = await Engine.start(kind=kind)
            await self._started[kind].ready()
        return self._started[kind]

    async def close(self) -> None:
        """End them."""
        for engine in self._started.values():
            await engine.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The hostile suite first: it waits for limits, and the rest can run beside it."""
    items.sort(key=lambda item: "hostile" not in item.path.parts)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def engines() -> AsyncIterator[Engines]:
    """Engines that all tests of this process share."""
    shared = Engines()
    yield shared
    await shared.close()


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
