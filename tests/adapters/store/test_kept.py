"""Kept logs stay within their limits, are told whose they were, and unrecognised failures keep a specimen."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update

from bot.model.history import JobResult, Occurrence, Origin, RunRecord
from bot.model.inbox import Specimen
from bot.model.kept import KeptLog, KeptText, LogOrigin
from bot.model.run import Repository
from bot.store.database import Database
from bot.store.kept import NEWEST
from bot.store.kept_tables import specimens
from bot.store.memory import SqlStore
from tests.adapters.work.clock import MIDNIGHT

pytestmark = pytest.mark.anyio

REPO = Repository(1, 42, "octo", "app")
OTHER = Repository(1, 43, "octo", "lib")
PLENTY = 1 << 30


def at(minutes: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def a_log(number: int, job: str = "Unit", *, passed: bool = True, size: int = 10) -> KeptLog:
    origin = LogOrigin(
        job, passed, "CI", job, "" if passed else "Run make", "", number, 1, number, "a" * 40, at=at(number)
    )
    return KeptLog(origin, 7, KeptText(b"\x01" * size, size))


async def numbers(store: SqlStore, repo: Repository = REPO) -> list[int]:
    return [one.job_id for one in await store.kept(repo)]


async def test_a_kept_log_comes_back_with_where_it_is_from(database: Database) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(3, passed=False)], PLENTY)
    (found,) = await store.kept(REPO)
    assert found == replace(a_log(3, passed=False).origin, name="Unit of run 3", branch=None)
    assert await store.kept_body(REPO, 3, 1) == b"\x01" * 10
    assert await store.kept_body(REPO, 3, 2) is None
    assert await store.kept(OTHER) == ()
    assert await store.kept_body(OTHER, 3, 1) is None


async def test_a_log_that_is_kept_again_replaces_the_one_before(database: Database) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(3)], PLENTY)
    await store.keep(REPO, [a_log(3, size=5)], PLENTY)
    assert await store.kept_body(REPO, 3, 1) == b"\x01" * 5


async def test_whose_run_it_was_is_told_once_the_run_is_recorded(database: Database) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(3), a_log(4)], PLENTY)
    origin = Origin(3, 1, 7, "a" * 40, MIDNIGHT, 45, "ada", branch="main")
    await store.record(REPO, [RunRecord(origin, (JobResult(3, "Unit", passed=True, at=MIDNIGHT),))])
    four, three = await store.kept(REPO)
    assert (three.pull_request, three.author, three.branch, three.on_base) == (45, "ada", "main", False)
    assert (four.pull_request, four.author, four.branch) == (0, "", None)
    # Kept again after that: what is known of it stays.
    await store.keep(REPO, [a_log(3)], PLENTY)
    assert (await store.kept(REPO))[1].pull_request == 45


async def test_of_each_job_the_newest_are_kept_and_failing_ones_apart(database: Database) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(n) for n in range(1, NEWEST + 4)], PLENTY)
    await store.keep(REPO, [a_log(1_000, passed=False), a_log(1_001, "Lint")], PLENTY)
    found = await numbers(store)
    assert len(found) == NEWEST + 2
    assert {1, 2, 3}.isdisjoint(found)
    assert {4, 1_000, 1_001}.issubset(found)


async def test_over_its_size_a_repository_loses_the_oldest_of_the_jobs_with_most(database: Database) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(1, "Nightly", size=10)], PLENTY)
    await store.keep(OTHER, [a_log(1, size=500)], PLENTY)
    await store.keep(REPO, [a_log(n, size=10) for n in range(2, 9)], 60)
    found = await numbers(store)
    assert 1 in found
    assert found == [8, 7, 6, 5, 1]
    assert await numbers(store, OTHER) == [1]


async def test_jobs_with_enough_fresh_passing_logs_are_named(database: Database) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(1), a_log(2), a_log(3, passed=False), a_log(4, "Lint")], PLENTY)
    assert await store.enough_passing(REPO, 7, 2, at(2)) == {"Unit"}
    assert await store.enough_passing(REPO, 7, 2, at(3)) == frozenset()
    assert await store.enough_passing(REPO, 7, 3, at(0)) == frozenset()
    assert await store.enough_passing(REPO, 8, 1, at(0)) == frozenset()


async def test_kept_logs_go_with_their_time_with_the_tenant_and_when_none_are_wanted(
    database: Database,
) -> None:
    store = SqlStore(database)
    await store.keep(REPO, [a_log(n) for n in range(1, 6)], PLENTY)
    await store.keep(OTHER, [a_log(9)], PLENTY)
    while await store.drop_history(at(3), 100):
        pass
    assert await numbers(store) == [5, 4, 3]
    await store.forget(1, 42)
    assert await numbers(store) == []
    assert await store.drop_kept(10) == 1
    assert await store.drop_kept(10) == 0


def a_failure(
    number: int, mark: str = "f1", *, signature: str = "", said: Specimen | None = None, **rest: object
) -> RunRecord:
    known = {"pull_request": number, "author": f"author-{number}"} | rest
    job = str(known.pop("job", "Unit"))
    origin = Origin(number, 1, 7, "a" * 40, at(number), **known)  # type: ignore[arg-type]  # by name
    seen = Occurrence(f"test of {mark}", mark, "test", signature)
    result = JobResult(number, job, False, at(number), (seen,), (said,) if said else ())  # noqa: FBT003
    return RunRecord(origin, (result,))


async def test_unrecognised_failures_are_grouped_the_largest_first(database: Database) -> None:
    store = SqlStore(database)
    records = [a_failure(n, "f1") for n in (1, 2)] + [
        a_failure(n, "f2", job=f"Leg {n}") for n in (3, 4, 5, 6)
    ]
    records += [
        a_failure(7, "f1", on_base=True, pull_request=0, author=""),
        a_failure(8, "f3", signature="K"),
    ]
    await store.record(REPO, records)
    two, one = await store.unrecognised(REPO, at(0), 10)
    assert (two.fingerprint, two.times, two.pulls, two.on_base) == ("f2", 4, (6, 5, 4, 3), False)
    assert (two.jobs, two.more_jobs) == (("Leg 3", "Leg 4", "Leg 5"), 1)
    assert (one.fingerprint, one.times, one.pull_requests, one.authors) == ("f1", 3, 2, 2)
    assert (one.test, one.kind, one.on_base, one.jobs) == ("test of f1", "test", True, ("Unit",))
    assert (one.first, one.last) == (at(1), at(7))
    assert [group.fingerprint for group in await store.unrecognised(REPO, at(7), 10)] == ["f1"]
    assert [group.fingerprint for group in await store.unrecognised(REPO, at(0), 1)] == ["f2"]
    assert await store.unrecognised(OTHER, at(0), 10) == ()


async def test_a_specimen_keeps_what_stands_in_every_occurrence(database: Database) -> None:
    store = SqlStore(database)
    said = Specimen(
        "f1", "test of f1", "test", "no such host", "a.go", ("dial x7: no such host", "port 4711")
    )
    await store.record(REPO, [a_failure(1, said=said)])
    again = replace(said, lines=("at last", "port 4712"))
    await store.record(REPO, [a_failure(2, said=again)])
    (group,) = await store.unrecognised(REPO, at(0), 10)
    assert group.specimen == replace(said, lines=("port 4711",))
    await store.record(REPO, [a_failure(2, said=again)])
    assert (await store.unrecognised(REPO, at(0), 10))[0].specimen == group.specimen


async def test_a_specimen_that_cannot_be_read_is_as_good_as_none(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [a_failure(1, said=Specimen("f1", "t", "test", "no"))])
    await database.write(lambda connection: connection.execute(update(specimens).values(body=b"{")))
    assert (await store.unrecognised(REPO, at(0), 10))[0].specimen is None
    await store.record(REPO, [a_failure(1, said=Specimen("f1", "t", "test", "no"))])
    assert (await store.unrecognised(REPO, at(0), 10))[0].specimen is not None


async def test_specimens_go_with_their_time(database: Database) -> None:
    store = SqlStore(database)
    await store.record(REPO, [a_failure(1, said=Specimen("f1", "t", "test", "no"))])
    while await store.drop_history(at(2), 100):
        pass
    left = await database.read(lambda connection: connection.scalar(text("SELECT count(*) FROM specimens")))
    assert left == 0
