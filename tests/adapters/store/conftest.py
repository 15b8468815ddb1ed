"""The store's contract holds on SQLite and on PostgreSQL: each test here that asks for either gets both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.adapters.store.opened import address, opened
from tests.postgresql import PostgreSQL

DIALECTS = ("sqlite", "postgresql")


@pytest.fixture(params=DIALECTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own."""
    if request.param == "sqlite":
        yield address(tmp_path)
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with server.rows_only() as fresh:
        yield fresh


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A fresh database, migrated and open."""
    with opened(url) as fresh:
        yield fresh
