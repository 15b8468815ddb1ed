"""The second chapter, report 003: with the registry of known flakes, one pull request meets everything.

The verdicts rest on what happened before: the same failure on two other people's pull requests, a red run of
`main`, and a first attempt in which one test still passed.
"""

from datetime import timedelta

from bot.demo.github.state import Pull, Run
from bot.demo.story.stage import Jobs, Scene, Stage, integration, run_again, run_on, run_on_main

BATCHES = "feat/audit-batches"
# Every service as it is when nothing is wrong with it.
HEALTHY = {
    "notification": "story/base",
    "signalprocessing": "story/base",
    "datastorage": "story/later",
    "aianalysis": "story/before",
    "holmesgpt-api": "story/before",
}
JUST_NOW = timedelta(minutes=2)


def other_runs(stage: Stage) -> Run:
    """Somebody's pull request fails in Gateway."""
    pull = _open(stage, "akowalczyk", "chore/controller-runtime", "Bump controller-runtime to 0.22")
    pull.files = [("go.mod", "modified"), ("go.sum", "modified")]
    return run_on(stage, pull, _with({"gateway": "story/others"}), JUST_NOW)


def one_more_runs(stage: Stage) -> Run:
    """Somebody else's fails in Gateway in the same way, and meets a known flake."""
    pull = _open(stage, "lmarchetti", "feat/deduplication-window", "Let Gateway deduplicate for an hour")
    pull.files = [("pkg/gateway/deduplication.go", "modified")]
    jobs = _with({"gateway": "story/others", "datastorage": "story/others"})
    return run_on(stage, pull, jobs, JUST_NOW)


def main_breaks_again(stage: Stage) -> Run:
    """`main` breaks in Remediation Orchestrator, and its matrix stops Workflow Execution with it."""
    stage.world.add_commit(stage.repo, "main", message="feat: block a namespace after three failures")
    jobs = _with({"remediationorchestrator": "story/later"})
    jobs["Integration (workflowexecution)"] = ("cancelled", None)
    return run_on_main(stage, jobs, JUST_NOW)


def batches_run(stage: Stage) -> Run:
    """The first attempt: five services fail, Notification passes."""
    pull = _open(stage, "rpeeters", BATCHES, "Write the audit events in batches")
    pull.files = [
        ("pkg/audit/buffered_store.go", "modified"),
        ("internal/controller/signalprocessing/audit_client.go", "modified"),
    ]
    return run_on(stage, pull, _with(_BROKEN | {"datastorage": "story/others"}), JUST_NOW)


def batches_run_again(stage: Stage) -> Run:
    """All jobs once more: now Notification fails, too, and Data Storage meets its whole registry."""
    run = next(one for one in stage.world.runs.values() if one.head_branch == BATCHES)
    again = {"datastorage": "003/run", "notification": "000/run"}
    return run_again(stage, run, _with(_BROKEN | again), JUST_NOW)


# What fails in both attempts: its own doing, what `main` broke, what others have, a registry, and who knows.
_BROKEN = {
    "signalprocessing": "story/batches",
    "remediationorchestrator": "story/later",
    "gateway": "story/others",
    "aianalysis": "story/batches",
    "workflowexecution": "story/batches",
}

SCENES = (
    Scene("a day later: somebody's pull request fails in Gateway", other_runs, timedelta(hours=18)),
    Scene(
        "somebody else's fails in the same way, and meets a known flake", one_more_runs, timedelta(hours=3)
    ),
    Scene("main breaks in Remediation Orchestrator", main_breaks_again, timedelta(minutes=90)),
    Scene("audit events in batches: six services fail", batches_run, timedelta(hours=2)),
    Scene("all its jobs once more: one of each", batches_run_again, timedelta(minutes=40)),
)


def _open(stage: Stage, author: str, branch: str, title: str) -> Pull:
    """A pull request of one commit on top of today's `main`."""
    stage.world.add_commit(stage.repo, branch, message=title)
    return stage.world.open_pull(stage.repo, author, branch, title=title)


def _with(broken: dict[str, str]) -> Jobs:
    return integration(HEALTHY | broken)
