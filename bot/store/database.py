"""One SQLite file: durable commits, one writer, and errors that say whether to try again."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, exc, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import Drop, RetryLater
from bot.store.tables import probe

# Long enough for another process' transaction, short enough to answer GitHub within its 10 seconds.
BUSY_SECONDS = 5.0
READERS = 2
# A deferred BEGIN that writes after somebody else did fails at once with SQLITE_BUSY_SNAPSHOT, whatever
# the busy timeout: https://www.sqlite.org/rescode.html#busy_snapshot
WRITING = "BEGIN IMMEDIATE"
READING = "BEGIN DEFERRED"

_Result = TypeVar("_Result")


def open_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine whose commits survive a power cut (WAL with `synchronous=FULL`)."""
    engine = create_engine(url, pool_size=1 + READERS, max_overflow=0, pool_timeout=busy_seconds)

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={int(busy_seconds * 1000)}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", WRITING))

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the disk, of locks and of the file become `RetryLater`; values too large become `Drop`."""
    try:
        yield
    except (exc.OperationalError, exc.InternalError, exc.InterfaceError, exc.TimeoutError) as error:
        raise RetryLater(f"the database did not take it: {_reason(error)}") from error
    except exc.DatabaseError as error:
        # A file that is no database, or is damaged, has no class of its own in the driver.
        if type(error.orig) is sqlite3.DatabaseError:
            raise RetryLater(f"the database is damaged: {_reason(error)}") from error
        raise
    except OverflowError as error:
        raise Drop("a number is too large for the database") from error


def _reason(error: exc.SQLAlchemyError) -> str:
    """The driver's own words: the statement and its parameters may hold private text."""
    return str(error.orig) if isinstance(error, exc.DBAPIError) else type(error).__name__


class Database:
    """Runs transactions, each a function of a connection, away from the event loop.

    Writers take turns on one thread, so that they queue fairly instead of polling for SQLite's lock.
    A transaction whose caller was cancelled runs to its end all the same.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.engine = open_engine(url, busy_seconds)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    async def write(self, do: Callable[[Connection], _Result]) -> _Result:
        """Run one transaction; it is on the disk when this returns.

        Raises:
            RetryLater: nothing was stored: the disk is full, the file is locked or damaged.
            Drop: it can never be stored.
        """
        return await self._run(self._writer, WRITING, do)

    async def read(self, do: Callable[[Connection], _Result]) -> _Result:
        """Run one reading transaction: it sees one state of the database and waits for nobody."""
        return await self._run(self._readers, READING, do)

    async def check_writable(self) -> None:
        """Raise `RetryLater` unless something can be stored now."""
        await self.write(lambda connection: connection.execute(update(probe).values(count=probe.c.count + 1)))

    def close(self) -> None:
        """Let running transactions end, then close every connection."""
        self._writer.shutdown()
        self._readers.shutdown()
        self.engine.dispose()

    async def _run(
        self, threads: ThreadPoolExecutor, begin: str, do: Callable[[Connection], _Result]
    ) -> _Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, self._transact, begin, do)

    def _transact(self, begin: str, do: Callable[[Connection], _Result]) -> _Result:
        with translated(), self.engine.connect() as plain:
            connection = plain.execution_options(begin=begin)
            with connection.begin():
                return do(connection)
