"""Deliveries, on the disk before they are acknowledged."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.model.event import Delivery
from bot.ports import Work
from bot.store.codec import clean_text, tenant_of
from bot.store.database import Database
from bot.store.jobs import add_work
from bot.store.tables import deliveries
from bot.store.upsert import put_new


class SqlInbox:
    """`Inbox` on the database.

    A delivery that asks for nothing leaves its name, digest and outcome, but not its body: that belongs
    to a tenant we could not name when the tenant asks us to forget.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(
        self, delivery: Delivery, digest: str, outcome: str, work: Work | None, now: datetime
    ) -> bool:
        """Store the delivery and its work in one transaction; `False`: it was here before.

        `digest` is the SHA-256 of the body. The signature covers nothing but the body, so a repetition is
        told by it, whatever the delivery's GUID says.
        """
        installation, repository = tenant_of(work.key) if work else (0, 0)
        row = {
            "installation_id": installation,
            "repository_id": repository,
            "guid": clean_text(delivery.guid),
            "event": clean_text(delivery.event),
            "digest": digest,
            "outcome": clean_text(outcome),
            "received_at": now,
            "body": delivery.body if work else None,
        }
        return await self._database.write(lambda connection: _accept(connection, row, work, now))

    async def delivery(self, guid: str) -> Delivery | None:
        """A stored delivery; `None` when it is unknown or its body is not kept (any more)."""
        statement = (
            select(deliveries.c.guid, deliveries.c.event, deliveries.c.body)
            .where(deliveries.c.guid == clean_text(guid), deliveries.c.body.is_not(None))
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else Delivery(guid=row.guid, event=row.event, body=row.body)

    async def drop_bodies(self, before: datetime) -> int:
        """Remove the bodies of deliveries received before then, and keep that they were here.

        The digests stay for ever: a captured delivery may be replayed at any time.
        """
        old = (deliveries.c.received_at < before, deliveries.c.body.is_not(None))
        statement = update(deliveries).where(*old).values(body=None)
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)


def _accept(connection: Connection, row: Mapping[str, object], piece: Work | None, now: datetime) -> bool:
    new = put_new(connection, deliveries, row)
    if new and piece is not None:
        add_work(connection, piece, now)
    return new
