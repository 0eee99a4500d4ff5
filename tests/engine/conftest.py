"""A real engine of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import Engines
from tutor.engine.client import KINDS, Engine
from tutor.engine.session import Session

SETUP = "import torch"


@pytest_asyncio.fixture(loop_scope="session", params=KINDS)
async def engine(request: pytest.FixtureRequest, engines: Engines) -> Engine:
    """An engine, ready to run; the tests that use it run once for each kind."""
    return await engines.ready(request.param)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared(engines: Engines) -> AsyncIterator[dict[str, Session]]:
    """Sessions that several tests share: a spawned one costs seconds."""
    del engines  # which must outlive them
    sessions: dict[str, Session] = {}
    yield sessions
    for session in sessions.values():
        await session.close()


@pytest_asyncio.fixture(loop_scope="session")
async def session(engine: Engine, shared: dict[str, Session]) -> AsyncIterator[Session]:
    """A session with torch imported, fresh where that is cheap; no test may end its process."""
    async for session in _session(engine, shared, "session"):
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def fragile(engine: Engine, shared: dict[str, Session]) -> AsyncIterator[Session]:
    """The same, for tests that make it go back: every cell is quick, and can run again."""
    async for session in _session(engine, shared, "fragile"):
        yield session


async def _session(engine: Engine, shared: dict[str, Session], name: str) -> AsyncIterator[Session]:
    if engine.kind == "spawn":
        if name not in shared:
            shared[name] = await engine.session(setup=SETUP)
        yield shared[name]
    else:
        session = await engine.session(setup=SETUP)
        yield session
        await session.close()
