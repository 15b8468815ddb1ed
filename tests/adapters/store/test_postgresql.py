"""What can go wrong between us and a PostgreSQL server, and what is said and done then."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, text, update

from bot.errors import Drop, RetryLater, TellUser
from bot.model.event import Delivery
from bot.model.history import JobResult, Lineage, Occurrence, Origin, RunRecord
from bot.model.run import Repository
from bot.ports import FileAtCommit, Lease, Work
from bot.store.alone import share_database
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from bot.store.jobs import SqlJobs, claim_work
from bot.store.memory import SqlStore
from bot.store.tables import deliveries, probe
from bot.store.upgrade import upgrade
from tests.adapters.store.opened import opened
from tests.adapters.work.clock import MIDNIGHT
from tests.postgresql import PostgreSQL

pytestmark = pytest.mark.anyio

DELIVERY = Delivery("guid-1", "workflow_run", b'{"a": "\x00\xff"}')
WORK = Work("run_completed", "1/42/run/5", {"run_id": 5}, "run:5:1")
REPO = Repository(1, 42, "octo", "app")


@pytest.fixture
def url(postgresql: PostgreSQL) -> Iterator[str]:
    with postgresql.database() as fresh:
        yield fresh


async def run(database: Database, *statements: str) -> None:
    """Statements of an administrator."""

    def do(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    await database.write(do)


async def test_connections_that_the_server_ended_are_replaced_unnoticed(
    postgresql: PostgreSQL, database: Database
) -> None:
    await database.check_writable()
    postgresql.disconnect_all()
    assert await SqlInbox(database).accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)


async def test_a_connection_that_breaks_in_the_middle_is_tried_again_later(
    postgresql: PostgreSQL, database: Database
) -> None:
    def interrupted(connection: Connection) -> None:
        connection.execute(text("UPDATE probe SET count = 99"))
        postgresql.disconnect_all()
        connection.execute(select(1))

    with pytest.raises(RetryLater):
        await database.write(interrupted)
    count = await database.read(lambda connection: connection.scalar(text("SELECT count FROM probe")))
    assert count == 0


async def test_a_server_that_is_away_is_waited_for(postgresql: PostgreSQL, database: Database) -> None:
    inbox = SqlInbox(database)
    postgresql.stop()
    try:
        with pytest.raises(RetryLater):
            await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
        with pytest.raises(RetryLater):
            upgrade(database.engine.url.render_as_string(hide_password=False))
    finally:
        postgresql.start()
    assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)


@pytest.mark.parametrize(
    "fault",
    ["53100 could not extend file", "53200 out of memory", "57014 canceling statement", "25006 read-only"],
)
async def test_what_may_pass_is_tried_again_later_and_nothing_is_half_stored(
    database: Database, fault: str
) -> None:
    inbox, jobs = SqlInbox(database), SqlJobs(database)
    code, _, words = fault.partition(" ")
    await run(
        database,
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = '{code}', DETAIL = 'private'; END $$",
        "CREATE TRIGGER fail BEFORE INSERT ON work FOR EACH ROW EXECUTE FUNCTION fail()",
    )
    with pytest.raises(RetryLater, match=words) as caught:
        await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    assert "private" not in str(caught.value)
    assert await inbox.delivery("guid-1") is None
    await run(database, "DROP TRIGGER fail ON work")
    assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
    assert (await jobs.waiting())[0] == 1


async def test_a_lock_that_somebody_holds_is_not_waited_for_for_ever(url: str) -> None:
    with opened(url) as other, opened(url, busy_seconds=0.05) as database:
        inbox = SqlInbox(database)
        with other.engine.begin() as connection:
            connection.execute(text("LOCK TABLE deliveries"))
            with pytest.raises(RetryLater, match="lock timeout"):
                await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)
        assert await inbox.accept(DELIVERY, "d1", "accepted", WORK, MIDNIGHT)


async def test_two_transactions_that_wait_for_each_other_both_end(database: Database) -> None:
    await run(
        database,
        "ALTER DATABASE " + str(database.engine.url.database) + " SET deadlock_timeout = '10ms'",
        "INSERT INTO probe VALUES (2, 0)",
    )
    database.engine.dispose()
    both = threading.Barrier(2)

    def add_to(*order: int) -> None:
        first = True

        def do(connection: Connection) -> None:
            nonlocal first
            for number in order:
                connection.execute(update(probe).where(probe.c.id == number).values(count=probe.c.count + 1))
                if first:
                    first = False
                    both.wait(5)

        database._write(do)  # noqa: SLF001 - two threads at once, whatever the event loop does

    with ThreadPoolExecutor(2) as threads:
        for ended in [threads.submit(add_to, 1, 2), threads.submit(add_to, 2, 1)]:
            ended.result()
    counts = await database.read(lambda connection: connection.scalars(text("SELECT count FROM probe")).all())
    assert list(counts) == [2, 2]


@pytest.mark.parametrize("key", ["1/42/run/\0", "1/42/run/\ud800"])
async def test_text_that_postgresql_refuses_is_stored_without_what_it_refuses(
    database: Database, key: str
) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work(key, key, dedup=key), due=MIDNIGHT)
    lease = await jobs.claim(MIDNIGHT, 120)
    assert lease is not None
    assert lease.work.key == "1/42/run/\N{REPLACEMENT CHARACTER}"


async def test_values_that_never_fit_are_dropped(database: Database) -> None:
    inbox = SqlInbox(database)
    for digest in ("a\0b", "a\ud800b"):
        with pytest.raises(Drop):
            await inbox.accept(DELIVERY, digest, "accepted", WORK, MIDNIGHT)
    with pytest.raises(Drop, match="out of range"):
        await SqlStore(database).save_good_config(
            Repository(1, 2**63, "o", "a"), FileAtCommit("a.yml", "c", b"")
        )
    # An entry of an index is a third of a page at most, after compression.
    event = "".join(chr(0x4E00 + (7919 * number) % 20_000) for number in range(5_000))
    with pytest.raises(Drop, match="index"):
        await inbox.accept(Delivery("g", event, b""), "d", "ignored", None, MIDNIGHT)


async def test_the_longest_names_have_room_in_an_index(database: Database) -> None:
    name = "".join(chr(0x20000 + (7919 * number) % 40_000) for number in range(2_000))
    origin = Origin(1, 1, 7, name, MIDNIGHT, 1, name)
    failure = Occurrence(name, name, name, name)
    tie = Lineage(1, name, frozenset({name}))
    store = SqlStore(database)
    await store.record(
        REPO,
        [RunRecord(origin, (JobResult(1, name, passed=False, at=MIDNIGHT, occurrences=(failure,)),))],
        [tie],
    )
    assert await store.kin(REPO, Lineage(2, "x", frozenset({name}))) == frozenset({1})


async def test_commits_reach_the_disk_whatever_the_database_says(url: str) -> None:
    with opened(url) as database:
        name = database.engine.url.database
        await run(database, f"ALTER DATABASE {name} SET synchronous_commit = off")
    asked = text("SELECT current_setting('synchronous_commit'), current_setting('timezone')")
    with opened(url) as database:
        found = await database.write(lambda connection: connection.execute(asked).one())
    assert tuple(found) == ("on", "UTC")


def test_two_processes_may_migrate_at_once(postgresql: PostgreSQL) -> None:
    with postgresql.database("template0") as empty, ThreadPoolExecutor(3) as threads:
        for ended in [threads.submit(upgrade, empty) for _ in range(3)]:
            ended.result()
        with opened(empty) as database, database.engine.begin() as connection:
            assert connection.scalar(select(func.count()).select_from(deliveries)) == 0


async def test_a_server_that_does_not_let_us_in_is_told_of(
    postgresql: PostgreSQL, database: Database
) -> None:
    await run(database, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    with postgresql.database("template0") as empty:
        with pytest.raises(TellUser, match=r"DATABASE_URL: .* permission denied for schema public"):
            upgrade(empty.replace("postgres@", "guest@"))
        with pytest.raises(TellUser, match=r'DATABASE_URL: .* invalid connection option "colour"'):
            upgrade(f"{empty}&colour=green")
        with pytest.raises(RetryLater, match="connection failed"):
            upgrade(empty.replace("postgres@", "stranger:hunter2@"))


def test_nobody_counts_as_alone_on_a_server(url: str) -> None:
    with share_database(url) as alone:
        assert not alone


async def test_two_processes_share_the_work_and_none_is_done_twice_or_lost(url: str) -> None:
    with opened(url) as here, opened(url) as there:
        for number in range(60):
            key = f"1/2/pull/{number % 12}"
            await SqlJobs(here).add(Work("k", key, {"n": number}), due=MIDNIGHT + timedelta(seconds=number))
        running: set[str] = set()
        done: list[int] = []

        async def work(jobs: SqlJobs) -> None:
            misses = 0
            while misses < 20 and len(done) < 60:
                lease = await jobs.claim(MIDNIGHT + timedelta(hours=1), 120)
                if lease is None:
                    misses += 1
                    continue
                assert lease.work.key not in running
                running.add(lease.work.key)
                await asyncio.sleep(0)
                running.discard(lease.work.key)
                await _end(jobs, lease, done)

        await asyncio.gather(*(work(SqlJobs(database)) for database in (here, there) * 3))
    assert sorted(done) == list(range(60))
    of_one_key = [number for number in done if number % 12 == 5]
    assert of_one_key == sorted(of_one_key)


async def test_a_lease_that_another_process_is_just_taking_over_is_lost(url: str) -> None:
    with opened(url) as here, opened(url) as there:
        jobs = SqlJobs(here)
        await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
        lost = await jobs.claim(MIDNIGHT, 120)
        assert lost is not None
        late = MIDNIGHT + timedelta(seconds=200)
        with there.engine.begin() as connection:
            taken = claim_work(connection, late, late + timedelta(seconds=120), "new")
            giving_back = asyncio.create_task(jobs.retry(lost, due=MIDNIGHT, reason="slow"))
            await asyncio.sleep(0.1)
            assert not giving_back.done()
        await giving_back
        assert taken is not None
        assert await jobs.renew(taken, late + timedelta(seconds=300))
        assert await jobs.claim(late, 120) is None


async def _end(jobs: SqlJobs, lease: Lease, done: list[int]) -> None:
    """Every fifth piece waits once before it is done."""
    number = lease.work.payload["n"]
    assert isinstance(number, int)
    if number % 5 == 0 and not lease.waits:
        await jobs.retry(lease, due=MIDNIGHT, reason="limit", counts=False)
    else:
        done.append(number)
        await jobs.finish(lease)
