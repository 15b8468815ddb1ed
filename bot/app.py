"""The composition root: the only module that names every adapter."""

import asyncio
import contextlib
import random
import signal
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.errors import RetryLater, TellUser
from bot.github.adapter import open_github
from bot.github.options import GitHubOptions, Wires
from bot.github.options import Secret as GitHubSecret
from bot.handlers.dispatch import handle
from bot.handlers.world import Guard, World
from bot.ports import Clock, GitHub, JobQueue, LogReader, Store, Work
from bot.scan.engine import RegexEngine
from bot.scan.reader import ProcessLogReader
from bot.settings import Settings
from bot.store.alone import share_database
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.jobs import SqlJobs
from bot.store.memory import SqlStore
from bot.store.upgrade import upgrade
from bot.telemetry import Journal, Metrics, bound
from bot.web.health import Health
from bot.web.site import create_web, serve_config
from bot.web.verifier import Verifier
from bot.web.webhook import Reception
from bot.work.embedded import EmbeddedQueue

# Raw deliveries are kept for as long as somebody may want to replay one.
KEEP_DELIVERIES = timedelta(days=30)
# A reading is only a cache of what GitHub keeps for 90 days by default.
KEEP_READINGS = timedelta(days=90)
# Work that waits longer than this waits for a reason: a hold, a back-off.
SOON = timedelta(seconds=12)
# A step of purging holds the one writer for some tens of milliseconds.
STEP_ROWS = 2_000
# A kept log is a larger thing.
STEP_LOGS = 40
# What is left over is removed at the next round.
MOST_STEPS = 500
HOUSEKEEPING_SECONDS = 6 * 3600.0
# uvicorn's own: connections that wait to be taken.
BACKLOG = 2048


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Application:
    """The program, put together and not yet running."""

    web: Starlette
    queue: EmbeddedQueue
    inbox: SqlInbox
    world: World
    clock: Clock
    database: Database
    jobs: SqlJobs
    keep_history: timedelta

    def world_with(self, queue: JobQueue) -> World:
        """The same ports with another queue, for work done at once."""
        return replace(self.world, queue=queue)

    async def is_idle(self) -> bool:
        """Nothing is being worked on, and nothing is due within the next debounce."""
        # Work may be claimed while the database is asked, and be done with before its answer: look twice.
        busy = self.queue.busy
        due = await self.jobs.next_due(self.clock.now())
        soon = due is not None and due - self.clock.now() <= SOON
        return not (busy or soon or self.queue.busy)

    async def work(self, stop: asyncio.Event) -> None:
        """Do what the queue holds until `stop` is set; tidy up now and then."""
        tidying = asyncio.create_task(self._tidy())
        try:
            await self.queue.run(stop)
        finally:
            tidying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await tidying

    async def drop_history(self) -> int:
        """Remove history past its time, and logs where none are kept any more; say how much went.

        In small steps, between which others may write.
        """
        store, before, gone = SqlStore(self.database), self.clock.now() - self.keep_history, 0
        for _ in range(MOST_STEPS):
            step = await store.drop_history(before, STEP_ROWS)
            if not step and not self.world.keep_logs:
                step = await store.drop_kept(STEP_LOGS)
            gone += step
            if not step:
                break
        return gone

    async def _tidy(self) -> None:
        while True:
            now = self.clock.now()
            # A full disk is told of by the health page; tidying comes round again.
            with contextlib.suppress(RetryLater):
                await self.inbox.drop_bodies(now - KEEP_DELIVERIES)
                await SqlStore(self.database).drop_readings(now - KEEP_READINGS)
                await self.drop_history()
            await self.clock.sleep(HOUSEKEEPING_SECONDS)


