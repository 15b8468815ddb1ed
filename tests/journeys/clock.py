"""Time for journeys: it begins in the reports' own days, and nobody waits for it."""

import time
from datetime import UTC, datetime, timedelta

from bot.demo.theatre import StageClock

# When the report with the flake registry was written: later than its signatures, before they expire.
START = datetime(2026, 1, 4, 16, 0, tzinfo=UTC)


class JourneyClock(StageClock):
    """Runs like the machine's from `START` on."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Now, in UTC, plus what was skipped."""
        return START + timedelta(seconds=time.monotonic() - self._began) + self._ahead
