"""Whether another process works on the same database: one that was killed holds no lock any more."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


@contextmanager
def share_database(url: str) -> Iterator[bool]:
    """Hold a share of the database as long as this lasts; says whether nobody else held one at its start.

    The operating system takes a dead process's share back, however it died, so that a lease in a database
    that nobody else shares belongs to nobody. The lock is on a file of its own beside the database:
    SQLite has locks of its own on the database itself.
    """
    file = make_url(url).database
    if not file:
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
