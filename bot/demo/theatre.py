"""The real server and the small GitHub side by side on loopback, and the story between them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from bot.app import Application, Server, SystemClock, open_application
from bot.demo.github.deliveries import comment_created, run_completed, signed_delivery
from bot.demo.github.server import create_app
from bot.demo.github.state import Run
from bot.demo.github.tokens import KeyPair, new_key_pair
from bot.demo.github.world import World
from bot.demo.story import Scene, Stage, build_stage
from bot.github.http import AsyncClient, authorities
from bot.ports import LogReader
from bot.settings import Secret, Settings
from bot.web.site import serve_config

HOST = "127.0.0.1"
SECRET = "a webhook secret that only this demo knows"  # noqa: S105 - both ends are in this process
# What a scene's work may take before the demo goes on without it.
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.02
# The pause between two writes lies in here; what is shorter costs nothing, what is longer is told to skip.
SHORTEST_SKIPPED, LONGEST_SKIPPED = 0.3, 2.0


class StageClock(SystemClock):
    """The machine's time, which can be moved on: the story's minutes need not be waited for.

    Args:
        behind: how long ago the story begins, so that it may end now.
    """

    def __init__(self, behind: timedelta = timedelta()) -> None:
        self._ahead = -behind

    def now(self) -> datetime:
        """Now, in UTC, plus what was skipped."""
        return super().now() + self._ahead

    def skip(self, seconds: float) -> None:
        """Move on."""
        self._ahead += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait, or skip a short pause: both sides go by this clock, so that the pause has been for both."""
        if SHORTEST_SKIPPED <= seconds <= LONGEST_SKIPPED:
            self.skip(seconds)
            seconds = 0.0
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Theatre:
    """Everything that runs.

    Attributes:
        told: titles of the scenes played so far, each with its pull request's number, 0 for none.
        playing: more scenes will come.
    """

    world: World
    stage: Stage
    clock: StageClock
    address: str
    application: Application
    hook: str
    client: AsyncClient
    told: list[tuple[str, int]] = field(default_factory=list)
    playing: bool = True

    async def play(self, scene: Scene) -> None:
        """Let a scene happen when its time has come, deliver its webhook, and wait until its work is done."""
        self.move_on(scene.after.total_seconds())
        await self.settle()
        run = scene.play(self.stage)
        self.told.append((scene.title, self._number(run)))
        await self.deliver("workflow_run", run_completed(self.world, run))
        await self.settle()

    def _number(self, run: Run) -> int:
        heads = ((pull.head_sha, pull.number) for pull in self.stage.pulls)
        return next((number for sha, number in heads if sha == run.head_sha), 0)

    async def comment(self, number: int, text: str, login: str) -> None:
        """Post a comment as a person would, and deliver its webhook."""
        author = self.world.add_user(login)
        comment = self.world.add_comment(self.stage.repo.id, number, author, text)
        await self.deliver("issue_comment", comment_created(self.world, comment))

    async def deliver(self, event: str, payload: dict[str, Any]) -> int:
        """POST a signed delivery as GitHub does; give the answer's status."""
        headers, body = signed_delivery(SECRET, event, payload)
        answer = await self.client.post(self.hook, headers=headers, content=body)
        return int(answer.status_code)

    async def settle(self) -> None:
        """Wait until nothing is being worked on and nothing is due."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.application.is_idle():
                await asyncio.sleep(LOOK_SECONDS)

    def move_on(self, seconds: float) -> None:
        """Skip time, as if nobody had pushed for so long."""
        self.clock.skip(seconds)
        self.application.queue.wake()


@asynccontextmanager
async def open_theatre(
    pages: Callable[[Callable[[], Theatre]], Callable[[ASGIApp], ASGIApp]] | None = None,
    port: int = 0,
    *,
    clock: StageClock | None = None,
    keys: KeyPair | None = None,
    reader: LogReader | None = None,
) -> AsyncIterator[Theatre]:
    """Start both servers on loopback; at the end both are gone, and so is the database.

    Args:
        pages: wraps the small GitHub's application with the pages a person looks at.
        port: of the small GitHub and its pages; 0 takes a free one.
        clock: time for both sides; the machine's unless a test brings its own.
        keys: the App's key; a fresh one takes a tenth of a second.
        reader: of logs; processes of its own unless a test brings some that have started.
    """
    clock, keys = clock or StageClock(), keys or new_key_pair()
    world = World(clock.now, public_key=keys.public)
    stages: list[Theatre] = []
    small: ASGIApp = create_app(world)
    if pages is not None:
        small = pages(lambda: stages[0])(small)
    with tempfile.TemporaryDirectory(prefix="retriage-demo-") as folder:
        async with _serving(small, port) as address:
            world.web = world.api = address
            settings = _settings(address, keys.private, Path(folder))
            async with _performing(world, clock, settings, reader) as theatre:
                stages.append(theatre)
                yield theatre


@asynccontextmanager
async def _performing(
    world: World, clock: StageClock, settings: Settings, reader: LogReader | None
) -> AsyncIterator[Theatre]:
    """Run our server on the small GitHub, and do its work, until the end."""
    async with (
        open_application(settings, clock=clock, reader=reader) as application,
        _serving(application.web, 0) as ours,
        AsyncClient(trust_env=False, timeout=30.0, verify=authorities()) as client,
    ):
        stop = asyncio.Event()
        working = asyncio.create_task(application.work(stop))
        hook = ours + settings.webhook_path
        try:
            yield Theatre(world, build_stage(world), clock, settings.web, application, hook, client)
        finally:
            stop.set()
            await working


def _settings(address: str, key: str, folder: Path) -> Settings:
    return Settings(
        app_id=1234,
        private_key=Secret(key.encode()),
        webhook_secrets=(Secret(SECRET.encode()),),
        database_url=f"sqlite:///{folder}/retriage.db",
        data=folder,
        api=address,
        web=address,
        log_hosts=((HOST, int(address.rpartition(":")[2])),),
    )


@asynccontextmanager
async def _serving(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """Serve an application on loopback; gives its address once it listens."""
    config = serve_config(app, HOST, port)
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if serving.done():
                await serving
                raise OSError(f"port {port} is taken")
            await asyncio.sleep(0.01)
        yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
