"""Transactions away from the event loop, on SQLite or PostgreSQL."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, exc, make_url, update

from bot.store.engine import BUSY_SECONDS, for_reading, is_race, open_engine, threads_for, translated
from bot.store.tables import probe

# How often a transaction is tried that others came in the way of.
MOST_TRIES = 4

_Result = TypeVar("_Result")


class Database:
    """Runs transactions, each a function of a connection, away from the event loop.

    With SQLite, writers take turns on one thread, so that they queue fairly instead of polling for its lock.
    A transaction whose caller was cancelled runs to its end all the same. One that lost a race against
    another (PostgreSQL alone has them) is run again: it changes nothing but the database.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.engine = open_engine(url, busy_seconds)
        threads = threads_for(make_url(url))
        self._writers = ThreadPoolExecutor(threads.writing, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(threads.reading, thread_name_prefix="store-read")

    async def write(self, do: Callable[[Connection], _Result]) -> _Result:
        """Run one transaction; it is on the disk when this returns.

        Raises:
            RetryLater: nothing was stored: the disk is full, the database is locked, damaged or out of reach.
                A connection that breaks during the commit leaves open whether it was.
            Drop: it can never be stored.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._write, do)

    async def read(self, do: Callable[[Connection], _Result]) -> _Result:
        """Run one reading transaction: it sees one state of the database and waits for nobody."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, do)

    async def check_writable(self) -> None:
        """Raise `RetryLater` unless something can be stored now."""
        await self.write(lambda connection: connection.execute(update(probe).values(count=probe.c.count + 1)))

    def close(self) -> None:
        """Let running transactions end, then close every connection."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()

    def _write(self, do: Callable[[Connection], _Result]) -> _Result:
        with translated():
            for _ in range(MOST_TRIES - 1):
                try:
                    return self._write_once(do)
                except exc.DBAPIError as error:
                    if not is_race(error):
                        raise
            return self._write_once(do)

    def _write_once(self, do: Callable[[Connection], _Result]) -> _Result:
        with self.engine.begin() as connection:
            return do(connection)

    def _read(self, do: Callable[[Connection], _Result]) -> _Result:
        with translated(), self.engine.connect() as plain:
            connection = for_reading(plain)
            with connection.begin():
                return do(connection)
