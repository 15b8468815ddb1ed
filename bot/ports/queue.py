"""Where work waits, and the durable halves of the embedded queue and of the inbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.model.event import Delivery


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do, for one key; at most one piece of work runs per key at any time.

    Attributes:
        kind: which handler.
        key: the tenant and the thing: `1/42/pull/7`. Work of one key never runs side by side.
        payload: JSON values that the handler needs.
        dedup: while a waiting piece of work has the same `dedup`, another is not added; empty: always add.
    """

    kind: str
    key: str
    payload: Mapping[str, object] = field(default_factory=dict)
    dedup: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed piece of work: ours until `until`, unless the lease is renewed.

    Attributes:
        tries: how often it was begun, this time included and waits left out.
        waits: how often it was put off without having failed.
    """

    id: int
    work: Work
    tries: int
    until: datetime
    token: str
    waits: int = 0


class JobQueue(Protocol):
    """Where work waits. At least once, one at a time per key, back-off, dead letters."""

    async def enqueue(self, work: Work, *, after: float = 0.0) -> None:
        """Add work to be done in `after` seconds at the earliest."""


class JobStore(Protocol):
    """The embedded queue's durable half."""

    async def add(self, work: Work, *, due: datetime) -> None:
        """Add work; the same `dedup` still waiting is moved forward instead."""

    async def claim(self, now: datetime, lease: float) -> Lease | None:
        """Take the oldest due work whose key is free; `lease` in seconds."""

    async def renew(self, lease: Lease, until: datetime) -> bool:
        """Keep it; `False` when it was lost."""

    async def finish(self, lease: Lease) -> None:
        """It is done."""

    async def retry(self, lease: Lease, *, due: datetime, reason: str, counts: bool = True) -> None:
        """Not yet: again from `due` on; `counts=False` makes it a wait and no failed try."""

    async def bury(self, lease: Lease, reason: str) -> None:
        """Give up, keep it with the reason."""

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next piece of work can start; `None` when there is none."""

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many wait, and since when the oldest is due."""


class Inbox(Protocol):
    """Deliveries, committed before they are acknowledged."""

    async def accept(
        self, delivery: Delivery, digest: str, outcome: str, work: Work | None, now: datetime
    ) -> bool:
        """Store the delivery and its work in one transaction; `False`: it was here before."""

    async def delivery(self, guid: str) -> Delivery | None:
        """A stored delivery."""
