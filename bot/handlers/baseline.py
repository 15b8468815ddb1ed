"""What the base branch's newest run says: remembered, or looked up on GitHub once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta

from bot.errors import Drop
from bot.handlers.history import read_run
from bot.handlers.past import remember_run as remember_past
from bot.handlers.policy import Policy
from bot.handlers.reports import with_reports
from bot.handlers.world import World
from bot.model.report import Compared
from bot.model.run import Conclusion, PullRequest, Repository, Run
from bot.ports import StoredJob, StoredRun
from bot.triage import BaseRun, SeenJob

# An older run of the base tells little of today's (DESIGN section 2, rung 6).
MAX_AGE = timedelta(days=7)
# Whether a failure comes in every run shows in a few of them.
ENOUGH_RUNS = 3
# A run that ended so did not run what it was asked for.
TELL_NOTHING = (Conclusion.CANCELLED, Conclusion.SKIPPED, Conclusion.ACTION_REQUIRED)
# Events whose runs test the branch itself. A pull request's run tests a merge that may never happen.
BRANCH_EVENTS = ("push", "schedule", "workflow_dispatch", "merge_group")


async def base_runs(
    world: World, repo: Repository, pull: PullRequest, runs: Sequence[Run], policy: Policy
) -> tuple[dict[int, BaseRun], str]:
    """The base's newest run of each workflow, none newer than the pull request's; and why there is none."""
    found = {}
    for run in runs:
        if tests_the_branch(repo, run, pull.base_branch):
            continue
        newest = await _newest(world, repo, pull.base_branch, run, policy)
        if newest:
            first, *before = (_as_base(one, pull) for one in newest[:ENOUGH_RUNS])
            found[run.workflow_id] = replace(first, before=tuple(before))
    if found:
        return found, ""
    return {}, f"no run of {pull.base_branch} in the 7 days before this one"


async def merge_base_runs(
    world: World, repo: Repository, pull: PullRequest, runs: Sequence[Run], merge_base: str
) -> dict[int, BaseRun]:
    """The base's run at the commit that the pull request grew from, where one is remembered."""
    found = {}
    for run in runs:
        if not merge_base or tests_the_branch(repo, run, pull.base_branch):
            continue
        stored = await world.store.run_at(repo, run.workflow_id, pull.base_branch, merge_base)
        if stored is not None and stored.run.conclusion not in TELL_NOTHING:
            found[run.workflow_id] = _as_base(stored, pull)
    return found


def _as_base(stored: StoredRun, pull: PullRequest) -> BaseRun:
    compared = Compared(
        sha=stored.run.head_sha,
        run_id=stored.run.id,
        attempt=stored.run.attempt,
        url=stored.run.html_url,
        branch=pull.base_branch,
        at=stored.run.created_at,
    )
    return BaseRun(compared, tuple(SeenJob(one.job, stored.run, one.reading) for one in stored.jobs))


def tests_the_branch(repo: Repository, run: Run, branch: str) -> bool:
    """Whether this run tested a commit of that branch of the repository itself."""
    return run.head_branch == branch and run.head_repository_id == repo.id and run.event in BRANCH_EVENTS


async def remember(world: World, repo: Repository, run: Run, policy: Policy) -> None:
    """Keep a completed run of the base branch, with what its failed jobs' logs say."""
    if not run.finished:
        return
    read = await read_run(world, repo, run, policy.signatures)
    seen, _ = await with_reports(world, repo, read, policy.config.reports)
    await world.store.remember_run(
        repo, StoredRun(run, tuple(StoredJob(one.job, one.reading) for one in seen))
    )
    await remember_past(world, repo, seen, policy.signatures, on_base=run.head_branch == repo.default_branch)
    world.journal.note("remembered a run of the base branch", run=run.id, jobs=len(seen))


async def _newest(
    world: World, repo: Repository, branch: str, run: Run, policy: Policy
) -> tuple[StoredRun, ...]:
    """The newest remembered runs; when there is none, GitHub is asked for one once and it is remembered."""
    not_after = run.created_at or world.clock.now()
    not_before = not_after - MAX_AGE
    known = await world.store.base_runs(repo, run.workflow_id, branch, not_after, not_before)
    useful = _telling(known)
    if useful:
        return useful
    day = not_after.astimezone(UTC).date().isoformat()
    key = f"{run.workflow_id}/{branch}/{run.id}/{day}"
    if await world.store.count_effects(repo, "base lookup", key, not_before):
        return ()
    found = await _look_up(world, repo, branch, run)
    if found is not None:
        await remember(world, repo, found, policy)
    # Only now: a look-up that failed or was cut off is begun again.
    await world.store.start_effect(repo, "base lookup", key, world.clock.now())
    return _telling(await world.store.base_runs(repo, run.workflow_id, branch, not_after, not_before))


def _telling(runs: Sequence[StoredRun]) -> tuple[StoredRun, ...]:
    return tuple(one for one in runs if one.run.conclusion not in TELL_NOTHING)


async def _look_up(world: World, repo: Repository, branch: str, run: Run) -> Run | None:
    """The newest run that GitHub lists for the branch within the window."""
    not_after = run.created_at or world.clock.now()
    try:
        listed = await world.github.runs_of_branch(repo, run.workflow_id, branch)
    except Drop as error:
        world.journal.note("the base branch's runs cannot be listed", why=str(error))
        return None
    candidates = [
        one
        for one in listed
        if tests_the_branch(repo, one, branch)
        and one.created_at is not None
        and not_after - MAX_AGE <= one.created_at <= not_after
        and one.conclusion not in TELL_NOTHING
    ]
    return max(candidates, key=lambda one: one.id, default=None)
