"""Gather a pull request's situation from GitHub and from what is remembered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.classify.globs import fits
from bot.errors import Drop, TellUser
from bot.handlers.baseline import base_runs, merge_base_runs
from bot.handlers.changes import changed_below, changed_files
from bot.handlers.history import read_run
from bot.handlers.past import ask_history, compare, known_ties, other_attempts
from bot.handlers.policy import Policy, load_policy
from bot.handlers.previous import previous_runs
from bot.handlers.reports import with_reports
from bot.handlers.world import World
from bot.model.report import ArtifactLink
from bot.model.run import PullRequest, Repository, Run
from bot.triage import SeenJob, Situation

# Events whose runs test this pull request. A push's run on the same commit tests the branch alone.
PULL_EVENTS = ("pull_request", "pull_request_target", "push", "merge_group", "workflow_dispatch")

# GitHub takes no longer workflow file.
WORKFLOW_BYTES = 512 * 1024


async def gather(world: World, repo: Repository, pull: PullRequest, run_id: int = 0) -> Situation:
    """Everything a report on this pull request's head is made of; `run_id` is a run that an event named.

    Raises:
        RetryLater: GitHub could not answer; nothing is judged on half of the truth.
    """
    policy = await load_policy(world, repo)
    runs = current_runs(await _runs(world, repo, pull, run_id), pull, policy.config.workflows)
    jobs, report_notes = await _read_jobs(world, repo, runs, policy)
    base, note = await base_runs(world, repo, pull, runs, policy)
    previous = await previous_runs(world, repo, pull, runs, policy)
    compared = await compare(world, repo, pull)
    changed, changed_note = await changed_files(world, repo, pull)
    situation = Situation(
        repository=repo.slug,
        web=world.web,
        pull_request=pull,
        at=_newest_change(world, runs),
        runs=runs,
        jobs=jobs,
        previous=previous,
        attempts=await other_attempts(world, repo, runs, previous, policy),
        base=base,
        merge_base=await merge_base_runs(world, repo, pull, runs, compared.merge_base if compared else ""),
        past=known_ties(repo, pull, compared),
        base_note=note,
        workflow_files=await _workflow_files(world, repo, runs, jobs),
        changed=changed,
        changed_note=changed_note,
        below=await changed_below(world, repo, pull),
        config=policy.config,
        signatures=policy.signatures,
        artifacts=await _artifacts(world, repo, runs, jobs, policy),
        config_facts=policy.facts,
        report_notes=report_notes,
        disputes=await world.store.disputes(repo, pull.number),
    )
    return replace(situation, past=await ask_history(world, repo, situation))


async def _read_jobs(
    world: World, repo: Repository, runs: Sequence[Run], policy: Policy
) -> tuple[tuple[SeenJob, ...], tuple[str, ...]]:
    """Every job of the runs with its reports, and what is to be said of these."""
    jobs: list[SeenJob] = []
    report_notes: list[str] = []
    for run in runs:
        seen = await read_run(world, repo, run, policy.signatures, counts=True)
        seen, notes = await with_reports(world, repo, seen, policy.config.reports)
        jobs += seen
        report_notes += notes
    return tuple(jobs), tuple(report_notes)


async def _runs(world: World, repo: Repository, pull: PullRequest, run_id: int) -> tuple[Run, ...]:
    """The head's runs. GitHub's list lags behind its events: a run that it misses is asked for by itself."""
    try:
        listed = await world.github.runs_of_commit(repo, pull.head_sha)
    except Drop:
        if not run_id:
            raise
        listed = ()
    if not run_id or any(one.id == run_id for one in listed):
        return listed
    try:
        return (*listed, await world.github.run(repo, run_id))
    except Drop as error:
        world.journal.note("a run that an event named is gone", run=run_id, why=str(error))
        return listed


def current_runs(runs: Sequence[Run], pull: PullRequest, workflows: Sequence[str]) -> tuple[Run, ...]:
    """The newest run of each workflow on exactly this head, in a stable order.

    A workflow that ran for the pull request and for the push counts once: the pull request's run.
    """
    newest: dict[int, Run] = {}
    for run in runs:
        if run.head_sha != pull.head_sha or run.event not in PULL_EVENTS:
            continue
        if run.head_repository_id != pull.head_repository_id:
            continue
        if workflows and not any(fits(glob, run.workflow) for glob in workflows):
            continue
        other = newest.get(run.workflow_id)
        if other is None or _rank(run) > _rank(other):
            newest[run.workflow_id] = run
    return tuple(sorted(newest.values(), key=lambda run: (run.workflow, run.workflow_id)))


def _rank(run: Run) -> tuple[bool, int, int]:
    return (run.event.startswith("pull_request"), run.id, run.attempt)


def _newest_change(world: World, runs: Sequence[Run]) -> datetime:
    moments = [moment for run in runs for moment in (run.updated_at, run.created_at) if moment is not None]
    return max(moments, default=world.clock.now()).astimezone(UTC)


async def _workflow_files(
    world: World, repo: Repository, runs: Sequence[Run], jobs: Sequence[SeenJob]
) -> dict[int, bytes]:
    """The workflow files of runs in which something failed: they tell which job needs which."""
    red = {one.run.id for one in jobs if one.job.conclusion.is_red}
    found = {}
    for run in runs:
        if run.id not in red or not run.path:
            continue
        try:
            file = await world.github.file(repo, run.path.partition("@")[0], run.head_sha, WORKFLOW_BYTES)
        except (Drop, TellUser) as error:
            world.journal.note("a workflow file cannot be read", run=run.id, why=str(error))
            continue
        if file is not None:
            found[run.id] = file.data
    return found


async def _artifacts(
    world: World, repo: Repository, runs: Sequence[Run], jobs: Sequence[SeenJob], policy: Policy
) -> tuple[ArtifactLink, ...]:
    """Artifacts that the configuration names, of runs in which something failed."""
    if not policy.config.artifacts:
        return ()
    red = {one.run.id for one in jobs if one.job.conclusion.is_red}
    links = []
    for run in runs:
        if run.id not in red:
            continue
        try:
            found = await world.github.artifacts(repo, run.id)
        except Drop as error:
            world.journal.note("the artifacts cannot be listed", run=run.id, why=str(error))
            continue
        links += [
            ArtifactLink(
                one.name, f"{world.web}/{repo.slug}/actions/runs/{run.id}/artifacts/{one.id}", one.size
            )
            for one in found
            if not one.expired and any(fits(glob, one.name) for glob in policy.config.artifacts)
        ]
    return tuple(links)
