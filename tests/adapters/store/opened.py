"""A migrated database in a folder of its own, or on a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.database import Database
from bot.store.upgrade import upgrade


def address(folder: Path) -> str:
    """Where a test's database is, when it is SQLite's."""
    return f"sqlite:///{folder / 'retriage.db'}"


@contextmanager
def opened(place: Path | str, *, busy_seconds: float = 5.0) -> Iterator[Database]:
    """The database of a folder or at an address, closed at the end; several may be open at once."""
    url = place if isinstance(place, str) else address(place)
    upgrade(url)
    database = Database(url, busy_seconds=busy_seconds)
    try:
        yield database
    finally:
        database.close()
