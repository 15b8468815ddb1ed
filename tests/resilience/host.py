"""The real server's process on loopback, started, killed and started again, beside the small GitHub."""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.demo.github.server import create_app
from bot.github.http import AsyncClient, HTTPError
from tests.fakes.github import key_pair, on_loopback
from tests.resilience.server import FastClock
from tests.resilience.stage import SECRET, Delivery, Stage

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 40.0
ACCEPTED = 202


@dataclass
class Trap:
    """Kills the server from inside of one of its requests.

    Attributes:
        method: of the request.
        path: a part of its path.
        after: when GitHub has done what was asked, and not before.
    """

    method: str
    path: str
    after: bool
    sprung: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Host:
    """One machine: the data folder, the port, and the server's process when there is one.

    Attributes:
        starts: how many seconds each start took until the server was ready.
        database: the address of a PostgreSQL database; a file of SQLite's in the data folder when empty.
    """

    stage: Stage
    clock: FastClock
    address: str
    data: Path
    port: int
    parent: Process
    trap: Trap | None = None
    pid: int = 0
    starts: list[float] = field(default_factory=list)
    database: str = ""

    @property
    def file(self) -> Path:
        """The database."""
        return self.data / "retriage.db"

    async def start(self) -> None:
        """Start the server, and wait until it is ready."""
        began = time.monotonic()
        self._stdin.write(b"\n")
        self.pid = int(await self._line())
        async with asyncio.timeout(PATIENCE_SECONDS), AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(HTTPError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).is_success:
                        break
                await asyncio.sleep(LOOK_SECONDS)
        self.starts.append(time.monotonic() - began)

    def signal(self, number: signal.Signals) -> None:
        """Send the server a signal."""
        if self.pid:
            os.kill(self.pid, number)

    async def ended(self) -> int:
        """Wait for the server's end; its exit code, or minus the signal that ended it."""
        code = int(await self._line())
        self.pid = 0
        return code

    async def kill(self) -> None:
        """End the server as a power cut does, as far as processes go."""
        self.signal(signal.SIGKILL)
        assert await self.ended() == -signal.SIGKILL

    async def post(self, mail: Delivery) -> None:
        """Deliver until it is answered with 2xx, as a client does that redelivers."""
        async with asyncio.timeout(PATIENCE_SECONDS), AsyncClient(trust_env=False, timeout=5.0) as client:
            while not mail.taken:
                with contextlib.suppress(HTTPError):
                    answer = await client.post(
                        f"http://127.0.0.1:{self.port}/api/github/webhooks",
                        headers=mail.headers,
                        content=mail.body,
                    )
                    mail.taken = answer.status_code == ACCEPTED
                if not mail.taken:
                    await asyncio.sleep(LOOK_SECONDS)

    async def rest(self) -> None:
        """Wait until nothing waits any more."""
        await until(lambda: not self.rows("SELECT 1 FROM work WHERE state <> 'buried'"))

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Look into the database from outside."""
        if self.database:
            with psycopg.connect(self.database.replace("+psycopg", "")) as connection:
                return connection.execute(statement.encode(), values).fetchall()
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(statement, values).fetchall()

    def children(self) -> list[int]:
        """The server's own child processes: readers of logs."""
        found = Path(f"/proc/{self.pid}/task").glob("*/children")
        return [int(number) for file in found for number in file.read_text().split()]

    @property
    def _stdin(self) -> asyncio.StreamWriter:
        assert self.parent.stdin is not None
        return self.parent.stdin

    async def _line(self) -> bytes:
        assert self.parent.stdout is not None
        return await asyncio.wait_for(self.parent.stdout.readline(), PATIENCE_SECONDS)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():
            await asyncio.sleep(LOOK_SECONDS)


def lives(number: int) -> bool:
    """Whether there is such a process, and it is more than a name in a table."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@asynccontextmanager
async def open_host(stage: Stage, data: Path, database: str = "") -> AsyncIterator[Host]:
    """The small GitHub in this process, and a parent that starts the server when it is told to."""
    clock = FastClock(stage.clock.now(), time.time())
    world = stage.world
    world.now, world.public_key, world.blob_base = clock.now, key_pair().public, ""
    hosts: list[Host] = []
    async with on_loopback(_trapped(create_app(world), hosts)) as address:
        world.web = world.api = address
        async with _open_machine(stage, clock, data, database) as host:
            hosts.append(host)
            yield host


@asynccontextmanager
async def open_neighbour(host: Host, data: Path) -> AsyncIterator[Host]:
    """One more machine that works on the same database, for the same small GitHub."""
    async with _open_machine(host.stage, host.clock, data, host.database) as neighbour:
        yield neighbour


@asynccontextmanager
async def _open_machine(stage: Stage, clock: FastClock, data: Path, database: str) -> AsyncIterator[Host]:
    port, world, address = _free_port(), stage.world, stage.world.api
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "APP_ID": str(world.app_id),
        "PRIVATE_KEY": key_pair().private,
        "WEBHOOK_SECRET": SECRET,
        "RETRIAGE_DATA": str(data),
        "GITHUB_API_URL": address,
        "LOG_HOSTS": address.removeprefix("http://"),
        "PORT": str(port),
        **({"DATABASE_URL": database} if database else {}),
    }
    words = ("tests.resilience.server", stage.clock.now().isoformat(), repr(clock.began))
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, stdin=PIPE, stdout=PIPE, env=environment, cwd=ROOT
    )
    host = Host(stage, clock, address, data, port, parent, database=database)
    try:
        yield host
    finally:
        host.signal(signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            parent.kill()
        await parent.communicate()


def _trapped(github: ASGIApp, hosts: list[Host]) -> ASGIApp:
    """The small GitHub, with a trap in it when one is set."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        host = hosts[0] if hosts else None
        trap = host.trap if host else None
        if (
            host is None
            or trap is None
            or scope.get("method") != trap.method
            or trap.path not in scope["path"]
        ):
            await github(scope, receive, send)
            return
        host.trap = None
        told: list[Message] = []

        async def keep(message: Message) -> None:
            told.append(message)

        if trap.after:
            await github(scope, receive, keep)
        host.signal(signal.SIGKILL)
        trap.sprung.set()
        await send({"type": "http.response.start", "status": 502, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    return app


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
