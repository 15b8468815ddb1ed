"""When more than half of a run fails and nobody knows why, it is probably not the pull request.

Unless each job fails in a test of its own: that is what a change looks like that breaks much.
"""

from collections.abc import Sequence

from bot.classify.clues import clue_of
from bot.model.failure import FailureKind
from bot.model.report import JudgedFailure
from bot.model.run import Conclusion, Job
from bot.model.verdict import VerdictClass

# What a change breaks; the rest are faults of what the jobs run on.
OWN_WORK = (FailureKind.TEST, FailureKind.COLLECTION, FailureKind.BUILD, FailureKind.LINT)
# Two red jobs are every day's business.
MIN_RED_JOBS = 3


def outage_of(jobs: Sequence[Job], judged: Sequence[JudgedFailure]) -> str:
    """A sentence when it looks like an outage; empty when it does not.

    Args:
        jobs: every job of the runs of one commit. Skipped and unfinished ones do not count.
        judged: every failure of them.
    """
    ran = [job for job in jobs if job.finished and job.conclusion is not Conclusion.SKIPPED]
    red = {job.name for job in ran if job.conclusion.is_red}
    if len(red) < MIN_RED_JOBS or 2 * sum(job.conclusion.is_red for job in ran) <= len(ran):
        return ""
    counted = [
        one
        for one in judged
        if one.job in red and one.verdict.verdict not in (VerdictClass.BLOCKED, VerdictClass.CANCELLED)
    ]
    unknown = [one for one in counted if one.verdict.verdict is VerdictClass.UNKNOWN]
    if 2 * len(unknown) <= len(counted) or 2 * len(_with_their_own(unknown)) > len(red):
        return ""
    return (
        f"{len(red)} of {len(ran)} jobs failed, and most of it has no known reason."
        " Look at the runner and at the services that the jobs share first."
    )


def _with_their_own(unknown: Sequence[JudgedFailure]) -> set[str]:
    """The jobs that fail by their own work alone, in a way that no other job shares."""
    jobs: dict[object, set[str]] = {}
    for one in unknown:
        jobs.setdefault(_key(one), set()).add(one.job)
    alike = {one.job for one in unknown if len(jobs[_key(one)]) > 1}
    strange = {one.job for one in unknown if one.verdict.failure.kind not in OWN_WORK}
    return {one.job for one in unknown} - alike - strange


def _key(one: JudgedFailure) -> object:
    clue = clue_of(one.verdict)
    return (clue.kind, clue.name) if clue else (one.job, one.verdict.failure)
