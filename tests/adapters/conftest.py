"""What the tests of the adapters share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.adapters.store.opened import opened


@pytest.fixture
def anyio_backend() -> str:
    """The server runs on asyncio alone."""
    return "asyncio"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A fresh database."""
    with opened(tmp_path) as fresh:
        yield fresh
