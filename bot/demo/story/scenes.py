"""The story in scenes: each changes the small GitHub and ends with a workflow run that has completed."""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

from bot.demo.github.state import Installation, Pull, Repo, Run
from bot.demo.github.world import World

WORKFLOW = "CI Pipeline"
SERVICES = (
    "gateway",
    "workflowexecution",
    "remediationorchestrator",
    "notification",
    "datastorage",
    "signalprocessing",
    "aianalysis",
    "holmesgpt-api",
)
UNITS = (
    "gateway",
    "workflowexecution",
    "remediationorchestrator",
    "notification",
    "signalprocessing",
    "aianalysis",
)
# How long a run of the pipeline takes.
LASTING = timedelta(minutes=9)
BRANCH = "fix/ci-python-dependencies-path"


@dataclass(slots=True)
class Stage:
    """The repository, the App on it, and the pull requests as they come."""

    world: World
    repo: Repo
    fork: Repo
    installation: Installation
    pull: Pull
    fork_pull: Pull


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens, in a sentence, and the function that makes it happen."""

    title: str
    play: Callable[[Stage], Run]


def read_log(seed: str, run: str, job: str) -> bytes:
    """A job's log as GitHub serves it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", job).strip("-").lower()
    path = files("bot.demo.story").joinpath("logs", seed, run, f"{name}.log.gz")
    return gzip.decompress(path.read_bytes())


def read_text(name: str) -> bytes:
    """A file that the story puts into the repository."""
    return files("bot.demo.story").joinpath(name).read_bytes()


def build_stage(world: World) -> Stage:
    """The repository before anything happens: its files, a branch, a fork, and two pull requests."""
    repo = world.add_repository("jordigilh/kubernaut")
    world.add_commit(
        repo,
        "main",
        {
            ".github/retriage.yml": read_text("retriage.yml"),
            ".github/workflows/ci-pipeline.yml": read_text("workflow.yml"),
        },
        message="Describe the known flakes of Data Storage",
    )
    repo.roles["jordigilh"] = "admin"
    fork = world.add_repository("mfournier/kubernaut", parent=repo)
    installation = world.install(repo)
    world.add_commit(repo, BRANCH, message="fix: install the Python dependencies from the repository")
    pull = world.open_pull(repo, "jordigilh", BRANCH, title="Fix the path of the Python dependencies in CI")
    pull.files = [
        (".github/workflows/ci-pipeline.yml", "modified"),
        ("holmesgpt-api/tests/integration/test_hapi_audit_flow_integration.py", "modified"),
        ("internal/controller/notification/notificationrequest_controller.go", "modified"),
    ]
    world.add_commit(fork, "docs/quickstart", message="docs: correct the quickstart")
    fork_pull = world.open_pull(
        repo, "mfournier", "docs/quickstart", head=fork, title="Correct the quickstart's port"
    )
    fork_pull.files = [("docs/QUICKSTART.md", "modified")]
    return Stage(world, repo, fork, installation, pull, fork_pull)


def main_breaks(stage: Stage) -> Run:
    """`main` itself has a red run: three Data Storage tests."""
    logs = _integration({"signalprocessing": "story/base", "notification": "story/base"})
    logs |= _green({"aianalysis": "story/before", "holmesgpt-api": "story/before"})
    return _run(
        stage, logs, head=stage.repo.branches["main"], branch="main", event="push", ago=timedelta(hours=5)
    )


def first_push(stage: Stage) -> Run:
    """The pull request's first run: five services pass, three do not."""
    logs = _integration({"signalprocessing": "story/before"})
    logs |= _green({"aianalysis": "story/before", "holmesgpt-api": "story/before"})
    return _run(stage, logs, head=stage.pull.head_sha, branch=BRANCH, ago=timedelta(minutes=95))


