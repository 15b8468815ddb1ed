"""Brings a database to the newest schema before the server starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import make_url

from bot.errors import TellUser
from bot.store.database import open_engine, translated

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Create or migrate the database in one transaction; two processes may call it at the same time.

    Raises:
        TellUser: a newer version of Retriage has written the database, or its folder cannot be made.
        RetryLater: the disk is full, or the file is locked or damaged.
    """
    file = make_url(url).database
    if file:
        _make_folder(Path(file).parent)
    engine = open_engine(url)
    try:
        with translated(), engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise TellUser(f"{file} was written by a newer Retriage: start that version ({error})") from error
    finally:
        engine.dispose()


def _make_folder(folder: Path) -> None:
    try:
        # It will hold excerpts of private logs.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise TellUser(f"RETRIAGE_DATA: cannot make the folder {folder}: {error.strerror}") from error
