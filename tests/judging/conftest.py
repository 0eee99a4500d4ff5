"""One judge on a real engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.conftest import Engines
from tutor.judging.judge import Judging


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def judging(engines: Engines) -> AsyncIterator[Judging]:
    """A judge on a real engine, with a short limit for answers that never end."""
    yield Judging(await engines.ready(), seconds=5.0)
