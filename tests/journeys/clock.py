"""Time for journeys: it begins in the reports' own days, and nobody waits for it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from bot.demo.theatre import StageClock

# When the report with the flake registry was written: later than its signatures, before they expire.
START = datetime(2026, 1, 4, 16, 0, tzinfo=UTC)
# The pause between two writes lies in here; what is shorter costs nothing, what is longer is told to skip.
SHORTEST_SKIPPED, LONGEST_SKIPPED = 0.3, 2.0


class JourneyClock(StageClock):
    """Runs like the machine's from `START` on; short pauses pass at once."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Now, in UTC, plus what was skipped."""
        return START + timedelta(seconds=time.monotonic() - self._began) + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait, or skip a short pause."""
        if SHORTEST_SKIPPED <= seconds <= LONGEST_SKIPPED:
            self.skip(seconds)
            seconds = 0.0
        await asyncio.sleep(seconds)
