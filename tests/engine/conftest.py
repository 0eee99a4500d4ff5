"""One real engine a test module: starting it imports torch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tutor.engine.client import Engine
from tutor.engine.session import Session


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def engine() -> AsyncIterator[Engine]:
    """An engine, ready to run."""
    async with await Engine.start() as engine:
        await engine.ready()
        yield engine


@pytest_asyncio.fixture(loop_scope="module")
async def session(engine: Engine) -> AsyncIterator[Session]:
    """A fresh session with torch imported."""
    session = await engine.session(setup="import torch")
    yield session
    await session.close()
