"""The queue's contract, on the real database and a clock that tests move."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.errors import Drop, Gone, RetryLater, TellUser
from bot.ports import Lease, Work
from bot.store.database import Database
from bot.store.jobs import SqlJobs
from bot.store.tables import work as work_table
from bot.work.backoff import MOST_WAITS, delay_before_retry
from bot.work.embedded import EmbeddedQueue
from bot.work.lease import LeaseGuard
from tests.adapters.store.opened import opened
from tests.adapters.work.clock import MIDNIGHT, FakeClock

pytestmark = pytest.mark.anyio

RNG = Random(1)  # noqa: S311 - spreads retries, keeps no secret
Handle = Callable[[Work, LeaseGuard], Awaitable[None]]


class Outcomes:
    """What the queue said of every try, and a way to wait for the n-th."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._marks: dict[int, asyncio.Event] = {}

    def observe(self, _kind: str, outcome: str) -> None:
        """Called by the queue."""
        self.seen.append(outcome)
        self.after(len(self.seen)).set()

    def after(self, count: int) -> asyncio.Event:
        """Set as soon as so many tries have ended."""
        return self._marks.setdefault(count, asyncio.Event())


class Bench:
    """A queue at work."""

    def __init__(self, jobs: SqlJobs, clock: FakeClock, handle: Handle, workers: int) -> None:
        self.jobs = jobs
        self.clock = clock
        self.outcomes = Outcomes()
        self.stop = asyncio.Event()
        self.queue = EmbeddedQueue(
            jobs,
            clock,
            handle,
            rng=RNG,
            workers=workers,
            longest_rest=3_600.0,
            observe=self.outcomes.observe,
        )


@asynccontextmanager
async def working(
    database: Database, handle: Handle, *, clock: FakeClock | None = None, workers: int = 4
) -> AsyncIterator[Bench]:
    """Run a queue for the length of a block."""
    bench = Bench(SqlJobs(database), clock or FakeClock(), handle, workers)
    running = asyncio.create_task(bench.queue.run(bench.stop))
    try:
        yield bench
    finally:
        bench.stop.set()
        await running


async def buried(database: Database) -> list[str]:
    """Reasons of the dead letters."""
    statement = select(work_table.c.reason).where(work_table.c.state == "buried")
    return list(await database.read(lambda connection: connection.scalars(statement).all()))


async def test_work_is_done_and_gone(database: Database) -> None:
    done: list[Work] = []

    async def handle(work: Work, lease: LeaseGuard) -> None:
        await lease.check()
        done.append(work)

    wanted = Work("command", "1/2/pull/3", {"a": [1]}, "d")
    async with working(database, handle) as bench:
        await bench.queue.enqueue(wanted)
        await bench.outcomes.after(1).wait()
    assert (done, bench.outcomes.seen) == ([wanted], ["done"])
    assert await bench.jobs.waiting() == (0, None)


async def test_work_for_later_waits_until_then(database: Database) -> None:
    at: list[datetime] = []
    clock = FakeClock()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        at.append(clock.now())

    async with working(database, handle, clock=clock) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"), after=35.0)
        await clock.pass_until(bench.outcomes.after(1), database)
    assert at == [MIDNIGHT + timedelta(seconds=35)]


async def test_one_key_runs_one_at_a_time_in_order_with_two_processes_on_one_database(tmp_path: Path) -> None:
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()
    order: dict[str, list[object]] = {}

    async def handle(work: Work, lease: LeaseGuard) -> None:
        running[work.key] += 1
        most[work.key] = max(most[work.key], running[work.key])
        order.setdefault(work.key, []).append(work.payload["n"])
        await lease.check()
        running[work.key] -= 1

    with opened(tmp_path) as here, opened(tmp_path) as there:
        jobs, clock, total = SqlJobs(here), FakeClock(), asyncio.Event()
        for number in range(12):
            await jobs.add(Work("k", f"1/2/pull/{number % 3}", {"n": number}), due=MIDNIGHT)

        async def count(work: Work, lease: LeaseGuard) -> None:
            await handle(work, lease)
            if sum(map(len, order.values())) == 12:
                total.set()

        async with working(here, count, clock=clock), working(there, count, clock=clock):
            await total.wait()
    assert set(most.values()) == {1}
    assert order == {f"1/2/pull/{key}": list(range(key, 12, 3)) for key in range(3)}


async def test_different_keys_run_side_by_side_up_to_the_number_of_workers(database: Database) -> None:
    inside, gate, full = 0, asyncio.Event(), asyncio.Event()
    most = 0

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 3:
            full.set()
        await gate.wait()
        inside -= 1

    async with working(database, handle, workers=3) as bench:
        for number in range(5):
            await bench.queue.enqueue(Work("k", f"1/2/pull/{number}"))
        await full.wait()
        gate.set()
        await bench.outcomes.after(5).wait()
    assert most == 3


