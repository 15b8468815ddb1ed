"""Runs with their logs read: fetched once, remembered as readings."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.errors import Drop, Gone, Refused, RetryLater
from bot.handlers.keeping import enough_passing, read_failing, read_passing
from bot.handlers.world import World
from bot.model.reading import Reading
from bot.model.run import Conclusion, Job, Repository, Run
from bot.model.signature import Pattern, Signature
from bot.ports import FetchedLog
from bot.triage import SeenJob, needs_reading, patterns_of

# What a reading depends on besides the log: bump it when parsers change what they find.
READING_VERSION = 5
# A log that GitHub could not give so often within the window is reported as unread.
LOG_TRIES = 3
TRY_WINDOW = timedelta(hours=1)
# So many older attempts of a run are looked at: more re-runs of one commit tell no more.
MOST_ATTEMPTS = 3
# A longer wait is a rate limit's: it holds for every request, and it ends.
LONG_WAIT_SECONDS = 45.0


def patterns_key(patterns: Sequence[Pattern]) -> str:
    """A hash of the patterns, so that a changed configuration reads the logs again."""
    digest = hashlib.sha256(str(READING_VERSION).encode())
    for pattern in patterns:
        digest.update(f"\0{pattern.is_regex:d}{pattern.text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


async def read_run(
    world: World, repo: Repository, run: Run, signatures: Sequence[Signature], *, counts: bool = False
) -> tuple[SeenJob, ...]:
    """Every job of a run's attempt; the failed ones' logs read, and with `counts` the green ones' too.

    A log that cannot be had is data, not an error: the job says why. Raises `RetryLater` alone.
    """
    try:
        jobs = await _jobs(world, repo, run)
    except (Gone, Refused) as error:
        world.journal.note("a run's jobs cannot be read", run=run.id, why=str(error))
        return ()
    patterns = patterns_of(signatures)
    key = patterns_key(patterns)
    seen = [await _read_failed(world, repo, run, job, patterns, key) for job in jobs]
    if counts:
        return await _read_green(world, repo, run, seen)
    return tuple(seen)


async def _jobs(world: World, repo: Repository, run: Run) -> tuple[Job, ...]:
    """Every job of an attempt, also those that it took over because only others were run again.

    GitHub's pages do not say whether an attempt's list has them. A job that is not in it keeps what it was;
    while the attempt runs, one that had failed may still be started again and is not taken over.
    """
    jobs = list(await world.github.jobs(repo, run.id, run.attempt))
    for number in range(run.attempt - 1, max(0, run.attempt - 1 - MOST_ATTEMPTS), -1):
        known = {job.name for job in jobs}
        try:
            older = await world.github.jobs(repo, run.id, number)
        except Drop as error:
            world.journal.note("an attempt's jobs cannot be read", run=run.id, attempt=number, why=str(error))
            break
        taken = (job for job in older if run.finished or job.conclusion is Conclusion.SUCCESS)
        jobs += [job for job in taken if job.name not in known and job.finished]
    return tuple(jobs)


async def _read_failed(
    world: World, repo: Repository, run: Run, job: Job, patterns: tuple[Pattern, ...], key: str
) -> SeenJob:
    if not needs_reading(job):
        return SeenJob(job, run)
    known = await world.store.reading(repo, job.id, job.attempt, key)
    if known is not None:
        return SeenJob(job, run, known)
    try:
        fetched = await world.github.job_log(repo, job.id)
    except Drop as error:
        return SeenJob(job, run, gone=str(error))
    except RetryLater as error:
        if await _is_worth_waiting(world, repo, job, error):
            raise
        return SeenJob(job, run, gone=f"GitHub does not give the log: {error}")
    reading = await read_failing(world, repo, run, job, fetched, patterns)
    if not reading.lines:
        return SeenJob(job, run, gone=reading.gap or "the log is empty")
    if reading.complete:
        await world.store.save_reading(repo, job.id, job.attempt, key, reading)
    return SeenJob(job, run, reading)


async def _is_worth_waiting(world: World, repo: Repository, job: Job, error: RetryLater) -> bool:
    """A log that does not come costs the report a few tries, never the report: the row then says so."""
    if error.after > LONG_WAIT_SECONDS:
        return True
    now = world.clock.now()
    prefix = f"{job.id}/{job.attempt}/"
    await world.store.start_effect(repo, "log try", f"{prefix}{now.isoformat()}", now)
    return await world.store.count_effects(repo, "log try", prefix, now - TRY_WINDOW) <= LOG_TRIES


async def with_known_counts(world: World, repo: Repository, seen: Sequence[SeenJob]) -> tuple[SeenJob, ...]:
    """Jobs with what is remembered of the green ones' counts; GitHub is not asked."""
    found = {}
    for job in (one.job for one in seen if one.job.conclusion is Conclusion.SUCCESS):
        known = await world.store.reading(repo, job.id, job.attempt, "counts")
        if known is not None:
            found[job.id] = known
    return tuple(replace(one, reading=found.get(one.job.id, one.reading)) for one in seen)


async def _read_green(
    world: World, repo: Repository, run: Run, seen: Sequence[SeenJob]
) -> tuple[SeenJob, ...]:
    """Green jobs' counts come out of the attempt's one archive; a job that is not in it goes without."""
    if not run.finished:
        return tuple(seen)
    seen = await with_known_counts(world, repo, seen)
    missing = [one.job for one in seen if one.job.conclusion is Conclusion.SUCCESS and one.reading is None]
    found: dict[int, Reading] = {}
    for attempt in sorted({job.attempt for job in missing}):
        found |= await _read_archive(world, repo, run, [job for job in missing if job.attempt == attempt])
    return tuple(replace(one, reading=found.get(one.job.id, one.reading)) for one in seen)


async def _read_archive(world: World, repo: Repository, run: Run, jobs: Sequence[Job]) -> dict[int, Reading]:
    """Jobs of one attempt: of the one that ran them."""
    names = tuple(job.name for job in jobs)
    try:
        logs = await world.github.attempt_logs(repo, run.id, jobs[0].attempt, names)
    except (Drop, RetryLater) as error:
        # The counts of green jobs are worth no wait: the next report asks again.
        world.journal.note("no archive of the run's logs", run=run.id, why=str(error))
        return {}
    found = {}
    enough = await enough_passing(world, repo, run)
    for job in jobs:
        reading = await _count(world, repo, run, job, logs.get(job.name), enough)
        found[job.id] = reading
        await world.store.save_reading(repo, job.id, job.attempt, "counts", reading)
    return found


async def _count(
    world: World, repo: Repository, run: Run, job: Job, fetched: FetchedLog | None, enough: frozenset[str]
) -> Reading:
    """Only the totals of a green job are kept: a passing log has no failures."""
    if fetched is None:
        return Reading(size=0, lines=0, complete=False, gap="not in the archive")
    reading = await read_passing(world, repo, run, job, fetched, enough)
    return replace(reading, failures=(), excerpts=(), best=None, hits=())
