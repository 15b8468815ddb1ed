"""What to do next: at most three things, each a command or a link."""

from collections.abc import Sequence

from bot.model.report import Cause, JudgedFailure, NextStep
from bot.model.verdict import VerdictClass
from bot.triage.situation import Situation

# More than three things to do are none (DESIGN section 4).
MOST = 3
# A longer name is not typed into a comment.
MAX_NAME = 200
TO_REPRODUCE = (VerdictClass.REGRESSION, VerdictClass.RETURNED, VerdictClass.UNKNOWN)
TO_EXPLAIN = (*TO_REPRODUCE, VerdictClass.KNOWN_FLAKE, VerdictClass.ON_BASE)
TO_RUN_AGAIN = (VerdictClass.INFRA, VerdictClass.KNOWN_FLAKE)


def next_steps(
    situation: Situation, causes: Sequence[Cause], judged: Sequence[JudgedFailure]
) -> tuple[NextStep, ...]:
    """Reproduce what is to be fixed first, look at what could not be read, run the rest again, ask why.

    Args:
        situation: where it all happens.
        causes: in the order in which to mend them.
        judged: every failure, in the table's order.
    """
    first = [*(failure for cause in causes for failure in cause.failures), *judged]
    steps = [*_reproduce(first), *_look(judged), *_run_again(situation, judged), *_ask_why(first)]
    return tuple(steps[:MOST])


def _reproduce(judged: Sequence[JudgedFailure]) -> list[NextStep]:
    for one in judged:
        if one.verdict.verdict in TO_REPRODUCE and one.verdict.failure.rerun:
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
    for one in judged:
        name = one.verdict.failure.test or one.job
        if one.verdict.verdict in TO_EXPLAIN and len(name) <= MAX_NAME:
            return [NextStep("See every rung of a verdict, in a comment", command=f"/retriage why {name}")]
    return []
