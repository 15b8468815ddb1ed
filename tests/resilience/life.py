"""One life of the server's process, which ends at a chosen point: nothing of it runs any further."""

import asyncio
import sqlite3
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection, Engine, event

from bot.github.http import AsyncBaseTransport, httpx
from bot.ports import Clock

# A point is where durable state may differ from the point before it: around a request, around a commit.
# Questions to GitHub change nothing; they are points of `REQUESTS` all the same, because a server that
# writes down nothing in between may still have begun something.
REQUESTS, WRITES, COMMITS = "requests", "writes", "commits"


class DeadError(BaseException):
    """The process is no more: it asks nothing, and nothing is answered to it."""


@dataclass(eq=False)
class Life:
    """What happens in one process, point by point.

    Attributes:
        kind: which points are counted.
        ends_at: the number of the point at which the process is killed; 0: it lives on.
        points: names of the points that were reached.
        died: set when it was killed.
    """

    kind: str = REQUESTS
    ends_at: int = 0
    points: list[str] = field(default_factory=list)
    died: asyncio.Event = field(default_factory=asyncio.Event)
    dead: bool = False

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changes: dict[sqlite3.Connection, int] = {}
        self._statement = ""

    @property
    def end(self) -> str:
        """Where it ended, for whoever reads a failure."""
        return f"killed at point {self.ends_at} of {self.kind}: {self.points[-1] if self.dead else 'never'}"

    def refuse(self) -> None:
        """A dead process does nothing; raises `DeadError`."""
        if self.dead:
            raise DeadError

    def reach(self, kind: str, name: str) -> bool:
        """Note a point, and say whether the process ends here."""
        counted = kind == self.kind or (kind, self.kind) == (WRITES, REQUESTS)
        if not counted or self.dead:
            return False
        self.points.append(name)
        if len(self.points) != self.ends_at:
            return False
        self.kill()
        return True

    def kill(self) -> None:
        """End here, from whatever thread."""
        self.dead = True
        self._loop.call_soon_threadsafe(self.died.set)

    async def request(self, kind: str, name: str) -> None:
        """A point around a request: a killed process hangs here for ever."""
        self.refuse()
        if self.reach(kind, name):
            await asyncio.Future()

    def watch(self, engine: Engine) -> None:
        """Make each commit that changes something two points: before it, and after it."""
        event.listen(engine, "begin", lambda _connection: self.refuse())
        event.listen(engine, "commit", self._commit)
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.split()
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            self._statement = " ".join(words[:3])

    def _commit(self, connection: Connection) -> None:
        self.refuse()
        plain = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        changes = plain.total_changes
        # A transaction that changed nothing leaves what the point before it left.
        if changes == self._changes.get(plain, 0):
            return
        self._changes[plain] = changes
        if self.reach(COMMITS, f"before the commit of {self._statement}"):
            raise DeadError
        # Committed here, so that the kill can come between the commit and everything after it.
        connection.exec_driver_sql("COMMIT")
        if self.reach(COMMITS, f"after the commit of {self._statement}"):
            raise DeadError


class MortalWire(AsyncBaseTransport):
    """The way to GitHub of one life: each request is two points, before its effect and after it.

    A question has no effect, so being killed after it is the same as before: it is one point.
    """

    def __init__(self, life: Life, github: AsyncBaseTransport) -> None:
        self._life = life
        self._github = github

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, unless the process ends before it or before its answer is there."""
        name = f"{request.method} {request.url.path}"
        kind = REQUESTS if request.method == "GET" else WRITES
        await self._life.request(kind, f"before {name}")
        response = await self._github.handle_async_request(request)
        if kind == WRITES:
            await self._life.request(kind, f"after {name}")
        return response


class MortalClock:
    """Time in one life: for a dead process no second passes."""

    def __init__(self, life: Life, clock: Clock) -> None:
        self._life = life
        self.now = clock.now
        self._sleep = clock.sleep

    async def sleep(self, seconds: float) -> None:
        """Wait, unless nobody waits any more."""
        if not self._life.dead:
            await self._sleep(seconds)
