"""The pull request's run before this one: an earlier attempt, or an earlier commit of the same branch."""

from collections.abc import Sequence

from bot.errors import Drop
from bot.handlers.history import read_run
from bot.handlers.policy import Policy
from bot.handlers.reports import with_reports
from bot.handlers.world import World
from bot.model.report import Compared
from bot.model.run import Conclusion, PullRequest, Repository, Run
from bot.triage import PreviousRun


async def previous_runs(
    world: World, repo: Repository, pull: PullRequest, runs: Sequence[Run], policy: Policy
) -> dict[int, PreviousRun]:
    """The run that each workflow's run is compared with, by workflow id.

    Only runs of the same head repository and branch count: another pull request's never do.
    """
    found = {}
    for run in runs:
        before = await _before(world, repo, pull, run)
        if before is None:
            continue
        read = await read_run(world, repo, before, policy.signatures)
        jobs, _ = await with_reports(world, repo, read, policy.config.reports)
        if jobs:
            compared = Compared(
                sha=before.head_sha,
                run_id=before.id,
                attempt=before.attempt,
                url=before.html_url,
                branch=before.head_branch,
                at=before.updated_at,
            )
            found[run.workflow_id] = PreviousRun(compared, jobs)
    return found


async def _before(world: World, repo: Repository, pull: PullRequest, run: Run) -> Run | None:
    try:
        if run.attempt > 1:
            return await world.github.run(repo, run.id, run.attempt - 1)
        older = await world.github.runs_of_branch(repo, run.workflow_id, run.head_branch, run.event)
    except Drop as error:
        world.journal.note("no previous run", run=run.id, why=str(error))
        return None
    candidates = [
        one
        for one in older
        if one.id < run.id
        and one.finished
        and one.head_repository_id == pull.head_repository_id
        and one.head_sha != run.head_sha
        and one.conclusion not in (Conclusion.CANCELLED, Conclusion.SKIPPED, Conclusion.ACTION_REQUIRED)
    ]
    return max(candidates, key=lambda one: one.id, default=None)
