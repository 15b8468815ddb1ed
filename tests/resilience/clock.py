"""Time that stands still until a test moves it; pauses between two writes pass by themselves."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# The pause between two writes of an installation is one second: nobody has to move the hands for it.
SHORT_SECONDS = 1.5
# How long the queue rests at most, while the heartbeat of a lease and the tidying sleep longer.
REST_SECONDS = 5.0


class HandClock:
    """A clock whose hands are moved by the test, and things that happen when they get somewhere."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, float, asyncio.Future[None]]] = []
        self._coming: list[tuple[datetime, Callable[[], None]]] = []

    def now(self) -> datetime:
        """Where the hands stand."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the hands have moved so far."""
        if seconds <= SHORT_SECONDS:
            self.forward(max(0.0, seconds))
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self._now + timedelta(seconds=seconds), seconds, woken)
        self._sleepers.append(sleeper)
        try:
            await woken
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    @property
    def resting(self) -> bool:
        """Somebody rests who has nothing to do: the queue."""
        return any(seconds <= REST_SECONDS for _, seconds, _ in self._sleepers)

    def sleeps(self, seconds: float) -> bool:
        """Somebody waits for exactly so long."""
        return any(asked == seconds for _, asked, _ in self._sleepers)

    @property
    def next_coming(self) -> datetime | None:
        """When the next thing happens that was asked for with `after`."""
        return min((time for time, _ in self._coming), default=None)

    def after(self, seconds: float, happen: Callable[[], None]) -> None:
        """Let something happen when the hands have moved so far."""
        self._coming.append((self._now + timedelta(seconds=seconds), happen))

    def forward(self, seconds: float) -> None:
        """Move the hands: what comes on the way happens at its time, and sleepers wake."""
        end = self._now + timedelta(seconds=seconds)
        for coming in sorted(self._coming, key=lambda one: one[0]):
            if coming[0] <= end:
                self._coming.remove(coming)
                self._now = max(self._now, coming[0])
                coming[1]()
        self._now = end
        for sleeper in [one for one in self._sleepers if one[0] <= end]:
            self._sleepers.remove(sleeper)
            if not sleeper[2].done():
                sleeper[2].set_result(None)

    def forward_to(self, moment: datetime) -> None:
        """Move the hands to a moment, never back."""
        self.forward(max(0.0, (moment - self._now).total_seconds()))
