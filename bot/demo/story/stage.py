"""The repository that the story is about, its pull requests, and the runs that its scenes make."""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

from bot.demo.github.state import Installation, Job, Pull, Repo, Run
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
# Between two scenes the story has people who write code.
SCENE_GAP = timedelta(minutes=1)

# Conclusion and log of each job by name.
Jobs = dict[str, tuple[str, bytes | None]]


@dataclass(slots=True)
class Stage:
    """The repository, the App on it, and the pull requests that are open from the start."""

    world: World
    repo: Repo
    fork: Repo
    installation: Installation
    pull: Pull
    fork_pull: Pull

    @property
    def pulls(self) -> list[Pull]:
        """All pull requests that the story has opened so far, oldest first."""
        return [pull for (repo, _), pull in self.world.pulls.items() if repo == self.repo.id]


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens, in a sentence, the function that makes it happen, and how long after the scene before."""

    title: str
    play: Callable[[Stage], Run]
    after: timedelta = SCENE_GAP


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


def integration(instead: Mapping[str, str]) -> Jobs:
    """The integration tier as in report 000; `instead` names other runs (`seed/run`) for some services."""
    places = dict.fromkeys(SERVICES, "000/run") | dict(instead)
    return {f"Integration ({service})": _job(service, place) for service, place in places.items()}


def gate_names() -> tuple[str, ...]:
    """The jobs that the integration tier waits for."""
    lint = tuple(f"Build & Lint ({language} Services)" for language in ("Go", "Python"))
    return (*lint, *(f"Unit Tests ({service})" for service in UNITS))


def gates() -> Jobs:
    """Those jobs, green."""
    return {name: ("success", read_log("story", "gates", name)) for name in gate_names()}


def run_on_main(stage: Stage, jobs: Jobs, ago: timedelta) -> Run:
    """A completed run of the default branch's newest commit."""
    run = stage.world.add_run(
        stage.repo, stage.repo.branches["main"], "main", workflow=WORKFLOW, event="push", actor="jordigilh"
    )
    return end(stage, run, jobs, ago)


def run_on(stage: Stage, pull: Pull, jobs: Jobs, ago: timedelta) -> Run:
    """A completed run of a pull request's head."""
    world = stage.world
    run = world.add_run(
        stage.repo,
        pull.head_sha,
        pull.head_branch,
        head=world.repositories[pull.head_repo],
        workflow=WORKFLOW,
        event="pull_request",
        actor=pull.author.login,
    )
    return end(stage, run, jobs, ago)


def run_again(stage: Stage, run: Run, jobs: Jobs, ago: timedelta) -> Run:
    """One more attempt of all jobs of a run, completed."""
    stage.world.add_attempt(run)
    return end(stage, run, jobs, ago)


def end(stage: Stage, run: Run, jobs: Jobs, ago: timedelta) -> Run:
    """Complete the newest attempt: the gates before the jobs, what waits for them after."""
    world = stage.world
    everything = gates() | jobs
    if any(name.startswith("Integration") and how == "failure" for name, (how, _) in jobs.items()):
        everything |= {f"E2E ({service})": ("skipped", None) for service in ("gateway", "datastorage")}
        for name in ("Test Suite Summary", "Merge Gate"):
            everything[name] = ("failure", read_log("story", "gates", name))
    for name, (conclusion, log) in everything.items():
        steps = () if conclusion == "skipped" else (("Set up job", "success"), (f"Run {name}", conclusion))
        world.add_job(run, name, conclusion, log=log, steps=steps)
    for service in ("datastorage", "notification"):
        if jobs.get(f"Integration ({service})", ("", b""))[0] == "failure":
            world.add_artifact(run, f"must-gather-logs-{service}-{run.id}-{run.newest.number}", 2_400_000)
    world.finish_run(run)
    _date(run, world.now() - ago - LASTING)
    for pull in world.pulls.values():
        if pull.head_branch == run.head_branch:
            pull.created_at = min(pull.created_at, run.created_at)
    return run


def _job(service: str, place: str) -> tuple[str, bytes]:
    seed, _, run = place.partition("/")
    log = read_log(seed, run, f"Integration ({service})")
    return "failure" if b"##[error]" in log else "success", log


def _date(run: Run, start: datetime) -> None:
    """Put a run's newest attempt where the story has it in time."""
    attempt = run.newest
    shift = start - attempt.started_at
    if attempt.number == 1:
        run.created_at += shift
    attempt.started_at, attempt.updated_at = start, start + LASTING
    for job in attempt.jobs:
        _move(job, shift)


def _move(job: Job, shift: timedelta) -> None:
    job.started_at += shift
    if job.completed_at is not None:
        job.completed_at += shift