def fork_runs(stage: Stage) -> Run:
    """A contributor's pull request from a fork meets a broken container runtime."""
    jobs: _Jobs = {name: ("success", read_log("story", "gates", name)) for name in _gate_names()}
    jobs["E2E (gateway)"] = ("failure", read_log("story", "fork", "E2E (gateway)"))
    return _run(
        stage,
        jobs,
        head=stage.fork_pull.head_sha,
        branch=stage.fork_pull.head_branch,
        repo=stage.fork,
        actor="mfournier",
        ago=timedelta(minutes=40),
    )


def second_push(stage: Stage) -> Run:
    """The second push: of eight services three pass; an import broke one, and one pulls two others down."""
    stage.world.add_commit(stage.repo, BRANCH, message="fix: NT-BUG-013 persist the phase before sending")
    return _run(stage, _integration({}), head=stage.pull.head_sha, branch=BRANCH, ago=timedelta(minutes=2))


SCENES = (
    Scene("main has a red run: three Data Storage tests", main_breaks),
    Scene("the pull request's first run: five of eight services pass", first_push),
    Scene("a pull request from a fork meets a broken container runtime", fork_runs),
    Scene("the second push: three of eight services pass", second_push),
)

_Jobs = dict[str, tuple[str, bytes | None]]


def _integration(instead: Mapping[str, str]) -> _Jobs:
    """The integration tier as in the report; `instead` names other runs' logs for some services."""
    jobs: _Jobs = {}
    for service in SERVICES:
        seed, _, run = instead.get(service, "000/run").partition("/")
        log = read_log(seed, run, f"Integration ({service})")
        jobs[f"Integration ({service})"] = ("failure" if b"##[error]" in log else "success", log)
    return jobs


def _green(services: Mapping[str, str]) -> _Jobs:
    return {
        f"Integration ({service})": ("success", read_log(seed, run, f"Integration ({service})"))
        for service, (seed, _, run) in ((name, place.partition("/")) for name, place in services.items())
    }


def _gate_names() -> tuple[str, ...]:
    lint = tuple(f"Build & Lint ({language} Services)" for language in ("Go", "Python"))
    return (*lint, *(f"Unit Tests ({service})" for service in UNITS))


def _run(
    stage: Stage,
    jobs: _Jobs,
    *,
    head: str,
    branch: str,
    ago: timedelta,
    repo: Repo | None = None,
    event: str = "pull_request",
    actor: str = "jordigilh",
) -> Run:
    """A completed run of the pipeline: the gates before the jobs, what waits for them after."""
    world = stage.world
    run = world.add_run(
        stage.repo, head, branch, head=repo or stage.repo, workflow=WORKFLOW, event=event, actor=actor
    )
    everything: _Jobs = {name: ("success", read_log("story", "gates", name)) for name in _gate_names()}
    everything |= jobs
    if any(name.startswith("Integration") and how == "failure" for name, (how, _) in jobs.items()):
        everything |= {f"E2E ({service})": ("skipped", None) for service in ("gateway", "datastorage")}
        for name in ("Test Suite Summary", "Merge Gate"):
            everything[name] = ("failure", read_log("story", "gates", name))
    for name, (conclusion, log) in everything.items():
        steps = () if conclusion == "skipped" else (("Set up job", "success"), (_command(name), conclusion))
        world.add_job(run, name, conclusion, log=log, steps=steps)
    for service in ("datastorage", "notification"):
        if jobs.get(f"Integration ({service})", ("", b""))[0] == "failure":
            world.add_artifact(run, f"must-gather-logs-{service}-{run.id}", 2_400_000)
    world.finish_run(run)
    _date(run, world.now() - ago - LASTING)
    return run


def _command(job: str) -> str:
    return f"Run {job}"


def _date(run: Run, start: datetime) -> None:
    """Put a run where the story has it in time."""
    attempt = run.newest
    shift = start - attempt.started_at
    run.created_at += shift
    attempt.started_at, attempt.updated_at = start, start + LASTING
    for job in attempt.jobs:
        job.started_at += shift
        if job.completed_at is not None:
            job.completed_at += shift
