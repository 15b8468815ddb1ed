"""What the tests of the GitHub adapter share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.ports import GitHub
from tests.fakes.github import Site, in_process, new_site


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def site() -> Iterator[Site]:
    """A world of its own for each test; what contradicts GitHub's description fails it."""
    made = new_site()
    yield made
    assert made.judge.violations == []


@pytest.fixture
async def github(site: Site) -> AsyncIterator[GitHub]:
    async with in_process(site) as opened:
        yield opened