async def test_what_asks_for_later_is_tried_again_no_sooner(database: Database) -> None:
    at: list[datetime] = []
    clock = FakeClock()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        at.append(clock.now())
        if len(at) == 1:
            raise RetryLater("rate limit", after=300.0)

    async with working(database, handle, clock=clock) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await clock.pass_until(bench.outcomes.after(2), database)
    assert bench.outcomes.seen == ["retried", "done"]
    assert at[1] - at[0] >= timedelta(seconds=300)


@pytest.mark.parametrize("error", [Drop("never"), Gone("the run is gone"), TellUser("mend the key")])
async def test_what_can_never_work_is_buried_at_once_with_its_reason(
    database: Database, error: Exception
) -> None:
    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        raise error

    async with working(database, handle) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await bench.outcomes.after(1).wait()
    assert bench.outcomes.seen == ["buried"]
    assert await buried(database) == [str(error)]


async def test_a_mistake_of_ours_is_tried_five_times_and_does_not_hold_up_others(database: Database) -> None:
    clock = FakeClock()

    async def handle(work: Work, _lease: LeaseGuard) -> None:
        if work.kind == "poison":
            raise KeyError("missing")

    async with working(database, handle, clock=clock) as bench:
        await bench.queue.enqueue(Work("poison", "1/2/pull/3"))
        await bench.queue.enqueue(Work("good", "1/2/pull/4"))
        await clock.pass_until(bench.outcomes.after(6), database)
    assert sorted(bench.outcomes.seen) == ["buried", "done", "retried", "retried", "retried", "retried"]
    assert await buried(database) == ["KeyError: 'missing'"]


async def test_waiting_does_not_use_up_the_tries_but_ends_too(database: Database) -> None:
    clock = FakeClock()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        raise RetryLater("GitHub is down")

    async with working(database, handle, clock=clock) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await clock.pass_until(bench.outcomes.after(MOST_WAITS + 1), database)
    assert bench.outcomes.seen == ["retried"] * MOST_WAITS + ["buried"]
    assert await buried(database) == [f"put off {MOST_WAITS} times, at last: GitHub is down"]


async def test_work_of_a_killed_process_is_done_by_the_next(tmp_path: Path) -> None:
    clock = FakeClock()
    with opened(tmp_path) as database:
        jobs = SqlJobs(database)
        await jobs.add(Work("k", "1/2/pull/3"), due=MIDNIGHT)
        assert await jobs.claim(MIDNIGHT, 120) is not None

        async def handle(_work: Work, _lease: LeaseGuard) -> None:
            return

        async with working(database, handle, clock=clock) as bench:
            await clock.pass_until(bench.outcomes.after(1), database)
    assert clock.now() >= MIDNIGHT + timedelta(seconds=120)


async def test_work_that_kills_its_process_every_time_is_buried_without_another_try(
    database: Database,
) -> None:
    jobs, clock = SqlJobs(database), FakeClock()
    await jobs.add(Work("k", "1/2/pull/3"), due=MIDNIGHT)
    for _ in range(5):
        assert await jobs.claim(clock.now(), 120) is not None
        clock.advance(120)
    touched: list[Work] = []

    async def handle(work: Work, _lease: LeaseGuard) -> None:
        touched.append(work)

    async with working(database, handle, clock=clock) as bench:
        await clock.pass_until(bench.outcomes.after(1), database)
    assert touched == []
    assert "again and again" in (await buried(database))[0]


async def test_a_long_piece_of_work_keeps_its_lease(database: Database) -> None:
    begun, gate, clock = asyncio.Event(), asyncio.Event(), FakeClock()
    renewed = asyncio.Event()

    class Watched(SqlJobs):
        async def renew(self, lease: Lease, until: datetime) -> bool:
            kept = await super().renew(lease, until)
            if until >= MIDNIGHT + timedelta(seconds=400):
                renewed.set()
            return kept

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        begun.set()
        await gate.wait()

    jobs, outcomes, stop = Watched(database), Outcomes(), asyncio.Event()
    queue = EmbeddedQueue(jobs, clock, handle, rng=RNG, observe=outcomes.observe)
    running = asyncio.create_task(queue.run(stop))
    await queue.enqueue(Work("k", "1/2/pull/3"))
    await begun.wait()
    await clock.pass_until(renewed, database)
    assert await jobs.claim(clock.now(), 120) is None
    gate.set()
    await outcomes.after(1).wait()
    stop.set()
    await running
    assert outcomes.seen == ["done"]


