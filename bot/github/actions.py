"""GitHub Actions: runs, attempts, jobs, artifacts."""

from bot.errors import Gone
from bot.github import decode
from bot.github.auth import READ
from bot.github.client import Gateway
from bot.model.run import Artifact, Job, Repository, Run

# "all runs for this head commit": more than 500 are not a pull request's.
COMMIT_PAGES = 5
# GitHub gives a matrix 256 jobs; 3,000 jobs of one attempt have not been heard of.
JOB_PAGES = 30
# Runs of a branch hold a page each of repository and actor: 50 of them are enough for a baseline.
BRANCH_RUNS = 50


async def read_run(gateway: Gateway, repo: Repository, run_id: int, attempt: int) -> Run:
    """Read an attempt of a run; 0 is the newest.

    https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run-attempt
    """
    path = "/actions/runs/{run_id}/attempts/{attempt}" if attempt else "/actions/runs/{run_id}"
    return await gateway.get(repo, READ, path, decode.run, run_id=run_id, attempt=attempt)


async def list_runs_of_commit(gateway: Gateway, repo: Repository, head_sha: str) -> tuple[Run, ...]:
    """List every run of a head commit.

    https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
    """
    path = "/actions/runs{?head_sha,per_page,page}"
    runs, _ = await gateway.pages(
        repo, READ, path, decode.run, key="workflow_runs", most=COMMIT_PAGES, head_sha=head_sha
    )
    return runs


async def list_runs_of_branch(
    gateway: Gateway, repo: Repository, workflow_id: int, branch: str, event: str
) -> tuple[Run, ...]:
    """List the newest completed runs of a workflow on a branch: one page.

    https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow
    """
    path = "/actions/workflows/{workflow_id}/runs{?branch,event,status,per_page,page}"
    runs, _ = await gateway.pages(
        repo,
        READ,
        path,
        decode.run,
        key="workflow_runs",
        most=1,
        size=BRANCH_RUNS,
        workflow_id=workflow_id,
        branch=branch,
        event=event or None,
        status=decode.COMPLETED,
    )
    return runs


async def list_jobs(gateway: Gateway, repo: Repository, run_id: int, attempt: int) -> tuple[Job, ...]:
    """List every job of an attempt.

    https://docs.github.com/en/rest/actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt

    GitHub was seen not to know an attempt by its address; then each job says whose it is.
    """
    path = "/actions/runs/{run_id}/attempts/{attempt}/jobs{?per_page,page}"
    of_all = "/actions/runs/{run_id}/jobs{?filter,per_page,page}"
    try:
        jobs, _ = await gateway.pages(
            repo, READ, path, decode.job, key="jobs", most=JOB_PAGES, run_id=run_id, attempt=attempt
        )
    except Gone:
        every, _ = await gateway.pages(
            repo, READ, of_all, decode.job, key="jobs", most=JOB_PAGES, run_id=run_id, filter="all"
        )
        jobs = tuple(job for job in every if job.attempt == attempt)
        if not jobs:
            raise
    return jobs


async def list_artifacts(gateway: Gateway, repo: Repository, run_id: int) -> tuple[Artifact, ...]:
    """List artifacts of a run: one page.

    https://docs.github.com/en/rest/actions/artifacts#list-workflow-run-artifacts
    """
    path = "/actions/runs/{run_id}/artifacts{?per_page,page}"
    found, _ = await gateway.pages(repo, READ, path, decode.artifact, key="artifacts", most=1, run_id=run_id)
    return found
