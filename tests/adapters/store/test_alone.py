"""A killed process's leases do not hold up the next one; a living one's do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports import Work
from bot.store.alone import share_database
from bot.store.database import Database
from bot.store.jobs import SqlJobs

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)


def test_the_first_is_alone_the_second_is_not_and_the_next_is_again(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/retriage.db"
    with share_database(url) as first, share_database(url) as second:
        assert (first, second) == (True, False)
    with share_database(url) as third:
        assert third


def test_a_share_outlives_the_one_who_came_first(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/retriage.db"
    first = share_database(url)
    first.__enter__()
    with share_database(url):
        first.__exit__(None, None, None)
        with share_database(url) as third:
            assert not third


async def test_leases_that_are_taken_back_can_be_claimed_at_once(database: Database):
    jobs = SqlJobs(database)
    await jobs.add(Work("reconcile", "1/2/pull/3"), due=NOW)
    held = await jobs.claim(NOW, 120)
    assert held is not None
    assert await jobs.claim(NOW, 120) is None
    assert await jobs.take_back(NOW) == 1
    again = await jobs.claim(NOW, 120)
    assert again is not None
    assert (again.work.key, await jobs.renew(held, NOW)) == ("1/2/pull/3", False)
