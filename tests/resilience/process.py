"""The whole server in this process, on a file that outlives it: it ends in peace, or is killed."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Application, open_application
from bot.demo.github.server import create_app
from bot.github.http import ASGITransport, AsyncBaseTransport, AsyncClient
from bot.github.options import Wires
from bot.logs.source import Given, Source
from bot.model.kept import Found, Keep, KeptText
from bot.model.proposal import Proof, Proposal
from bot.model.reading import Reading
from bot.model.signature import Pattern
from bot.ports import FetchedLog, LogFile
from bot.scan.engine import HYPERSCAN, LogSearch, RegexEngine
from bot.scan.files import FileSource
from bot.scan.kept import close_up, open_up
from bot.settings import Secret, Settings
from bot.triage import marks, prove, read_artifact, read_log
from bot.triage.keeping import find_in_kept, read_and_keep
from tests.fakes.github import InProcess, public_address
from tests.resilience.clock import HandClock
from tests.resilience.life import Life, MortalClock, MortalWire
from tests.resilience.stage import SECRET, Delivery, Stage, small_key

ACCEPTED = 202
# A dead process' leases are over after this (RELIABILITY, comment protocol 1).
LEASE_SECONDS = 121.0
# After this time everything is said (hold, sweep, and a back-off before each).
REST_WITHIN = timedelta(seconds=300)
# Longer than any life takes on a machine that does much else beside.
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.0005

Wrap = Callable[[AsyncBaseTransport], AsyncBaseTransport]


class HereLogReader:
    """Reads logs in this process: the children of the real reader take longer to start than a whole life."""

    async def read(self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...]) -> Reading:
        """Read a log."""
        return read_log(_source(log), LogSearch(marks(), patterns, HYPERSCAN))

    async def read_and_keep(
        self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...], keep: Keep
    ) -> tuple[Reading, KeptText | None]:
        """Read a log that is to be kept."""
        reading, kept = read_and_keep(_source(log), LogSearch(marks(), patterns, HYPERSCAN), keep)
        return reading, close_up(kept) if kept else None

    async def find(self, body: bytes, patterns: tuple[Pattern, ...]) -> Found:
        """Look for patterns in a kept log."""
        return find_in_kept(open_up(body), LogSearch((), patterns, HYPERSCAN))

    async def read_artifact(self, archive: FetchedLog, globs: tuple[str, ...]) -> Reading:
        """Read the reports in an artifact."""
        return read_artifact(archive.data, globs)

    async def prove(self, proposal: Proposal) -> Proof:
        """Judge a proposed configuration."""
        return prove(proposal, RegexEngine())


def _source(log: FetchedLog | LogFile) -> Source:
    return FileSource(Path(log.path)) if isinstance(log, LogFile) else Given(log.data, log.gap)


@dataclass(slots=True)
class Home:
    """Where the server lives: its database file, and the GitHub around it.

    `wrap` puts something between the server and GitHub; `web` is the address of GitHub's pages.
    """

    stage: Stage
    file: Path
    wrap: Wrap = field(default=lambda wire: wire)
    web: str = "https://github.com"

    @property
    def settings(self) -> Settings:
        """The environment."""
        return Settings(
            app_id=self.stage.world.app_id,
            private_key=Secret(small_key().private.encode()),
            webhook_secrets=(Secret(SECRET.encode()),),
            database_url=f"sqlite:///{self.file}",
            data=self.file.parent,
            web=self.web,
        )

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Look into the database from outside."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(statement, values).fetchall()


@asynccontextmanager
async def living(home: Home, life: Life) -> AsyncIterator[Application]:
    """Open the server and let it work, until the block ends or the process is killed."""
    clock = home.stage.clock
    github = home.wrap(InProcess(create_app(home.stage.world)))
    wires = Wires(MortalWire(life, github), MortalWire(life, github), public_address)
    async with open_application(
        home.settings, clock=MortalClock(life, clock), wires=wires, reader=HereLogReader()
    ) as application:
        life.watch(application.database.engine)
        stop = asyncio.Event()
        working = asyncio.create_task(application.work(stop))
        try:
            yield application
        finally:
            stop.set()
            if life.dead:
                working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def live(
    home: Home, life: Life, mail: Sequence[Delivery] = (), within: timedelta = REST_WITHIN
) -> None:
    """Take the mail that was not taken yet, and work until nothing waits; or be killed on the way."""

    async def go_on() -> None:
        async with living(home, life) as application:
            await deliver(application, mail)
            await settle(home, application, within)

    going = asyncio.create_task(go_on())
    dying = asyncio.create_task(life.died.wait())
    done, _ = await asyncio.wait(
        (going, dying), timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    dying.cancel()
    life.dead = life.dead or not done
    if life.dead:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
    assert done, "there was always something to do"
    if not life.dead:
        await going


async def deliver(application: Application, mail: Sequence[Delivery]) -> None:
    """POST what was not answered with 2xx yet, as GitHub's redelivery does."""
    async with AsyncClient(
        transport=ASGITransport(application.web), base_url="http://retriage.example", trust_env=False
    ) as client:
        for one in mail:
            if not one.taken:
                answer = await client.post("/api/github/webhooks", headers=one.headers, content=one.body)
                assert answer.status_code == ACCEPTED
                one.taken = True


async def settle(home: Home, application: Application, within: timedelta) -> None:
    """Work until nothing waits, or nothing that is due `within` so long; time passes from task to task."""
    clock: HandClock = home.stage.clock
    end = clock.now() + within
    with contextlib.closing(sqlite3.connect(home.file)) as connection:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if application.queue.busy or not clock.resting:
                continue
            states = dict(connection.execute("SELECT state, MIN(due_at) FROM work GROUP BY state").fetchall())
            if "running" in states:
                continue
            times = [clock.next_coming] if clock.next_coming else []
            if "waiting" in states:
                times.append(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=states["waiting"]))
            if not times or min(times) > end:
                return
            clock.forward_to(min(times))
            application.queue.wake()
