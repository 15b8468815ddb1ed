"""Logs that are read anyway are kept, where the settings say so: signatures are tried on them later."""

from datetime import timedelta

from bot.handlers.world import World
from bot.model.kept import Keep, KeptLog, KeptText, LogOrigin
from bot.model.reading import Reading
from bot.model.run import Conclusion, Job, Repository, Run
from bot.model.signature import Pattern
from bot.ports import FetchedLog

# Of a larger failing job's log the failures' own lines are kept: redacting a megabyte takes 0.3 s.
MOST_FAILING = 1 << 20
# A larger passing job's log is not kept.
MOST_PASSING = 4 << 20
# With so many passing logs of a job, one an hour is enough: the next push's says much the same.
ENOUGH_PASSING = 10
PASSING_AGE = timedelta(hours=1)


async def read_failing(
    world: World, repo: Repository, run: Run, job: Job, fetched: FetchedLog, patterns: tuple[Pattern, ...]
) -> Reading:
    """Read a failed job's log, and keep what is needed of it."""
    if not world.keep_logs:
        return await world.reader.read(fetched, patterns)
    keep = Keep(passed=False, most=MOST_FAILING)
    reading, text = await world.reader.read_and_keep(fetched, patterns, keep)
    await _keep(world, repo, run, job, text)
    return reading


async def read_passing(
    world: World, repo: Repository, run: Run, job: Job, fetched: FetchedLog, enough: frozenset[str]
) -> Reading:
    """Read a green job's log, and keep it unless its job is one of those of which there is enough."""
    if not world.keep_logs or job.name in enough:
        return await world.reader.read(fetched, ())
    reading, text = await world.reader.read_and_keep(fetched, (), Keep(passed=True, most=MOST_PASSING))
    await _keep(world, repo, run, job, text)
    return reading


async def enough_passing(world: World, repo: Repository, run: Run) -> frozenset[str]:
    """Names of this workflow's jobs of which no passing log is wanted now."""
    if not world.keep_logs:
        return frozenset()
    since = world.clock.now() - PASSING_AGE
    return await world.store.enough_passing(repo, run.workflow_id, ENOUGH_PASSING, since)


async def _keep(world: World, repo: Repository, run: Run, job: Job, text: KeptText | None) -> None:
    if text is None:
        return
    passed = job.conclusion is Conclusion.SUCCESS
    steps = (step.name for step in job.steps if step.conclusion.is_red)
    origin = LogOrigin(
        name=job.name,
        passed=passed,
        workflow=run.workflow,
        job=job.name,
        step="" if passed else next(steps, ""),
        run_id=run.id,
        attempt=job.attempt,
        job_id=job.id,
        sha=run.head_sha,
        at=job.completed_at or run.updated_at or world.clock.now(),
    )
    await world.store.keep(repo, [KeptLog(origin, run.workflow_id, text)], world.keep_logs)
