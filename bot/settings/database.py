"""Where the database is: a file of SQLite's, or a PostgreSQL server."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.settings.addresses import host_and_port
from bot.settings.reader import Reader

POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
HOW = (
    "sqlite:///path/to/retriage.db, postgresql://user:password@host/database, or leave it out to use"
    " RETRIAGE_DATA"
)


def read_database_url(reader: Reader, data: Path) -> str:
    """`DATABASE_URL` in SQLAlchemy's form, or a file in the data folder. No problem shows a password."""
    url = reader.env.get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{data / 'retriage.db'}"
    scheme, _, rest = url.partition("://")
    if scheme in POSTGRESQL:
        _check_postgresql(reader, rest)
        return f"postgresql+psycopg://{rest}"
    if scheme != "sqlite" or not rest.startswith("/"):
        reader.complain("DATABASE_URL", "is not an address of a SQLite file or of PostgreSQL", HOW)
    elif rest in ("/", "/:memory:") or "?" in rest:
        reader.complain(
            "DATABASE_URL", "a database in memory or with options would not survive a restart", HOW
        )
    return url


def _check_postgresql(reader: Reader, rest: str) -> None:
    try:
        parts = urlsplit(f"//{rest}")
    except ValueError:
        parts = urlsplit("")
    # Several hosts, for a standby that takes over, and a socket's folder stand in the options.
    options = parse_qs(parts.query)
    host = parts.netloc.rpartition("@")[2]
    if not (host_and_port(host) if host else options.get("host")):
        reader.complain("DATABASE_URL", "names no host of the PostgreSQL server", HOW)
    elif not parts.path.strip("/") or "/" in parts.path[1:] or parts.fragment:
        wrong = "names no database; in a password, # / ? @ are written %23 %2F %3F %40"
        reader.complain("DATABASE_URL", wrong, HOW)
