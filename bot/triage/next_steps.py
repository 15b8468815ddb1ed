"""What to do next: at most three things, each a command or a link."""

from collections.abc import Sequence

from bot.model.report import JudgedFailure, NextStep
from bot.model.verdict import VerdictClass
from bot.triage.situation import Situation

# More than three things to do are none (DESIGN section 4).
MOST = 3
# A longer name is not typed into a comment.
MAX_NAME = 200
TO_REPRODUCE = (VerdictClass.REGRESSION, VerdictClass.RETURNED, VerdictClass.UNKNOWN)
TO_RUN_AGAIN = (VerdictClass.INFRA, VerdictClass.KNOWN_FLAKE)


def next_steps(situation: Situation, judged: Sequence[JudgedFailure]) -> tuple[NextStep, ...]:
    """Reproduce the gravest, see why it was judged so, look at what could not be read, run the rest again."""
    steps = [
        *_reproduce(judged),
        *_look(judged),
        *_run_again(situation, judged),
        *_ask_why(judged),
    ]
    return tuple(steps[:MOST])


def _reproduce(judged: Sequence[JudgedFailure]) -> list[NextStep]:
    for wanted in TO_REPRODUCE:
        for one in judged:
            if one.verdict.verdict is wanted and one.verdict.failure.rerun:
                return [NextStep("Reproduce the first failure locally", command=one.verdict.failure.rerun)]
    return []


def _look(judged: Sequence[JudgedFailure]) -> list[NextStep]:
    for one in judged:
        if one.verdict.verdict is VerdictClass.UNREAD and one.job_url:
            return [NextStep("Read the job that could not be read here", url=one.job_url)]
    return []


def _run_again(situation: Situation, judged: Sequence[JudgedFailure]) -> list[NextStep]:
    """Only where nothing else failed in the run: a re-run of a real failure costs time and tells nothing."""
    if not judged or not situation.runs:
        return []
    kinds = {one.verdict.verdict for one in judged} - {VerdictClass.BLOCKED, VerdictClass.CANCELLED}
    if not kinds or not kinds <= set(TO_RUN_AGAIN):
        return []
    if any(one.verdict.touched for one in judged):
        return []
    newest = max(situation.runs, key=lambda run: (run.id, run.attempt))
    return [NextStep("Re-run the failed jobs from the run's page", url=newest.html_url)]


def _ask_why(judged: Sequence[JudgedFailure]) -> list[NextStep]:
    for wanted in (*TO_REPRODUCE, VerdictClass.KNOWN_FLAKE, VerdictClass.ON_BASE):
        for one in judged:
            name = one.verdict.failure.test or one.job
            if one.verdict.verdict is wanted and len(name) <= MAX_NAME:
                return [NextStep("See every rung of a verdict", command=f"/retriage why {name}")]
    return []