async def test_who_was_paused_for_longer_than_the_lease_writes_nothing_any_more(database: Database) -> None:
    begun, resume, clock = asyncio.Event(), asyncio.Event(), FakeClock()
    writes: list[str] = []

    async def handle(_work: Work, lease: LeaseGuard) -> None:
        begun.set()
        await resume.wait()
        await lease.check()
        writes.append("comment")

    async with working(database, handle, clock=clock, workers=1) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await begun.wait()
        other = await bench.jobs.claim(clock.now() + timedelta(seconds=121), 120)
        assert other is not None
        resume.set()
        await bench.outcomes.after(1).wait()
    assert (writes, bench.outcomes.seen) == ([], ["lost"])
    assert await bench.jobs.renew(other, other.until)


async def test_a_lost_lease_stops_the_work_even_when_it_does_not_look(database: Database) -> None:
    begun, clock, ended = asyncio.Event(), FakeClock(), asyncio.Event()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with working(database, handle, clock=clock, workers=1) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await begun.wait()
        assert await bench.jobs.claim(clock.now() + timedelta(seconds=121), 9_999) is not None
        await clock.pass_until(bench.outcomes.after(1), database)
    assert ended.is_set()
    assert bench.outcomes.seen == ["lost"]


async def test_work_that_hangs_is_stopped_and_counts_as_a_mistake(database: Database) -> None:
    clock = FakeClock()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        await asyncio.Event().wait()

    async with working(database, handle, clock=clock) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await clock.pass_until(bench.outcomes.after(5), database)
    assert await buried(database) == ["TimeoutError: the work took far too long and was stopped"]


async def test_stopping_waits_for_what_is_nearly_done(database: Database) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        begun.set()
        await gate.wait()

    async with working(database, handle) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await begun.wait()
        bench.stop.set()
        gate.set()
    assert bench.outcomes.seen == ["done"]


async def test_stopping_gives_back_what_takes_too_long(database: Database) -> None:
    begun, clock = asyncio.Event(), FakeClock()

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with working(database, handle, clock=clock) as bench:
        await bench.queue.enqueue(Work("k", "1/2/pull/3"))
        await begun.wait()
        bench.stop.set()
        await clock.pass_until(bench.outcomes.after(1), database)
    assert bench.outcomes.seen == ["released"]
    assert clock.now() - MIDNIGHT <= timedelta(seconds=20)
    again = await bench.jobs.claim(clock.now(), 120)
    assert again is not None
    assert again.tries == 1


async def test_a_database_that_is_away_for_a_while_does_not_end_the_loop(database: Database) -> None:
    class Shaky(SqlJobs):
        away = True

        async def claim(self, now: datetime, lease: float) -> Lease | None:
            if self.away:
                self.away = False
                raise RetryLater("the database did not take it: disk is full")
            return await super().claim(now, lease)

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        return

    jobs, clock, outcomes, stop = Shaky(database), FakeClock(), Outcomes(), asyncio.Event()
    await jobs.add(Work("k", "1/2/pull/3"), due=MIDNIGHT)
    queue = EmbeddedQueue(jobs, clock, handle, rng=RNG, observe=outcomes.observe)
    running = asyncio.create_task(queue.run(stop))
    await clock.pass_until(outcomes.after(1), database)
    stop.set()
    await running
    assert outcomes.seen == ["done"]


async def test_work_whose_end_cannot_be_noted_is_done_again_later(database: Database) -> None:
    class Forgetful(SqlJobs):
        away = True

        async def finish(self, lease: Lease) -> None:
            if self.away:
                self.away = False
                raise RetryLater("the database did not take it: disk is full")
            await super().finish(lease)

    async def handle(_work: Work, _lease: LeaseGuard) -> None:
        return

    jobs, clock, outcomes, stop = Forgetful(database), FakeClock(), Outcomes(), asyncio.Event()
    queue = EmbeddedQueue(jobs, clock, handle, rng=RNG, observe=outcomes.observe)
    running = asyncio.create_task(queue.run(stop))
    await queue.enqueue(Work("k", "1/2/pull/3"))
    await clock.pass_until(outcomes.after(2), database)
    stop.set()
    await running
    assert outcomes.seen == ["lost", "done"]


def test_the_back_off_doubles_to_45_seconds_and_obeys_what_was_asked() -> None:
    for turn in range(1, 40):
        seconds = delay_before_retry(turn, 0.0, RNG)
        assert min(45.0, 5.0 * 2 ** (turn - 1)) / 2 <= seconds <= 45.0
    assert delay_before_retry(1, 3600.0, RNG) == 3600.0
    assert delay_before_retry(1, -5.0, RNG) <= 5.0
    assert delay_before_retry(1, float("nan"), RNG) <= 5.0
    assert delay_before_retry(1, float("inf"), RNG) == 86_400.0
