"""Runs, jobs, logs, artifacts."""

import io
import secrets
import zipfile
from datetime import timedelta

from bot.demo.github import shapes_actions as shapes
from bot.demo.github.routing import REPO, Asked, Endpoint, Needs, Told
from bot.demo.github.state import Attempt, Job, Run
from bot.demo.github.tokens import Refusal

NEEDS: Needs = (("actions", "read"),)
# "link expires after 1 minute"
LINK_LIFE = timedelta(minutes=1)
# GitHub leaves these out of file names, and cuts names.
NOT_IN_NAMES = str.maketrans("", "", '/\\:*?"<>|')
NAME_LENGTH = 90


def list_runs(asked: Asked) -> Told:
    """Runs of the repository or of one workflow, newest first."""
    query = asked.query
    found = [
        run
        for run in asked.world.runs.values()
        if run.repo == asked.repo.id
        and asked.names.get("workflow_id") in (None, run.workflow_id)
        and query.get("head_sha") in (None, run.head_sha)
        and query.get("branch") in (None, run.head_branch)
        and query.get("event") in (None, run.event)
        and query.get("status") in (None, run.newest.status, run.newest.conclusion)
    ]
    found.sort(key=lambda run: (run.created_at, run.id), reverse=True)
    data = [shapes.run(asked.world, run, run.newest) for run in found]
    return Told(data, paged=True, page_key="workflow_runs")


def get_run(asked: Asked) -> Told:
    """The newest attempt, or the one named."""
    attempt = _attempt(asked) if "attempt" in asked.names else asked.run.newest
    return Told(shapes.run(asked.world, asked.run, attempt))


def list_jobs(asked: Asked) -> Told:
    """Jobs of an attempt."""
    run = asked.run
    data = [shapes.job(asked.world, run, job) for job in _attempt(asked).jobs]
    return Told(data, paged=True, page_key="jobs")


def list_jobs_of_run(asked: Asked) -> Told:
    """Jobs of a run: of its newest attempt, or with `filter=all` of each."""
    run = asked.run
    attempts = run.attempts if asked.query.get("filter") == "all" else run.attempts[-1:]
    data = [shapes.job(asked.world, run, job) for attempt in attempts for job in attempt.jobs]
    return Told(data, paged=True, page_key="jobs")


def list_artifacts(asked: Asked) -> Told:
    """Artifacts of a run."""
    data = [shapes.artifact(asked.world, asked.repo, artifact) for artifact in asked.run.artifacts]
    return Told(data, paged=True, page_key="artifacts")


def get_artifact(asked: Asked) -> Told:
    """Redirect to an artifact's zip; 410 when it has expired."""
    artifact = asked.world.artifacts.get(asked.names["artifact_id"])
    if artifact is None or artifact.repo != asked.repo.id or asked.names["archive_format"] != "zip":
        raise Refusal(404, "Not Found")
    if artifact.expired:
        raise Refusal(410, "Artifact has expired")
    return _redirect(asked, artifact.data)


def get_job_log(asked: Asked) -> Told:
    """Redirect to the log; 410 when it has expired, 404 when there is none (yet)."""
    job = asked.world.jobs.get(asked.names["job_id"])
    if job is None or asked.world.runs[job.run].repo != asked.repo.id:
        raise Refusal(404, "Not Found")
    if job.expired:
        raise Refusal(410, "Server Error")
    if job.log is None or job.status != "completed":
        raise Refusal(404, "Not Found")
    return _redirect(asked, job.log)


def get_attempt_logs(asked: Asked) -> Told:
    """Redirect to the archive of an attempt."""
    jobs = _attempt(asked).jobs
    if any(job.expired for job in jobs):
        raise Refusal(410, "Server Error")
    if not any(job.log for job in jobs):
        raise Refusal(404, "Not Found")
    return _redirect(asked, archive(jobs))


def archive(jobs: list[Job]) -> bytes:
    """Build the archive as GitHub does: a whole log in the root for each job, and a folder of its steps."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for number, job in enumerate(jobs):
            if job.log:
                name = job.name.translate(NOT_IN_NAMES)[:NAME_LENGTH]
                target.writestr(f"{number}_{name}.txt", job.log)
                target.writestr(f"{name}/1_Set up job.txt", job.log[:100])
    return packed.getvalue()


def _redirect(asked: Asked, data: bytes) -> Told:
    world = asked.world
    name = secrets.token_urlsafe(16)
    world.blobs[name] = (data, world.now() + LINK_LIFE)
    base = world.blob_base or asked.base
    location = f"{base}/_blob/{name}?sp=r&sig={secrets.token_urlsafe(16)}"
    return Told(status=302, headers={"location": location})


def _attempt(asked: Asked) -> Attempt:
    run: Run = asked.run
    for attempt in run.attempts:
        if attempt.number == asked.names["attempt"]:
            return attempt
    raise Refusal(404, "Not Found")


_ATTEMPT = f"{REPO}/actions/runs/{{run_id:int}}/attempts/{{attempt:int}}"
ENDPOINTS = (
    Endpoint("GET", f"{REPO}/actions/runs", list_runs, NEEDS),
    Endpoint("GET", f"{REPO}/actions/workflows/{{workflow_id:int}}/runs", list_runs, NEEDS),
    Endpoint("GET", f"{REPO}/actions/runs/{{run_id:int}}", get_run, NEEDS),
    Endpoint("GET", f"{REPO}/actions/runs/{{run_id:int}}/artifacts", list_artifacts, NEEDS),
    Endpoint("GET", f"{REPO}/actions/artifacts/{{artifact_id:int}}/{{archive_format}}", get_artifact, NEEDS),
    Endpoint("GET", f"{REPO}/actions/runs/{{run_id:int}}/jobs", list_jobs_of_run, NEEDS),
    Endpoint("GET", _ATTEMPT, get_run, NEEDS),
    Endpoint("GET", f"{_ATTEMPT}/jobs", list_jobs, NEEDS),
    Endpoint("GET", f"{_ATTEMPT}/logs", get_attempt_logs, NEEDS),
    Endpoint("GET", f"{REPO}/actions/jobs/{{job_id:int}}/logs", get_job_log, NEEDS),
)
