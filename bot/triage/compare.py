"""This run against the one before, job by job and failure by failure."""

from collections.abc import Iterable, Sequence

from bot.classify.baseline import BaseJob, attempt_of
from bot.model.failure import STOPPED, Failure, FailureKind
from bot.model.report import Change, Delta, FixedFailure, JobState, PreviousJob
from bot.model.run import Conclusion, Job
from bot.model.verdict import BaseState
from bot.triage.situation import SeenJob

# These fail under one name (`[BeforeSuite]`, a file) for many reasons.
BEFORE_TESTS = (FailureKind.SETUP, FailureKind.COLLECTION, FailureKind.BUILD)


def needs_reading(job: Job) -> bool:
    """Whether the log of this job has to be read: it failed, or was cancelled after a step had failed."""
    if not job.finished:
        return False
    if job.conclusion.is_red:
        return True
    return job.conclusion is Conclusion.CANCELLED and any(step.conclusion.is_red for step in job.steps)


def failures_of(seen: SeenJob) -> tuple[Failure, ...]:
    """What went wrong in a job. In a cancelled one, what the cancellation itself stopped does not count."""
    if seen.reading is None or not needs_reading(seen.job):
        return ()
    failures = _once(seen.reading.failures)
    if seen.job.conclusion is not Conclusion.CANCELLED:
        return failures
    return tuple(f for f in failures if f.test and f.status not in STOPPED)


def _once(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Every parallel process of a suite reports the set-up that broke: it is one failure, told once."""
    kept: dict[object, Failure] = {}
    for number, one in enumerate(failures):
        place = (one.suite, one.test, one.fingerprint, one.file, one.line)
        kept.setdefault(place if one.kind is FailureKind.SETUP else number, one)
    return tuple(kept.values())


def plain_state(seen: SeenJob) -> JobState:
    """Where a job stands by GitHub's word and its log alone; being blocked is decided elsewhere."""
    job = seen.job
    if not job.finished:
        return JobState.QUEUED if job.started_at is None or job.status == "queued" else JobState.RUNNING
    if job.conclusion is Conclusion.CANCELLED:
        return JobState.FAILED if failures_of(seen) else JobState.CANCELLED
    if job.conclusion.is_red:
        return JobState.UNREAD if seen.reading is None else JobState.FAILED
    if job.conclusion in (Conclusion.SKIPPED, Conclusion.NEUTRAL, Conclusion.STALE):
        return JobState.SKIPPED
    return JobState.PASSED


def same_job(seen: SeenJob, among: Iterable[SeenJob]) -> SeenJob | None:
    """The job of that name in the same workflow; of several of one name nobody knows which it is."""
    found = [
        other
        for other in among
        if other.job.name == seen.job.name and other.run.workflow_id == seen.run.workflow_id
    ]
    return found[0] if len(found) == 1 else None


def identity(failure: Failure) -> str:
    """What makes two failures "the same one" in two runs: the test; where none ran, the fingerprint."""
    is_test = failure.test and failure.kind not in BEFORE_TESTS
    return f"test {failure.known_as}" if is_test else f"{failure.kind} {failure.fingerprint}"


def change_of(failure: Failure, before: SeenJob | None) -> Change:
    """How this failure compares with the job's previous run: new is what did not fail there and had to."""
    if before is None or not _ran(before):
        return Change.NOT_COMPARED
    if identity(failure) in {identity(one) for one in failures_of(before)}:
        return Change.STILL
    return Change.NEW if _passed(failure, before) else Change.NOT_COMPARED


def _passed(failure: Failure, seen: SeenJob) -> bool:
    """A job that ran says that this did not fail in it; a job that ended before says nothing of its tests."""
    if not failure.test or failure.kind in BEFORE_TESTS:
        return True
    result = attempt_of(failure, seen.job.name, (BaseJob(seen.job, seen.reading),))
    return result.state is BaseState.PASSED


def delta_of(
    changes: Sequence[Change], passes: int, before: SeenJob | None, *, retried: bool = False
) -> Delta:
    """The counts of one job's changes; what passes again on the same commit (`retried`) was not mended."""
    return Delta(
        new=sum(change is Change.NEW for change in changes),
        still=sum(change is Change.STILL for change in changes),
        fixed=0 if retried else passes,
        flaked=passes if retried else 0,
        compared=before is not None and _ran(before),
    )


def fixed_since(seen: SeenJob, before: SeenJob | None) -> tuple[FixedFailure, ...]:
    """What failed in this job before and was seen to pass now; never guessed from a job that did not end."""
    if before is None or not seen.job.finished:
        return ()
    was = failures_of(before)
    if seen.job.conclusion is Conclusion.SUCCESS:
        tests = [failure.test for failure in was if failure.test]
        whole = [""] if not tests and needs_reading(before.job) else []
        return tuple(FixedFailure(seen.job.name, test) for test in [*tests, *whole])
    reading = seen.reading
    if reading is None or not reading.complete or reading.unfinished or not reading.totals:
        return ()
    if any(one.kind is not FailureKind.TEST or one.status in STOPPED for one in reading.failures):
        # What stopped the runner may hide the test.
        return ()
    now = {identity(failure) for failure in reading.failures}
    # What only a report told of is not fixed because no report came.
    told = [f for f in was if f.test and (f.log_line or reading.reports)]
    return tuple(
        FixedFailure(seen.job.name, f.test) for f in told if identity(f) not in now and _passed(f, seen)
    )


def previous_of(before: SeenJob | None) -> PreviousJob | None:
    """The job's previous state, for the table."""
    if before is None:
        return None
    totals = before.reading.totals if before.reading else ()
    return PreviousJob(plain_state(before), len(failures_of(before)), totals)


def _ran(seen: SeenJob) -> bool:
    """The job ran to an end that tells something of its tests."""
    return plain_state(seen) in (JobState.PASSED, JobState.FAILED)
