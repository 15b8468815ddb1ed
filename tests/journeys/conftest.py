"""Every journey has a house of its own, and its talk with GitHub is held to GitHub's description."""

from collections.abc import AsyncIterator

import pytest

from bot.ports import LogReader
from bot.scan.reader import ProcessLogReader
from tests.journeys.house import House, open_house


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The server runs on asyncio alone."""
    return "asyncio"


@pytest.fixture(scope="session")
async def reader(anyio_backend: str) -> AsyncIterator[LogReader]:
    """The real processes that read logs; as on a server that runs for long, one log after the other."""
    assert anyio_backend == "asyncio"
    async with ProcessLogReader() as started:
        yield started


@pytest.fixture
async def house(reader: LogReader) -> AsyncIterator[House]:
    """The real server beside the small GitHub; afterwards neither side may have broken the description."""
    async with open_house(reader) as opened:
        yield opened
        opened.check_manners()
