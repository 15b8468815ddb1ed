"""A delivery is on the disk, with its work, before anybody says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import RetryLater
from bot.model.event import Delivery
from bot.ports import Work
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.jobs import SqlJobs
from bot.store.memory import SqlStore
from tests.adapters.store.opened import opened
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio

DELIVERY = Delivery("guid-1", "workflow_run", b'{"a": "\x00\xff"}')
WORK = Work("run_completed", "1/42/run/5", {"run_id": 5}, "run:5:1")


async def test_a_delivery_and_its_work_survive_a_restart(url: str) -> None:
    with opened(url) as database:
        assert await SqlInbox(database).accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    with opened(url) as database:
        assert await SqlInbox(database).delivery("guid-1") == DELIVERY
        lease = await SqlJobs(database).claim(MIDNIGHT, 120)
        assert lease is not None
        assert lease.work == WORK


@pytest.mark.parametrize("guid", ["guid-1", "guid-2"])
async def test_a_repeated_body_changes_nothing_whatever_its_guid(database: Database, guid: str) -> None:
    inbox, jobs = SqlInbox(database), SqlJobs(database)
    assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    lease = await jobs.claim(MIDNIGHT, 120)
    assert lease is not None
    await jobs.finish(lease)
    again = Delivery(guid, DELIVERY.event, DELIVERY.body)
    assert not await inbox.accept(again, "d1", "accepted", WORK, MIDNIGHT)
    assert await jobs.waiting() == (0, None)


async def test_a_body_replayed_under_another_event_does_not_keep_the_true_one_out(database: Database) -> None:
    inbox, jobs = SqlInbox(database), SqlJobs(database)
    assert await inbox.accept(Delivery("g", "ping", DELIVERY.body), "d1", "ignored", None, MIDNIGHT)
    assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    assert (await jobs.waiting())[0] == 1


async def test_the_same_guid_with_another_body_is_another_delivery(database: Database) -> None:
    inbox = SqlInbox(database)
    assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    newer = Delivery("guid-1", "workflow_run", b"{}")
    assert await inbox.accept(newer, "d2", "accepted", WORK, MIDNIGHT)
    assert await inbox.delivery("guid-1") == newer


async def test_the_body_of_what_asks_for_nothing_is_not_kept(database: Database) -> None:
    inbox = SqlInbox(database)
    assert await inbox.accept(DELIVERY, "d1", "ignored: a ping", None, MIDNIGHT)
    assert await inbox.delivery("guid-1") is None
    assert not await inbox.accept(DELIVERY, "d1", "ignored: a ping", None, MIDNIGHT)


async def test_old_bodies_go_and_their_repetitions_are_still_known(database: Database) -> None:
    inbox = SqlInbox(database)
    await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    await inbox.accept(
        Delivery("new", "workflow_run", b"{}"), "d2", "accepted", WORK, MIDNIGHT + timedelta(40)
    )
    assert await inbox.drop_bodies(MIDNIGHT + timedelta(30)) == 1
    assert await inbox.delivery("guid-1") is None
    assert await inbox.delivery("new") is not None
    assert not await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)


async def test_neither_delivery_nor_work_is_stored_when_the_disk_is_full(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        inbox, jobs = SqlInbox(database), SqlJobs(database)
        pages = await database.read(lambda connection: connection.scalar(text("PRAGMA page_count")))
        # The limit belongs to a connection, and the pool hands the same one to the next writer.
        await database.write(
            lambda connection: connection.execute(text(f"PRAGMA max_page_count = {pages}")).all()
        )
        huge = Delivery("huge", "workflow_run", b"x" * 1_000_000)
        with pytest.raises(RetryLater, match="full"):
            await inbox.accept(huge, "d1", "accepted", WORK, MIDNIGHT)
        assert await jobs.waiting() == (0, None)
        await database.write(
            lambda connection: connection.execute(text("PRAGMA max_page_count = 100000")).all()
        )
        assert await inbox.accept(huge, "d1", "accepted", WORK, MIDNIGHT)


async def test_a_locked_database_is_tried_again_later_and_recovers(tmp_path: Path) -> None:
    with opened(tmp_path) as other, opened(tmp_path, busy_seconds=0.01) as database:
        inbox = SqlInbox(database)
        with other.engine.begin(), pytest.raises(RetryLater, match="locked"):
            await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
        assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)


async def test_a_damaged_file_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is not a database" * 100)
    database = Database(f"sqlite:///{tmp_path / 'broken.db'}")
    try:
        with pytest.raises(RetryLater):
            await database.check_writable()
    finally:
        database.close()


async def test_forgetting_a_tenant_leaves_the_others_alone(database: Database) -> None:
    inbox, jobs = SqlInbox(database), SqlJobs(database)
    for number, key in enumerate(["1/42/run/5", "1/43/run/5", "2/42/run/5"]):
        delivery = Delivery(key, "workflow_run", b"%d" % number)
        await inbox.accept(delivery, f"d{number}", "accepted", Work("run_completed", key), MIDNIGHT)
    await SqlStore(database).forget(1, 42)
    assert await inbox.delivery("1/42/run/5") is None
    assert await inbox.delivery("1/43/run/5") is not None
    assert (await jobs.waiting())[0] == 2
    await SqlStore(database).forget(1)
    assert await inbox.delivery("1/43/run/5") is None
    assert await inbox.delivery("2/42/run/5") is not None
    assert (await jobs.waiting())[0] == 1
