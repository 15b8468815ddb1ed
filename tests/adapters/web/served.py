"""The real server on loopback, and a client that writes whatever bytes it likes."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn

from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.jobs import SqlJobs
from bot.telemetry import Metrics
from bot.web.body import Limits
from bot.web.health import Health
from bot.web.site import PatientProtocol, create_web, serve_config
from bot.web.verifier import Verifier
from bot.web.webhook import Reception
from tests.adapters.work.clock import FakeClock

SECRET = b"current-secret-of-at-least-32-bytes!"
PREVIOUS = b"previous-secret-of-at-least-32-bytes"
PATH = "/api/github/webhooks"


@dataclass(frozen=True)
class Answer:
    """A response: its status, headers in lower case, and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        """The body's object."""
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


@dataclass
class Served:
    """A server that runs, and what is behind it."""

    port: int
    clock: FakeClock
    metrics: Metrics
    jobs: SqlJobs
    inbox: SqlInbox
    woken: list[bool] = field(default_factory=list)

    async def send(self, request: bytes, *, half: bool = False) -> bytes:
        """Everything that the server answers to these bytes; `half` keeps our side open."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            if not half and writer.can_write_eof():
                writer.write_eof()
            return await reader.read()
        finally:
            writer.close()

    async def ask(self, request: bytes, *, half: bool = True) -> Answer:
        """One request, one answer. The request has to close the connection."""
        return parse(await self.send(request, half=half))

    async def get(self, path: str) -> Answer:
        """A page."""
        return await self.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())


def parse(raw: bytes) -> Answer:
    """A response's parts."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


def sign(body: bytes, secret: bytes = SECRET) -> str:
    """The signature that GitHub sends."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def request(
    body: bytes, *extra: str, event: str = "workflow_run", without: tuple[str, ...] = (), path: str = PATH
) -> bytes:
    """A delivery as GitHub sends it; `extra` header lines are added, the names in `without` left out."""
    lines = {
        "Host": "x",
        "Connection": "close",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": sign(body),
    }
    head = [
        f"POST {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in lines.items() if name not in without),
    ]
    return "\r\n".join([*head, *extra, "", ""]).encode("latin-1") + body


@asynccontextmanager
async def served(
    database: Database,
    *,
    limits: Limits | None = None,
    accounts: frozenset[str] = frozenset(),
    patience: float | None = None,
) -> AsyncIterator[Served]:
    """Serve a database's inbox for the length of a block."""
    clock, metrics = FakeClock(), Metrics()
    inbox, jobs = SqlInbox(database), SqlJobs(database)
    woken: list[bool] = []
    reception = Reception(
        inbox=inbox,
        verifier=Verifier([SECRET, PREVIOUS]),
        clock=clock,
        counter=metrics,
        wake=lambda: woken.append(True),
        accounts=accounts,
        limits=limits or Limits(),
    )
    config = serve_config(create_web(reception, Health(database, jobs, clock, metrics)), "127.0.0.1", 0)
    if patience is not None:
        config.http = type("Impatient", (PatientProtocol,), {"seconds": patience})
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(port, clock, metrics, jobs, inbox, woken)
    finally:
        server.should_exit = True
        await serving
