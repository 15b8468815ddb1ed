"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there, gone when they end.

Nothing is left to a port that might be taken, nor to a server that is there already.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import delete

from bot.store.columns import metadata
from bot.store.tables import probe
from bot.store.upgrade import upgrade

# What is stored is thrown away: nothing has to survive a power cut here.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
}
START_SECONDS = 30.0
TEMPLATE = "migrated"
# Quicker by far than a new database, whose thousand files have to be copied.
EMPTY = "; ".join(str(delete(table)) for table in metadata.sorted_tables if table is not probe)
EMPTY += "; UPDATE probe SET count = 0"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`; `None` when this machine has no server."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(asked.stdout.strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in folders if (one / "initdb").exists() and (one / "postgres").exists()), None)


class PostgreSQL:
    """One server; each test has a database of its own in it, copied from one that was migrated once."""

    def __init__(self, binaries: Path, folder: Path, options: dict[str, str] | None = None) -> None:
        self._binaries = binaries
        self._folder = folder
        self._options = {**OPTIONS, **(options or {})}
        self._names = (f"test_{number}" for number in count())
        self._free: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user, self._user)

    def address(self, name: str) -> str:
        """The `DATABASE_URL` of a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def prepare(self) -> None:
        """Make the server's files, start it, and migrate the database that all others are copies of."""
        files = ["--pgdata", str(self._folder / "data"), "--no-sync", "--encoding", "UTF8", "--no-locale"]
        subprocess.run(
            [str(self._binaries / "initdb"), *files, "--username", "postgres", "--auth", "trust"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
        )
        self.start()
        self._command(f"CREATE DATABASE {TEMPLATE}")
        upgrade(self.address(TEMPLATE))

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [word for name, value in self._options.items() for word in ("-c", f"{name}={value}")]
        # It ends with whoever started it, even when that one is killed.
        ends_with_us = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        server = [str(self._binaries / "postgres"), "-D", str(self._folder / "data")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*ends_with_us, *server, "-k", str(self._folder), *options],
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / "log").read_text(errors="replace"))
            time.sleep(0.02)

    def stop(self) -> None:
        """End it at once, as if it had crashed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_SECONDS)
            self._process = None

    def create(self, template: str = TEMPLATE) -> str:
        """A new database; give its name."""
        name = next(self._names)
        self._command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._command(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The address of a new database, with which one may do as one likes; it is removed at the end."""
        name = self.create(template)
        try:
            yield self.address(name)
        finally:
            self.drop(name)

    @contextmanager
    def rows_only(self) -> Iterator[str]:
        """The address of a migrated, empty database whose user changes nothing but rows; it is used again."""
        name = self._free.pop() if self._free else self.create()
        yield self.address(name)
        with psycopg.connect(host=str(self._folder), user="postgres", dbname=name) as connection:
            connection.execute(EMPTY.encode())
        self._free.append(name)

    def disconnect_all(self) -> None:
        """End every connection but this one."""
        self._command(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def _command(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), self._connect():
            return True
        return False


@contextmanager
def running(binaries: Path, options: dict[str, str] | None = None) -> Iterator[PostgreSQL]:
    """A server that runs, and of which nothing is left afterwards."""
    # A socket's path is short: not below the folder of a test.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(binaries, Path(folder), options)
        try:
            server.prepare()
            yield server
        finally:
            server.stop()
