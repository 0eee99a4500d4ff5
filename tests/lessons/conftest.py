"""The engine that runs what lessons show."""

from __future__ import annotations

import pytest_asyncio

from tests.conftest import Engines
from tutor.engine.client import Engine


@pytest_asyncio.fixture(loop_scope="session")
async def engine(engines: Engines) -> Engine:
    """A real engine."""
    return await engines.ready()
