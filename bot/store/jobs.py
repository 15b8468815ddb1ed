"""The embedded queue's durable half: work that waits, runs under a lease, or is buried."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, case, delete, func, select, tuple_, update

from bot.ports import Lease, Work
from bot.store.codec import clean_text, decode, encode, tenant_of
from bot.store.database import Database
from bot.store.tables import BURIED, RUNNING, WAITING, WAITING_ONLY, is_running, is_waiting, work
from bot.store.upsert import put, smaller

# Reasons are for people; a whole traceback is in the log.
REASON_CHARACTERS = 2_000


class SqlJobs:
    """`JobStore` on the database. Times come in as arguments; `new_token` names each lease."""

    def __init__(self, database: Database, new_token: Callable[[], str] = secrets.token_hex) -> None:
        self._database = database
        self._new_token = new_token

    async def add(self, work: Work, *, due: datetime) -> None:
        """Add work; the same `dedup` still waiting under this key is moved forward instead."""
        await self._database.write(lambda connection: add_work(connection, work, due))

    async def claim(self, now: datetime, lease: float) -> Lease | None:
        """Take the oldest due work whose key is free, or whose lease has run out."""
        until, token = now + timedelta(seconds=lease), self._new_token()
        return await self._database.write(lambda connection: claim_work(connection, now, until, token))

    async def renew(self, lease: Lease, until: datetime) -> bool:
        """Keep it; `False` when it was lost."""
        statement = update(work).where(*_held(lease)).values(lease_until=until)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount == 1)

    async def finish(self, lease: Lease) -> None:
        """It is done."""
        await self._database.write(lambda connection: connection.execute(delete(work).where(*_held(lease))))

    async def retry(self, lease: Lease, *, due: datetime, reason: str, counts: bool = True) -> None:
        """Not yet: again from `due` on; `counts=False` makes it a wait and no failed try."""
        await self._database.write(lambda connection: _retry(connection, lease, due, reason, counts=counts))

    async def bury(self, lease: Lease, reason: str) -> None:
        """Give up, keep it with the reason."""
        statement = (
            update(work)
            .where(*_held(lease))
            .values(state=BURIED, reason=_short(reason), lease_until=None, token="")
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def take_back(self, now: datetime) -> int:
        """End every lease: called when whoever held one is known to be dead. Give how many there were."""
        statement = update(work).where(is_running, work.c.lease_until > now).values(lease_until=now)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next piece of work can start; `None` when there is none. May lie before `now`."""
        del now  # the port offers it to engines that need it
        return await self._database.read(_next_due)

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many wait, and since when the oldest is due."""
        statement = select(func.count(), func.min(work.c.due_at)).select_from(work).where(is_waiting)
        count, oldest = await self._database.read(lambda connection: connection.execute(statement).one())
        return count, oldest


def add_work(connection: Connection, piece: Work, due: datetime) -> None:
    """Add work inside somebody's transaction.

    Work that waits because it could not be done keeps its time: no event shortens a back-off.
    """
    installation, repository = tenant_of(piece.key)
    row = {
        "installation_id": installation,
        "repository_id": repository,
        "kind": clean_text(piece.kind),
        "key": clean_text(piece.key),
        "dedup": clean_text(piece.dedup),
        "payload": encode(dict(piece.payload)),
        "state": WAITING,
        "due_at": due,
        "tries": 0,
        "waits": 0,
        "token": "",
        "reason": "",
    }
    fresh = (work.c.tries == 0) & (work.c.waits == 0)
    put(
        connection,
        work,
        [row],
        unique=[work.c.key, work.c.dedup],
        where=WAITING_ONLY,
        change=lambda new: {
            "due_at": case((fresh, smaller(work.c.due_at, new("due_at"))), else_=work.c.due_at)
        },
    )


def claim_work(connection: Connection, now: datetime, until: datetime, token: str) -> Lease | None:
    """Take the oldest due work inside somebody's transaction, under a lease of this name."""
    expired = (
        select(work.c.id).where(is_running, work.c.lease_until <= now).order_by(work.c.lease_until, work.c.id)
    )
    taken = select(work.c.key).where(is_running)
    other = work.alias()
    earlier = select(other.c.id).where(
        other.c.key == work.c.key,
        other.c.state == WAITING,
        tuple_(other.c.due_at, other.c.id) < tuple_(work.c.due_at, work.c.id),
    )
    oldest = (
        select(work.c.id)
        .where(is_waiting, work.c.due_at <= now, work.c.key.not_in(taken), ~earlier.exists())
        .order_by(work.c.due_at, work.c.id)
    )
    # PostgreSQL has several writers: what another one is about to take is passed over, not waited for, and
    # its key's next piece is not taken in its place. The unique index on running keys has the last word.
    found = (connection.scalar(one.limit(1).with_for_update(skip_locked=True)) for one in (expired, oldest))
    number = next((number for number in found if number is not None), None)
    if number is None:
        return None
    claimed = (
        update(work)
        .where(work.c.id == number)
        .values(state=RUNNING, lease_until=until, token=token, tries=work.c.tries + 1)
        .returning(work)
    )
    return _lease(connection.execute(claimed).mappings().one())


def _lease(row: RowMapping) -> Lease:
    payload: dict[str, object] = decode(row["payload"], dict) or {}
    return Lease(
        id=row["id"],
        work=Work(kind=row["kind"], key=row["key"], payload=payload, dedup=row["dedup"]),
        tries=row["tries"],
        until=row["lease_until"],
        token=row["token"],
        waits=row["waits"],
    )


def _retry(connection: Connection, lease: Lease, due: datetime, reason: str, *, counts: bool) -> None:
    tries, waits = (lease.tries, lease.waits) if counts else (lease.tries - 1, lease.waits + 1)
    later = {"due_at": due, "tries": tries, "waits": waits, "reason": _short(reason)}
    # Locked, because with PostgreSQL somebody else may take over right now what has run out.
    if connection.scalar(select(work.c.id).where(*_held(lease)).with_for_update()) is None:
        return
    dedup = clean_text(lease.work.dedup)
    twin = select(work.c.id).where(
        is_waiting, work.c.key == clean_text(lease.work.key), work.c.dedup == dedup
    )
    asked_again = connection.scalar(twin.with_for_update()) if dedup else None
    if asked_again is not None:
        # It was asked for again while it ran: one of the two is enough, and the back-off holds for it.
        connection.execute(delete(work).where(work.c.id == lease.id))
        connection.execute(update(work).where(work.c.id == asked_again).values(later))
        return
    again = {**later, "state": WAITING, "lease_until": None, "token": ""}
    connection.execute(update(work).where(work.c.id == lease.id).values(again))


def _next_due(connection: Connection) -> datetime | None:
    taken = select(work.c.key).where(is_running)
    due = connection.scalar(select(func.min(work.c.due_at)).where(is_waiting, work.c.key.not_in(taken)))
    expiry = connection.scalar(select(func.min(work.c.lease_until)).where(is_running))
    return min((time for time in (due, expiry) if time is not None), default=None)


def _held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (work.c.id == lease.id, work.c.token == lease.token, is_running)


def _short(reason: str) -> str:
    return clean_text(reason[:REASON_CHARACTERS])
