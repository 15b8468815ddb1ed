"""The first chapter, report 000: an import breaks one service, and one service pulls two others down.

Each scene changes the small GitHub and ends with a workflow run that has completed.
"""

from datetime import timedelta

from bot.demo.github.state import Run
from bot.demo.story.stage import BRANCH, Scene, Stage, gates, integration, read_log, run_on, run_on_main

# What the report's run broke, before it did.
HEALTHY = {"aianalysis": "story/before", "holmesgpt-api": "story/before"}


def main_breaks(stage: Stage) -> Run:
    """`main` itself has a red run: three Data Storage tests."""
    jobs = integration({**HEALTHY, "signalprocessing": "story/base", "notification": "story/base"})
    return run_on_main(stage, jobs, timedelta(hours=5))


def first_push(stage: Stage) -> Run:
    """The pull request's first run: five services pass, three do not."""
    jobs = integration({**HEALTHY, "signalprocessing": "story/before"})
    return run_on(stage, stage.pull, jobs, timedelta(minutes=95))


def fork_runs(stage: Stage) -> Run:
    """A contributor's pull request from a fork meets a broken container runtime."""
    jobs = gates() | {"E2E (gateway)": ("failure", read_log("story", "fork", "E2E (gateway)"))}
    return run_on(stage, stage.fork_pull, jobs, timedelta(minutes=40))


def second_push(stage: Stage) -> Run:
    """The second push: of eight services three pass; an import broke one, and one pulls two others down."""
    stage.world.add_commit(stage.repo, BRANCH, message="fix: NT-BUG-013 persist the phase before sending")
    return run_on(stage, stage.pull, integration({}), timedelta(minutes=2))


SCENES = (
    Scene("main has a red run: three Data Storage tests", main_breaks),
    Scene("the pull request's first run: five of eight services pass", first_push),
    Scene("a pull request from a fork meets a broken container runtime", fork_runs),
    Scene("the second push: three of eight services pass", second_push),
)
