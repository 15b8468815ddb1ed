"""Holding on to a piece of work while it is done, and noticing when it was lost."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta

from bot.errors import RetryLater
from bot.ports import Clock, JobStore, Lease

# RELIABILITY, comment protocol 1: longer than any single request to GitHub may take.
LEASE_SECONDS = 120.0
# Two renewals may fail before the third has to succeed.
HEARTBEAT_SECONDS = LEASE_SECONDS / 3
# A handler that hangs would hold its key for ever: 15 minutes are many times what the largest run takes.
MOST_BEATS = int(900 / HEARTBEAT_SECONDS)

log = logging.getLogger(__name__)


class LeaseGuard:
    """Says whether the piece of work in hand is still ours."""

    def __init__(self, store: JobStore, clock: Clock, lease: Lease) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._until = lease.until
        self.lost = False

    async def check(self) -> None:
        """Raise `RetryLater` when the lease was lost, else renew it. Call it right before every write."""
        if not self.lost:
            until = self._clock.now() + timedelta(seconds=LEASE_SECONDS)
            self.lost = not await self._store.renew(self._lease, until)
            self._until = until
        if self.lost:
            raise RetryLater(f"somebody else works on {self._lease.work.key} now")

    async def keep_while(self, working: Awaitable[None]) -> None:
        """Renew the lease while somebody works, and stop them when it is lost.

        Raises:
            RetryLater: the lease was lost, see `lost`; or the work raised it.
            TimeoutError: the work took far too long.
        """
        work = asyncio.ensure_future(working)
        beat = asyncio.create_task(self._beat())
        try:
            await asyncio.wait((work, beat), return_when=asyncio.FIRST_COMPLETED)
        finally:
            beat.cancel()
            work.cancel()
            await asyncio.gather(beat, work, return_exceptions=True)
        if self.lost:
            raise RetryLater(f"the lease of {self._lease.work.key} was lost")
        if work.cancelled():
            raise TimeoutError("the work took far too long and was stopped")
        await work

    async def _beat(self) -> None:
        """End when the lease is lost, or run out while it could not be renewed, or held far too long."""
        for _ in range(MOST_BEATS):
            await self._clock.sleep(HEARTBEAT_SECONDS)
            try:
                await self.check()
            except RetryLater as error:
                log.warning(
                    "a lease was not renewed", extra={"key": self._lease.work.key, "reason": str(error)}
                )
                self.lost = self.lost or self._clock.now() >= self._until
            if self.lost:
                return
