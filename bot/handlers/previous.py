"""The pull request's run before this one: an earlier attempt, or an earlier commit of the same branch."""

from collections.abc import Sequence

from bot.errors import Drop
from bot.handlers.baseline import TELL_NOTHING
from bot.handlers.history import MOST_ATTEMPTS, read_run, with_known_counts
from bot.handlers.policy import Policy
from bot.handlers.reports import with_reports
from bot.handlers.world import World
from bot.model.report import Compared
from bot.model.run import PullRequest, Repository, Run
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
        jobs = await with_known_counts(world, repo, jobs)
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
    """An earlier attempt that was not cancelled, else the newest run of an earlier commit."""
    try:
        for number in range(run.attempt - 1, max(0, run.attempt - 1 - MOST_ATTEMPTS), -1):
            attempt = await world.github.run(repo, run.id, number)
            if attempt.conclusion not in TELL_NOTHING:
                return attempt
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
        and one.conclusion not in TELL_NOTHING
        and _is_of(pull, one)
    ]
    return max(candidates, key=lambda one: one.id, default=None)


def _is_of(pull: PullRequest, run: Run) -> bool:
    """A pull request's run is not older than it: the branch's name may have been another one's before."""
    if not run.event.startswith("pull_request") or run.created_at is None or pull.created_at is None:
        return True
    return run.created_at >= pull.created_at
