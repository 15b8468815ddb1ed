"""Whether the process lives, whether it can take deliveries, and what it has counted."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.errors import RetryLater
from bot.ports import Clock, JobStore

# A probe writes to the disk: a stranger's thousand probes shall not.
PROBE_SECONDS = 2.0
# Work that was due so long ago says that nobody works.
BACKLOG_SECONDS = 900.0


class Storage(Protocol):
    """The database, as far as health is concerned."""

    async def check_writable(self) -> None:
        """Raise `RetryLater` unless something can be stored now."""


class Metrics(Protocol):
    """Counts, in a monitoring system's format."""

    content_type: str

    def set_backlog(self, waiting: int, oldest_seconds: float) -> None:
        """The queue was looked at."""

    def render(self) -> bytes:
        """Everything counted."""


class Health:
    """The endpoints of people and machines who watch the server."""

    def __init__(self, storage: Storage, jobs: JobStore, clock: Clock, metrics: Metrics) -> None:
        self._storage = storage
        self._jobs = jobs
        self._clock = clock
        self._metrics = metrics
        self._probed_at: datetime | None = None
        self._probe_error = ""
        self._probing = asyncio.Lock()

    async def livez(self, _request: Request) -> Response:
        """The process answers; of the database it says nothing: a restart does not empty a disk."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _request: Request) -> Response:
        """Deliveries can be stored, and somebody does the work: 200, else 503 with what is wrong."""
        error = await self._probe()
        waiting, oldest = (0, 0.0) if error else await self._backlog()
        if not error and oldest > BACKLOG_SECONDS:
            error = f"the oldest work has been due for {oldest:.0f} seconds"
        facts = {"ready": not error, "error": error, "waiting": waiting, "oldest_seconds": round(oldest, 1)}
        return JSONResponse(facts, 503 if error else 200)

    async def metrics(self, _request: Request) -> Response:
        """Prometheus' text format."""
        # The counters are worth most while the database is down: the backlog keeps its last figure then.
        with contextlib.suppress(RetryLater):
            self._metrics.set_backlog(*await self._backlog())
        return Response(self._metrics.render(), media_type=self._metrics.content_type)

    async def _probe(self) -> str:
        async with self._probing:
            now = self._clock.now()
            if self._probed_at is None or abs(now - self._probed_at) >= timedelta(seconds=PROBE_SECONDS):
                self._probed_at = now
                try:
                    await self._storage.check_writable()
                    self._probe_error = ""
                except RetryLater as error:
                    self._probe_error = str(error)
            return self._probe_error

    async def _backlog(self) -> tuple[int, float]:
        waiting, oldest = await self._jobs.waiting()
        if oldest is None:
            return waiting, 0.0
        return waiting, max(0.0, (self._clock.now() - oldest).total_seconds())
