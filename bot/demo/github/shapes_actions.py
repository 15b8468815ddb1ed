"""GitHub's JSON of runs, jobs and artifacts."""

from datetime import timedelta
from typing import Any

from bot.demo.github.shapes import small_repository, time, user
from bot.demo.github.state import Artifact, Attempt, Job, Pull, Repo, Run, Step
from bot.demo.github.world import World

# GitHub keeps logs and artifacts for 90 days unless the repository says otherwise.
KEPT = timedelta(days=90)
# The words that a job may end with; a run has two more.
JOB_RUNNER_GROUP = "GitHub Actions"


def run(world: World, run: Run, attempt: Attempt) -> dict[str, Any]:
    """`workflow-run`, at one of its attempts."""
    repo = world.repositories[run.repo]
    head = world.repositories.get(run.head_repo)
    url = f"{world.api}/repos/{repo.slug}/actions/runs/{run.id}"
    before = f"{url}/attempts/{attempt.number - 1}" if attempt.number > 1 else None
    return {
        "id": run.id,
        "name": run.workflow,
        "node_id": f"WFR_{run.id}",
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "path": run.path,
        "display_title": world.commits[run.head_sha].message
        if run.head_sha in world.commits
        else run.workflow,
        "run_number": run.number,
        "event": run.event,
        "status": attempt.status,
        "conclusion": attempt.conclusion,
        "workflow_id": run.workflow_id,
        "check_suite_id": run.id,
        "check_suite_node_id": f"CS_{run.id}",
        "url": url,
        "html_url": f"{world.web}/{repo.slug}/actions/runs/{run.id}",
        "pull_requests": [small_pull(world, pull) for pull in _pulls(world, run)],
        "created_at": time(run.created_at),
        "updated_at": time(attempt.updated_at),
        "actor": user(world, run.actor),
        "triggering_actor": user(world, run.actor),
        "run_attempt": attempt.number,
        "run_started_at": time(attempt.started_at),
        **{f"{name}_url": f"{url}/{name}" for name in ("jobs", "logs", "artifacts", "cancel", "rerun")},
        "check_suite_url": f"{world.api}/repos/{repo.slug}/check-suites/{run.id}",
        "previous_attempt_url": before,
        "workflow_url": f"{world.api}/repos/{repo.slug}/actions/workflows/{run.workflow_id}",
        "head_commit": _head_commit(world, run),
        "repository": small_repository(world, repo),
        "head_repository": small_repository(world, head) if head else None,
    }


def job(world: World, run: Run, job: Job) -> dict[str, Any]:
    """`job`."""
    repo = world.repositories[run.repo]
    url = f"{world.api}/repos/{repo.slug}"
    return {
        "id": job.id,
        "run_id": run.id,
        "workflow_name": run.workflow,
        "head_branch": run.head_branch,
        "run_url": f"{url}/actions/runs/{run.id}",
        "run_attempt": job.attempt,
        "node_id": f"CR_{job.id}",
        "head_sha": run.head_sha,
        "url": f"{url}/actions/jobs/{job.id}",
        "html_url": f"{world.web}/{repo.slug}/actions/runs/{run.id}/job/{job.id}",
        "status": job.status,
        "conclusion": job.conclusion,
        "created_at": time(job.started_at),
        "started_at": time(job.started_at),
        "completed_at": time(job.completed_at),
        "name": job.name,
        "steps": [_step(step) for step in job.steps],
        "check_run_url": f"{url}/check-runs/{job.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1,
        "runner_name": job.runner,
        "runner_group_id": 2,
        "runner_group_name": JOB_RUNNER_GROUP,
    }


def artifact(world: World, repo: Repo, artifact: Artifact) -> dict[str, Any]:
    """`artifact`."""
    url = f"{world.api}/repos/{repo.slug}/actions/artifacts/{artifact.id}"
    return {
        "id": artifact.id,
        "node_id": f"AR_{artifact.id}",
        "name": artifact.name,
        "size_in_bytes": artifact.size,
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": artifact.expired,
        "created_at": time(artifact.created_at),
        "updated_at": time(artifact.created_at),
        "expires_at": time(artifact.created_at + KEPT),
    }


def small_pull(world: World, pull: Pull) -> dict[str, Any]:
    """`pull-request-minimal`."""
    repo = world.repositories[pull.repo]

    def end(ref: str, sha: str) -> dict[str, Any]:
        where = {"id": repo.id, "url": f"{world.api}/repos/{repo.slug}", "name": repo.name}
        return {"ref": ref, "sha": sha, "repo": where}

    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{world.api}/repos/{repo.slug}/pulls/{pull.number}",
        "head": end(pull.head_branch, pull.head_sha),
        "base": end(pull.base_branch, pull.base_sha),
    }


def _pulls(world: World, run: Run) -> list[Pull]:
    """Open pull requests of this head; none for forks, as GitHub has it.

    https://github.com/actions/runner/issues/3444
    """
    return [
        pull
        for pull in world.pulls.values()
        if pull.repo == run.repo == pull.head_repo == run.head_repo
        and pull.state == "open"
        and run.head_sha == pull.head_sha
    ]


def _head_commit(world: World, run: Run) -> dict[str, Any] | None:
    made = world.commits.get(run.head_sha)
    if made is None:
        return None
    person = {"name": run.actor.login, "email": "person@users.noreply.github.com"}
    return {
        "id": made.sha,
        "tree_id": made.sha,
        "message": made.message,
        "timestamp": time(made.at),
        "author": person,
        "committer": person,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "status": "completed" if step.conclusion else "in_progress",
        "conclusion": step.conclusion,
        "number": step.number,
        "started_at": time(step.started_at),
        "completed_at": time(step.completed_at),
    }
