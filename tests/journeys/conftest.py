"""Every journey has a house of its own, and its talk with GitHub is held to GitHub's description."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.house import House, open_house


@pytest.fixture
def anyio_backend() -> str:
    """The server runs on asyncio alone."""
    return "asyncio"


@pytest.fixture
async def house(anyio_backend: str) -> AsyncIterator[House]:
    """The real server beside the small GitHub; afterwards neither side may have broken the description."""
    assert anyio_backend == "asyncio"
    async with open_house() as opened:
        yield opened
        opened.check_manners()
