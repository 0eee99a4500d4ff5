"""One real engine a test module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tutor.engine.client import Engine
from tutor.judging.judge import Judging


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def judging() -> AsyncIterator[Judging]:
    """A judge on a real engine, with a short limit for answers that never end."""
    async with await Engine.start() as engine:
        await engine.ready()
        yield Judging(engine, seconds=5.0)