@asynccontextmanager
async def open_application(
    settings: Settings,
    *,
    clock: Clock | None = None,
    wires: Wires | None = None,
    reader: LogReader | None = None,
    pages: Sequence[BaseRoute] = (),
) -> AsyncIterator[Application]:
    """Put the program together on its database, and take it apart again.

    Args:
        settings: the environment.
        clock: time; the system's unless a test brings its own.
        wires: the ways to GitHub; the network unless a test brings its own.
        reader: of logs; child processes unless a test brings its own.
        pages: more pages beside the webhook.

    Raises:
        TellUser: the database cannot be used.
    """
    time, metrics = clock or SystemClock(), Metrics()
    await asyncio.to_thread(upgrade, settings.database_url)
    database = Database(settings.database_url)
    try:
        with share_database(settings.database_url) as alone:
            if alone:
                await SqlJobs(database).take_back(time.now())
            async with (
                open_github(_github_options(settings), time, wires) as github,
                ProcessLogReader(
                    notice=lambda reason: metrics.count_unread() if reason != "fallback" else None,
                    cache=settings.data / "patterns" if settings.data.is_dir() else None,
                ) as children,
            ):
                ports = _Ports(github, reader or children, database, time, metrics)
                yield _compose(settings, ports, pages)
    finally:
        database.close()


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """What is remembered, without a server: for looking at it, while a server works on it or not.

    Raises:
        TellUser: a newer version has written the database.
        RetryLater: it cannot be had, or it is none.
    """
    await asyncio.to_thread(upgrade, url)
    database = Database(url)
    try:
        yield SqlStore(database)
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _Ports:
    """What was opened and has to be closed again."""

    github: GitHub
    reader: LogReader
    database: Database
    clock: Clock
    metrics: Metrics


def _compose(settings: Settings, ports: _Ports, pages: Sequence[BaseRoute]) -> Application:
    """Hand every part what it needs."""
    database, clock, metrics = ports.database, ports.clock, ports.metrics
    jobs, inbox = SqlJobs(database), SqlInbox(database)

    async def attend(work: Work, guard: Guard) -> None:
        with bound(work=work.kind, key=work.key):
            await handle(world, work, guard)

    rng = random.Random()  # noqa: S311 - spreads retries
    queue = EmbeddedQueue(jobs, clock, attend, rng=rng, observe=metrics.count_work)
    world = World(
        github=ports.github,
        store=SqlStore(database),
        queue=queue,
        reader=ports.reader,
        engine=RegexEngine(),
        clock=clock,
        journal=Journal(),
        web=settings.web,
        dry_run=settings.dry_run,
        keep_logs=settings.keep_logs_mb << 20,
    )
    reception = Reception(
        inbox=inbox,
        verifier=Verifier(secret.reveal() for secret in settings.webhook_secrets),
        clock=clock,
        counter=metrics,
        wake=queue.wake,
        accounts=settings.allowed_accounts,
    )
    health = Health(database, jobs, clock, metrics)
    web = create_web(reception, health, path=settings.webhook_path, pages=pages)
    keep = timedelta(days=settings.history_days)
    return Application(web, queue, inbox, world, clock, database, jobs, keep)


def _github_options(settings: Settings) -> GitHubOptions:
    hosts = tuple(f"{host}:{port}" if port else host for host, port in settings.log_hosts)
    return GitHubOptions(
        app_id=settings.app_id,
        private_key=GitHubSecret(settings.private_key.reveal().decode()),
        api_url=settings.api,
        log_hosts=hosts,
    )


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: one stop ends web and work together."""

    @contextlib.contextmanager
    def capture_signals(self) -> "contextlib.Iterator[None]":  # type: ignore[name-defined]  # typing only
        """Leave the signals to `serve`."""
        yield


def listen(settings: Settings) -> socket.socket:
    """Take the server's address; raises `TellUser` when it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        place, reason = f"{settings.host}:{settings.port}", error.strerror or error
        raise TellUser(f"HOST, PORT: cannot listen on {place}: {reason}; choose another port") from error


async def serve(
    settings: Settings, *, clock: Clock | None = None, announce: Callable[[], None] = lambda: None
) -> None:
    """Run the server until SIGTERM or SIGINT: stop accepting, finish or give back work, close.

    Args:
        settings: the environment.
        clock: time; the system's unless a test brings its own.
        announce: called once the address is ours and the database is open.

    Raises:
        TellUser: the address is taken, or the database cannot be used.
        RetryLater: the database is locked or damaged.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with listen(settings) as address:
        async with open_application(settings, clock=clock) as application:
            announce()
            await run_until(stop, application, settings, address)


async def run_until(
    stop: asyncio.Event, application: Application, settings: Settings, address: socket.socket
) -> None:
    """Serve and work side by side until `stop` is set."""
    server = Server(serve_config(application.web, settings.host, settings.port))
    serving = asyncio.create_task(server.serve(sockets=[address]))
    working = asyncio.create_task(application.work(stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    stopping.cancel()
    await asyncio.gather(serving, working)
