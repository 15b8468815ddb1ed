"""When more than half of a run fails and nobody knows why, it is probably not the pull request."""

from collections.abc import Sequence

from bot.model.report import JudgedFailure
from bot.model.run import Conclusion, Job
from bot.model.verdict import VerdictClass

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
    unknown = sum(one.verdict.verdict is VerdictClass.UNKNOWN for one in counted)
    if 2 * unknown <= len(counted):
        return ""
    return (
        f"{len(red)} of {len(ran)} jobs failed, and most of it has no known reason."
        " Look at the runner and at the services that the jobs share first."
    )
