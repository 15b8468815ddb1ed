"""How fast GitHub may be asked: how long a refusal lasts, and one gate per installation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cachetools import LRUCache

from bot.errors import RetryLater
from bot.ports import Clock

# "wait for at least one minute": rate-limits-for-the-rest-api, secondary limits without a header.
SECONDARY_WAIT = 60.0
# GitHub's windows are an hour long: a longer wait is garbage or a skewed clock.
LONGEST_WAIT = 3600.0
# `Retry-After: 0` must not become a tight loop.
SHORTEST_WAIT = 1.0
# A write that waits longer goes back to the queue instead of holding a lease.
LONGEST_QUEUE = 30.0
# About 100 bytes each; more installations than this have not been heard of.
INSTALLATIONS = 20_000


def is_rate_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Tell a rate limit from a refusal: both come as 403.

    Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if status == 429:  # noqa: PLR2004 - HTTP's own number
        return True
    if status != 403:  # noqa: PLR2004 - HTTP's own number
        return False
    text = message.lower()
    return (
        "retry-after" in headers
        or headers.get("x-ratelimit-remaining", "").strip() == "0"
        or "rate limit" in text
        or "abuse detection" in text
    )


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float:
    """Read how long to wait; anything that cannot be read means a minute, and an hour is the most."""
    asked = _seconds(headers.get("retry-after", ""))
    if asked is None:
        asked = _until_date(headers.get("retry-after", ""), now)
    if asked is None and headers.get("x-ratelimit-remaining", "").strip() == "0":
        asked = _until_reset(headers, now)
    if asked is None:
        return SECONDARY_WAIT
    return min(max(asked, SHORTEST_WAIT), LONGEST_WAIT)


def used_up(headers: Mapping[str, str], now: datetime) -> float:
    """Read from a good answer how long nothing more may be asked; 0 while something is left."""
    if headers.get("x-ratelimit-remaining", "").strip() != "0":
        return 0.0
    return min(_until_reset(headers, now) or 0.0, LONGEST_WAIT)


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _until_date(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _future((aware - now).total_seconds())


def _until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    reset = _seconds(headers.get("x-ratelimit-reset", ""))
    return None if reset is None else _future(reset - now.timestamp())


def _future(seconds: float) -> float | None:
    # A time that is past comes from a skewed clock and says nothing.
    return seconds if seconds > 0 else None


@dataclass(slots=True)
class _Gate:
    closed_until: datetime | None = None
    next_write: datetime | None = None


class Limiter:
    """One gate per installation: closed while GitHub says so, and writes one by one, spaced."""

    def __init__(self, clock: Clock, spacing: float) -> None:
        self._clock = clock
        self._spacing = timedelta(seconds=spacing)
        self._gates: LRUCache[int, _Gate] = LRUCache(maxsize=INSTALLATIONS)

    async def enter(self, installation: int, *, write: bool) -> None:
        """Wait for the turn of a write; raise `RetryLater` while the gate is closed."""
        gate = self._gate(installation)
        self.check(installation)
        if not write:
            return
        now = self._clock.now()
        free = max(gate.next_write or now, now)
        wait = (free - now).total_seconds()
        if wait > LONGEST_QUEUE + self._spacing.total_seconds():
            free, wait = now, 0.0  # the clock went back: nobody queues for so long
        if wait > LONGEST_QUEUE:
            message = "too many writes are waiting for this installation"
            raise RetryLater(message, after=wait)
        gate.next_write = free + self._spacing
        if wait > 0:
            await self._clock.sleep(wait)
            self.check(installation)

    def close(self, installation: int, seconds: float) -> None:
        """Let nothing more through for this installation for so many seconds."""
        gate = self._gate(installation)
        until = self._clock.now() + timedelta(seconds=seconds)
        gate.closed_until = max(gate.closed_until or until, until)

    def _gate(self, installation: int) -> _Gate:
        gate = self._gates.get(installation)
        if gate is None:
            gate = self._gates[installation] = _Gate()
        return gate

    def check(self, installation: int) -> None:
        """Raise `RetryLater` while the gate is closed."""
        gate = self._gate(installation)
        if gate.closed_until is None:
            return
        rest = (gate.closed_until - self._clock.now()).total_seconds()
        if rest <= 0:
            gate.closed_until = None
            return
        message = "GitHub's rate limit: nothing is asked before it ends"
        raise RetryLater(message, after=min(rest, LONGEST_WAIT))
