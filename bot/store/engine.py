"""Connections to SQLite or PostgreSQL: durable commits, and errors that say whether to try again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import Drop, RetryLater

# Long enough for another process' transaction, short enough to answer GitHub within its 10 seconds.
BUSY_SECONDS = 5.0
# A process that was stopped in the middle of a transaction holds up the others for no longer.
IDLE_SECONDS = 30
# A server that vanished from the network is noticed within about half a minute.
PROBES = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
# Two transactions wanted the same: one was rolled back, or met a key that the other had just taken.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
RACES = ("40001", "40P01", "23505")
# A limit of PostgreSQL's own, such as an index entry of a third of a page.
TOO_LARGE = "54"


@dataclass(frozen=True, slots=True)
class Threads:
    """How many transactions of one process run side by side."""

    writing: int
    reading: int

    @property
    def together(self) -> int:
        """The connections that they need."""
        return self.writing + self.reading


def is_postgresql(url: URL) -> bool:
    """Whether a server holds the database; else it is a file of SQLite's."""
    return url.get_backend_name() == "postgresql"


def threads_for(url: URL) -> Threads:
    """SQLite has one writer; with PostgreSQL one that waits for a lock shall not hold up the others."""
    return Threads(3, 3) if is_postgresql(url) else Threads(1, 2)


def open_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine whose commits survive a power cut; it waits so long for locks and connections."""
    parsed = make_url(url)
    return _open_server(parsed, busy_seconds) if is_postgresql(parsed) else _open_file(parsed, busy_seconds)


def for_reading(connection: Connection) -> Connection:
    """A connection whose transaction sees one state of the database and waits for nobody."""
    if connection.dialect.name == "sqlite":
        return connection.execution_options(begin="BEGIN DEFERRED")
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def is_race(error: exc.DBAPIError) -> bool:
    """Whether the same transaction, tried again at once, meets a settled state."""
    return _sqlstate(error) in RACES


@contextmanager
def translated() -> Iterator[None]:
    """Errors of disk, locks, file and server become `RetryLater`; values that never fit become `Drop`."""
    try:
        yield
    except exc.DBAPIError as error:
        raise _translate(error) from error
    except exc.TimeoutError as error:
        raise RetryLater("the database did not take it: every connection is in use") from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise Drop("the database cannot hold such a value") from error


def _translate(error: exc.DBAPIError) -> Exception:
    if isinstance(error, exc.DataError) or _sqlstate(error).startswith(TOO_LARGE):
        return Drop(f"the database cannot hold such a value: {reason_of(error)}")
    if isinstance(error, exc.OperationalError | exc.InternalError | exc.InterfaceError):
        return RetryLater(f"the database did not take it: {reason_of(error)}")
    # A file that is no database, or is damaged, has no class of its own in the driver.
    if type(error.orig) is sqlite3.DatabaseError:
        return RetryLater(f"the database is damaged: {reason_of(error)}")
    return error


def _sqlstate(error: exc.DBAPIError) -> str:
    """PostgreSQL's five characters; empty for SQLite, and where there was no server to say any."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def reason_of(error: exc.DBAPIError) -> str:
    """The driver's own words: the statement, its parameters and the row may hold private text."""
    said = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return " ".join(str(said or error.orig).split())


def _open_file(url: URL, busy_seconds: float) -> Engine:
    engine = create_engine(
        url, pool_size=threads_for(url).together, max_overflow=0, pool_timeout=busy_seconds
    )

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
        # A deferred BEGIN that writes after somebody else did fails at once with SQLITE_BUSY_SNAPSHOT,
        # whatever the busy timeout: https://www.sqlite.org/rescode.html#busy_snapshot
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _open_server(url: URL, busy_seconds: float) -> Engine:
    wait = max(2, int(busy_seconds))
    options = {"connect_timeout": str(wait), "application_name": "retriage", **PROBES}
    engine = create_engine(
        url.update_query_dict({name: value for name, value in options.items() if name not in url.query}),
        pool_size=threads_for(url).together,
        max_overflow=0,
        pool_timeout=busy_seconds,
        # After a restart of the server, connections that are gone are replaced before anybody meets them.
        pool_pre_ping=True,
    )
    settings = {
        "lock_timeout": f"{int(busy_seconds * 1000)}ms",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
        "timezone": "UTC",
        # Compiling a statement takes longer than any of ours runs.
        "jit": "off",
    }

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        # An administrator may ask for more than `on`, such as standbys, but not for less.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine
