"""Whether another process works on the same database: one that was killed holds no lock any more."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.store.engine import is_postgresql


@contextmanager
def share_database(url: str) -> Iterator[bool]:
    """Hold a share of the database as long as this lasts; says whether nobody else held one at its start.

    The operating system takes a dead process's share back, however it died, so that a lease in a database
    that nobody else shares belongs to nobody. The lock is on a file of its own beside the database:
    SQLite has locks of its own on the database itself. Who else uses a database of PostgreSQL's is not
    known from here, so that nobody counts as alone, and a dead process's leases run out by themselves.
    """
    parsed = make_url(url)
    file = parsed.database
    if not file or is_postgresql(parsed):
        yield False
        return
    with Path(f"{file}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except OSError:
            alone = False
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield alone
