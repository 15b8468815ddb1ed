"""A migrated database in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.database import Database
from bot.store.upgrade import upgrade


def address(folder: Path) -> str:
    """Where a test's database is."""
    return f"sqlite:///{folder / 'retriage.db'}"


@contextmanager
def opened(folder: Path, *, busy_seconds: float = 5.0) -> Iterator[Database]:
    """The database of a folder, closed at the end; several may be open at once."""
    upgrade(address(folder))
    database = Database(address(folder), busy_seconds=busy_seconds)
    try:
        yield database
    finally:
        database.close()
