"""A clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.store.database import Database

# As many transactions as a piece of work makes one after the other, from its claim to the next one's.
SETTLING_ROUNDS = 6
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


class FakeClock:
    """Time for tests: `sleep` ends when the test has moved the hands far enough."""

    def __init__(self, start: datetime = MIDNIGHT) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []
        self._somebody_slept = asyncio.Event()

    def now(self) -> datetime:
        """Where the hands stand."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the hands have moved so far."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self._now + timedelta(seconds=seconds), woken)
        self._sleepers.append(sleeper)
        self._somebody_slept.set()
        try:
            await woken
        finally:
            self._sleepers.remove(sleeper)

    def advance(self, seconds: float) -> None:
        """Move the hands, and wake whoever slept so long."""
        self._now += timedelta(seconds=seconds)
        for until, woken in self._sleepers:
            if until <= self._now and not woken.done():
                woken.set_result(None)

    async def pass_until(self, event: asyncio.Event, *databases: Database) -> None:
        """Let time pass, from one sleeper's end to the next one's, until something has happened.

        Time stands still while these databases still have something to do.
        """
        happened = asyncio.create_task(event.wait())
        try:
            while not event.is_set():
                await _settle(databases)
                self._somebody_slept.clear()
                self._skip()
                slept = asyncio.create_task(self._somebody_slept.wait())
                await asyncio.wait((happened, slept), return_when=asyncio.FIRST_COMPLETED)
                slept.cancel()
        finally:
            happened.cancel()

    def _skip(self) -> None:
        ends = [until for until, woken in self._sleepers if not woken.done()]
        if ends:
            self.advance(max(0.0, (min(ends) - self._now).total_seconds()))


async def _settle(databases: tuple[Database, ...]) -> None:
    """Each database does what it was asked in turn: after some rounds, so has what follows from it."""
    for _ in range(SETTLING_ROUNDS):
        for database in databases:
            await database.read(lambda _connection: None)
            await database.write(lambda _connection: None)
