"""Work waits, runs under a lease, and is never lost nor done twice at a time for one key."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import Drop
from bot.ports import Lease, Work
from bot.store.database import Database
from bot.store.jobs import SqlJobs
from bot.store.tables import work as work_table
from tests.adapters.store.opened import opened
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio


def later(seconds: float) -> timedelta:
    """A span of time."""
    return timedelta(seconds=seconds)


async def claimed(jobs: SqlJobs, seconds: float = 0.0) -> Lease:
    """The next lease, which there has to be."""
    lease = await jobs.claim(MIDNIGHT + later(seconds), 120)
    assert lease is not None
    return lease


async def rows(database: Database) -> list[tuple[str, str, str]]:
    """Key, state and reason of everything in the table."""
    statement = select(work_table.c.key, work_table.c.state, work_table.c.reason).order_by(work_table.c.id)
    found = await database.read(lambda connection: connection.execute(statement).all())
    return [(row.key, row.state, row.reason) for row in found]


async def test_the_oldest_due_work_is_claimed_first_and_nothing_before_it_is_due(database: Database) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT + later(20))
    await jobs.add(Work("k", "1/2/pull/2"), due=MIDNIGHT + later(10))
    assert await jobs.claim(MIDNIGHT + later(9), 120) is None
    assert await jobs.next_due(MIDNIGHT) == MIDNIGHT + later(10)
    assert (await claimed(jobs, 30)).work.key == "1/2/pull/2"
    assert (await claimed(jobs, 30)).work.key == "1/2/pull/1"


async def test_one_key_is_claimed_by_one_at_a_time_across_processes(url: str) -> None:
    with opened(url) as here, opened(url) as there:
        one, other = SqlJobs(here), SqlJobs(there)
        for number in range(10):
            await one.add(Work("k", "1/2/pull/1", {"n": number}), due=MIDNIGHT)
        claims = await asyncio.gather(*(jobs.claim(MIDNIGHT, 120) for jobs in (one, other) * 5))
        held = [lease for lease in claims if lease is not None]
        assert len(held) == 1
        await one.finish(held[0])
        assert (await claimed(other)).work.payload == {"n": 1}


async def test_the_same_request_still_waiting_is_moved_forward_instead_of_added(database: Database) -> None:
    jobs = SqlJobs(database)
    wanted = Work("k", "1/2/pull/1", {"n": 1}, dedup="d")
    await jobs.add(wanted, due=MIDNIGHT + later(60))
    await jobs.add(wanted, due=MIDNIGHT + later(10))
    await jobs.add(wanted, due=MIDNIGHT + later(90))
    assert await jobs.waiting() == (1, MIDNIGHT + later(10))


async def test_equal_requests_of_two_tenants_are_two(database: Database) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work("k", "1/2/pull/1", dedup="d"), due=MIDNIGHT)
    await jobs.add(Work("k", "3/4/pull/1", dedup="d"), due=MIDNIGHT)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    assert (await jobs.waiting())[0] == 4


async def test_a_request_that_comes_while_the_work_runs_is_done_afterwards(database: Database) -> None:
    jobs = SqlJobs(database)
    wanted = Work("k", "1/2/pull/1", dedup="d")
    await jobs.add(wanted, due=MIDNIGHT)
    lease = await claimed(jobs)
    await jobs.add(wanted, due=MIDNIGHT)
    assert await jobs.claim(MIDNIGHT, 120) is None
    await jobs.finish(lease)
    await jobs.finish(await claimed(jobs))
    assert await rows(database) == []


async def test_no_event_shortens_a_back_off(database: Database) -> None:
    jobs = SqlJobs(database)
    wanted = Work("k", "1/2/pull/1", dedup="d")
    await jobs.add(wanted, due=MIDNIGHT)
    await jobs.retry(await claimed(jobs), due=MIDNIGHT + later(600), reason="limit", counts=False)
    await jobs.add(wanted, due=MIDNIGHT)
    assert await jobs.waiting() == (1, MIDNIGHT + later(600))


async def test_a_back_off_holds_for_a_request_that_came_meanwhile(database: Database) -> None:
    jobs = SqlJobs(database)
    wanted = Work("k", "1/2/pull/1", dedup="d")
    await jobs.add(wanted, due=MIDNIGHT)
    lease = await claimed(jobs)
    await jobs.add(wanted, due=MIDNIGHT)
    await jobs.retry(lease, due=MIDNIGHT + later(600), reason="limit")
    assert await jobs.waiting() == (1, MIDNIGHT + later(600))
    assert (await claimed(jobs, 600)).tries == 2


async def test_tries_and_waits_are_counted_apart(database: Database) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    first = await claimed(jobs)
    assert (first.tries, first.waits) == (1, 0)
    await jobs.retry(first, due=MIDNIGHT, reason="limit", counts=False)
    second = await claimed(jobs)
    assert (second.tries, second.waits) == (1, 1)
    await jobs.retry(second, due=MIDNIGHT, reason="bug")
    third = await claimed(jobs)
    assert (third.tries, third.waits) == (2, 1)


async def test_work_of_a_process_that_died_is_claimed_again_when_its_lease_runs_out(
    database: Database,
) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    dead = await claimed(jobs)
    assert await jobs.next_due(MIDNIGHT) == dead.until
    assert await jobs.claim(MIDNIGHT + later(119), 120) is None
    taken = await claimed(jobs, 120)
    assert (taken.id, taken.tries) == (dead.id, 2)
    assert taken.token != dead.token


async def test_who_lost_a_lease_changes_nothing_any_more(database: Database) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    lost = await claimed(jobs)
    taken = await claimed(jobs, 120)
    assert not await jobs.renew(lost, MIDNIGHT + later(999))
    await jobs.finish(lost)
    await jobs.retry(lost, due=MIDNIGHT, reason="late")
    await jobs.bury(lost, "late")
    assert await rows(database) == [("1/2/pull/1", "running", "")]
    assert await jobs.renew(taken, MIDNIGHT + later(999))
    assert await jobs.claim(MIDNIGHT + later(998), 120) is None


async def test_what_is_buried_stays_with_its_reason_and_frees_its_key(database: Database) -> None:
    jobs = SqlJobs(database)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    await jobs.add(Work("k", "1/2/pull/1"), due=MIDNIGHT)
    await jobs.bury(await claimed(jobs), "locked\0 conversation " + "x" * 9_000)
    buried, waiting = await rows(database)
    assert (buried[1], waiting[1]) == ("buried", "waiting")
    assert buried[2].startswith("locked\N{REPLACEMENT CHARACTER} conversation xxx")
    assert len(buried[2]) == 2_000
    assert (await jobs.waiting())[0] == 1
    await claimed(jobs)


async def test_hostile_values_come_back_or_are_refused(database: Database) -> None:
    jobs = SqlJobs(database)
    payload = {"text": "a\0b\u202e", "big": 2**63, "deep": {"list": [None, True, 1.5]}}
    await jobs.add(Work("k", "1/2/pull/1", payload, dedup="d\ud800"), due=MIDNIGHT)
    lease = await claimed(jobs)
    assert lease.work.payload == payload
    await jobs.retry(lease, due=MIDNIGHT, reason="\ud800")
    await jobs.finish(await claimed(jobs))
    with pytest.raises(Drop):
        await jobs.add(Work("k", f"{2**63}/2/pull/1"), due=MIDNIGHT)


async def test_nothing_is_due_where_nothing_waits(database: Database) -> None:
    jobs = SqlJobs(database)
    assert await jobs.next_due(MIDNIGHT) is None
    assert await jobs.waiting() == (0, None)
    assert await jobs.claim(MIDNIGHT, 120) is None
