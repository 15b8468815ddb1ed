"""The small GitHub for tests: in this process or on a loopback port, judged by GitHub's description."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.demo.github.server import create_app
from bot.demo.github.state import Installation, Repo
from bot.demo.github.tokens import KeyPair, new_key_pair
from bot.demo.github.world import World
from bot.github.adapter import open_github
from bot.github.http import ASGITransport, AsyncBaseTransport, httpx
from bot.github.options import GitHubOptions, Resolve, Secret, Wires
from bot.model.run import Repository
from bot.ports import GitHub
from tests.fakes.openapi import Judge

# The client looks for it with every request in this process; where it is not, one look is enough.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # Python's own way to say that there is none

BLOB_HOST = "results-receiver.actions.githubusercontent.com"
PUBLIC = ("140.82.112.1",)


@dataclass
class TickingClock:
    """Time that passes only when somebody waits; `slept` says how long they did."""

    time: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Now, in UTC."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def forward(self, seconds: float) -> None:
        """Let time pass while nobody waits."""
        self.time += timedelta(seconds=seconds)


@cache
def key_pair() -> KeyPair:
    """Make the App's key once for a test run: it takes a tenth of a second."""
    return new_key_pair()


@dataclass
class Site:
    """A world with one installed repository, and everything needed to reach it."""

    clock: TickingClock
    world: World
    home: Repo
    installation: Installation
    judge: Judge
    logs_sent: list[httpx.Request] = field(default_factory=list)

    @property
    def repo(self) -> Repository:
        """The home repository, as the port knows it."""
        return self.repo_of(self.home)

    def repo_of(self, repo: Repo) -> Repository:
        """A repository of the world, as the port knows it."""
        installed = (i.id for i in self.world.installations.values() if repo.id in i.repositories)
        return Repository(next(installed), repo.id, repo.owner.login, repo.name, repo.default_branch)

    def options(self, **changes: object) -> GitHubOptions:
        """What the adapter has to know."""
        values: dict[str, object] = {"app_id": self.world.app_id, "private_key": Secret(key_pair().private)}
        return GitHubOptions(**{**values, **changes})  # type: ignore[arg-type] # one place for every test

    def paths(self, method: str = "") -> list[str]:
        """Paths of the requests that came, of one method or of all."""
        return [seen.path for seen in self.world.requests if method in ("", seen.method)]


def new_site() -> Site:
    """Make a world with the repository octo/hello and the App installed on it."""
    clock = TickingClock()
    world = World(clock.now, public_key=key_pair().public)
    world.blob_base = f"https://{BLOB_HOST}"
    home = world.add_repository("octo/hello")
    installation = world.install(home)
    return Site(clock, world, home, installation, Judge(create_app(world)))


async def public_address(_host: str, _port: int) -> tuple[str, ...]:
    """Resolve every name to an address of the open internet."""
    return PUBLIC


class InProcess(AsyncBaseTransport):
    """httpx to an application in this process; an answer that is cut is a cut connection."""

    def __init__(self, app: ASGIApp, sent: list[httpx.Request] | None = None) -> None:
        self._app = app
        self._sent = [] if sent is None else sent
        self._inner = ASGITransport(app=self._whole)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and remember it."""
        self._sent.append(request)
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx.ReadError("connection reset") from error

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        ended = False

        async def speak(message: Message) -> None:
            nonlocal ended
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await self._app(scope, receive, speak)
        if not ended:
            raise ConnectionResetError


@contextlib.asynccontextmanager
async def in_process(
    site: Site, *, on_network: bool = False, resolve: Resolve | None = None, **changes: object
) -> AsyncIterator[GitHub]:
    """Open the adapter on the fake in this process; `on_network` fetches logs over real sockets."""
    wires = Wires(
        api=InProcess(site.judge),
        logs=None if on_network else InProcess(site.judge, site.logs_sent),
        resolve=resolve or public_address,
    )
    async with open_github(site.options(**changes), site.clock, wires) as github:
        yield github


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals of the test run alone."""
        yield


@contextlib.asynccontextmanager
async def on_loopback(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on a free loopback port, in this event loop; give its address."""
    config = uvicorn.Config(app, http="h11", lifespan="off", log_config=None, ws="none")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
