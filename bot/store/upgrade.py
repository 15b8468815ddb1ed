"""Brings a database to the newest schema before the server starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, exc, func, make_url, select, text

from bot.errors import TellUser
from bot.store.engine import is_postgresql, open_engine, reason_of, translated

MIGRATIONS = Path(__file__).parent / "migrations"
# Of PostgreSQL's advisory locks the one that migrations take: any number that is always the same.
MIGRATING = 7_274_741_467


def upgrade(url: str) -> None:
    """Create or migrate the database in one transaction; two processes may call it at the same time.

    Raises:
        TellUser: a newer version of Retriage has written the database, its folder cannot be made, or the
            server does not let us make tables.
        RetryLater: the disk is full, the file is locked or damaged, or the server is out of reach.
    """
    parsed = make_url(url)
    name = parsed.database or ""
    if name and not is_postgresql(parsed):
        _make_folder(Path(name).parent)
    engine = open_engine(url)
    try:
        with translated(), engine.begin() as connection:
            if is_postgresql(parsed):
                _take_turns(connection)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise TellUser(f"{name} was written by a newer Retriage: start that version ({error})") from error
    except exc.ProgrammingError as error:
        # An option that the driver does not know, or a role that may not make tables.
        raise TellUser(f"DATABASE_URL: {name} cannot be used: {reason_of(error)}") from error
    finally:
        engine.dispose()


def _take_turns(connection: Connection) -> None:
    """Wait, however long it takes, until nobody else migrates; SQLite has its one writer for that."""
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))


def _make_folder(folder: Path) -> None:
    try:
        # It will hold excerpts of private logs.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise TellUser(f"RETRIAGE_DATA: cannot make the folder {folder}: {error.strerror}") from error
