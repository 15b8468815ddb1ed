"""What the base branch's run says of the same job and test: failed, passed, or did not run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.classify.fingerprint import fingerprint_of
from bot.model.failure import STOPPED, Failure, FailureKind, Status
from bot.model.reading import Reading
from bot.model.run import Conclusion, Job
from bot.model.verdict import Baseline, BaseState

# An older run tells little of today's branch (DESIGN section 2, rung 6).
MAX_AGE = timedelta(days=7)
# After one of these a runner's silence about a test does not mean that it passed.
STOPS_TESTS = (
    FailureKind.COLLECTION,
    FailureKind.SETUP,
    FailureKind.BUILD,
    FailureKind.CRASH,
    FailureKind.TIMEOUT,
)
# A time limit stops what comes behind, too.
ENDED_EARLY = (*STOPPED, Status.TIMEDOUT)


@dataclass(frozen=True, slots=True)
class BaseJob:
    """A job of the base branch's run and what was read of its log (`None`: not read)."""

    job: Job
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class BaseRun:
    """A completed run on the base branch, not newer than the run that is judged."""

    branch: str
    sha: str
    at: datetime
    jobs: tuple[BaseJob, ...] = ()
    url: str = ""


def baseline_of(failure: Failure, job_name: str, base: BaseRun | None, now: datetime) -> Baseline:
    """What the base branch says of this failure.

    Args:
        failure: what went wrong on the pull request.
        job_name: the job it happened in.
        base: the newest run of the same workflow there; `None` when there is none.
        now: when the judged run ran; a base run that is newer, or over 7 days older, is no evidence.
    """
    if base is None:
        return Baseline(BaseState.NOT_COMPARED, note="there is no run of it in the 7 days before")
    if not timedelta(0) <= now - base.at <= MAX_AGE:
        age = "is newer than this one" if base.at > now else "is over 7 days old"
        return Baseline(BaseState.NOT_COMPARED, base.branch, base.sha, base.at, base.url, f"its run {age}")
    same = [one for one in base.jobs if one.job.name == job_name]
    states = [_state(failure, one) for one in same] or [(BaseState.DID_NOT_RUN, "its run had no such job")]
    state, note = min(states, key=lambda one: _ORDER.index(one[0]))
    url = next((one.job.html_url for one in same if one.job.html_url), base.url)
    return Baseline(state, base.branch, base.sha, base.at, url, note)


def attempt_of(failure: Failure, job_name: str, jobs: Sequence[BaseJob]) -> Baseline:
    """What another attempt of the same run says of this failure, by the same rules."""
    same = [one for one in jobs if one.job.name == job_name]
    states = [_state(failure, one) for one in same] or [(BaseState.DID_NOT_RUN, "it had no such job")]
    state, note = min(states, key=lambda one: _ORDER.index(one[0]))
    return Baseline(state, url=next((one.job.html_url for one in same), ""), note=note)


def of_both(branched: Baseline | None, newest: Baseline, *, merged: bool) -> Baseline:
    """What the base branch says, from its run at the merge base (`None`: not known) and from its newest one.

    The merge base decides where it says something. A run of a merge, as GitHub makes them for pull requests,
    also holds what came to the base after that: where the two differ, a newer failure there is not this
    pull request's doing, and a newer pass leaves it open (docs/adr/0013-merge-base.md).

    Args:
        branched: of the commit that the pull request grew from.
        newest: of the newest run that is not newer than the pull request's.
        merged: the run that is judged tested a merge into the base, not the branch alone.
    """
    telling = (BaseState.FAILED, BaseState.PASSED)
    if branched is None or branched.state not in telling:
        return newest
    if not merged or newest.state not in telling or newest.state is branched.state:
        return branched
    if newest.state is BaseState.FAILED:
        return replace(newest, note=f"it broke there after {branched.sha[:7]}, where this one branched off")
    note = f"it failed where this one branched off, at {branched.sha[:7]}, and passes on the newest commit"
    return replace(newest, state=BaseState.NOT_COMPARED, note=note)


# With several jobs of one name the strongest word counts; a failure there outweighs a pass.
_ORDER = (BaseState.FAILED, BaseState.NOT_COMPARED, BaseState.PASSED, BaseState.DID_NOT_RUN)


def _state(failure: Failure, base: BaseJob) -> tuple[BaseState, str]:
    """What one job says, and why it is no more."""
    known = base.reading.failures if base.reading is not None else ()
    if any(_key(one) == _key(failure) for one in known):
        return BaseState.FAILED, ""
    if failure.test and any(one.known_as == failure.known_as for one in known):
        return BaseState.NOT_COMPARED, "the same test fails there too, but in another way"
    conclusion = base.job.conclusion
    if conclusion is Conclusion.SUCCESS:
        return BaseState.PASSED, ""
    if not conclusion.is_red:
        return BaseState.DID_NOT_RUN, f"the job ended there as {conclusion.value or 'unfinished'}"
    missing = _missing_in_red_job(failure, base.reading)
    return (BaseState.DID_NOT_RUN, missing) if missing else (BaseState.PASSED, "")


def _missing_in_red_job(failure: Failure, reading: Reading | None) -> str:
    """Why a test that is not among the failures of a red job may not have run there; empty when it did."""
    if reading is None or not reading.complete:
        return "the job failed there and its log could not be read"
    if not failure.test:
        return "the job failed there for another reason"
    if reading.unfinished or _stopped(failure, reading.failures):
        return "the job failed there before all tests had run"
    totals = (
        total
        for total in reading.totals
        if total.tool == failure.tool and (not failure.suite or total.suite in ("", failure.suite))
    )
    return (
        "" if any(total.passed + total.failed > 0 for total in totals) else "no test of its suite ran there"
    )


def _stopped(failure: Failure, others: Sequence[Failure]) -> bool:
    """Something kept this failure's runner from running everything."""
    return any(
        one.tool == failure.tool
        and (one.kind in STOPS_TESTS or one.status in ENDED_EARLY)
        and (not one.suite or not failure.suite or one.suite == failure.suite)
        for one in others
    )


def _key(failure: Failure) -> str:
    return failure.fingerprint or fingerprint_of(failure)
