"""One job judged: its state, what it waits for, and a verdict for each of its failures."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.classify.added import Added
from bot.classify.baseline import BaseJob, baseline_of, of_both
from bot.classify.baseline import BaseRun as KnownBase
from bot.classify.case import Case
from bot.classify.globs import fits
from bot.classify.ladder import judge
from bot.classify.past import Past
from bot.classify.signatures import Place, match_signatures
from bot.classify.streak import in_a_row
from bot.model.failure import Failure, FailureKind, Status
from bot.model.log import Excerpt
from bot.model.reading import Reading
from bot.model.report import JobState, JudgedFailure, Row
from bot.model.run import Conclusion
from bot.model.signature import Signature
from bot.model.verdict import Baseline, Verdict, gravity
from bot.triage.compare import (
    change_of,
    delta_of,
    failures_of,
    fixed_since,
    plain_state,
    previous_of,
    same_job,
)
from bot.triage.disputes import dispute_of
from bot.triage.past import past_of, states_before
from bot.triage.remember import place_of
from bot.triage.rows import group_of
from bot.triage.situation import BaseRun, SeenJob, Situation
from bot.workflows import JobGraph

# More names than this in one sentence are not read.
NAMED_JOBS = 2


def judge_job(seen: SeenJob, situation: Situation, graphs: Mapping[int, JobGraph], added: Added) -> Row:
    """The job's row: state, verdicts, and how it compares with its previous run."""
    blocked_by = name_some(waits_for(seen, situation, graphs.get(seen.run.id)))
    state = JobState.BLOCKED if blocked_by else plain_state(seen)
    previous = situation.previous.get(seen.run.workflow_id)
    before = same_job(seen, previous.jobs) if previous else None
    retried = previous is not None and previous.compared.sha == seen.run.head_sha
    judged = tuple(
        JudgedFailure(
            verdict=judge(failure, _case(seen, failure, situation, blocked_by, added)),
            job=seen.job.name,
            job_url=seen.job.html_url,
            change=change_of(failure, before),
        )
        for failure in _to_judge(seen, state, blocked_by)
    )
    # Of known flakes the rarest comes first: it is the likeliest to be something else.
    judged = tuple(sorted(judged, key=lambda one: (gravity(one.verdict.verdict), one.verdict.flake_rate)))
    verdict = judged[0].verdict.verdict if judged else None
    # A job that did not run has no failure of its own to show; its row says what it waits for.
    shown = () if state in (JobState.BLOCKED, JobState.CANCELLED) else judged
    changes = [one.change for one in shown if state is not JobState.UNREAD]
    return Row(
        job=seen.job.name,
        workflow=seen.run.workflow,
        group=group_of(seen.job.name, seen.run.workflow, situation.config.groups),
        state=state,
        verdict=verdict,
        previous=previous_of(before),
        delta=delta_of(changes, len(fixed_since(seen, before)), before, retried=retried),
        totals=seen.reading.totals if seen.reading else (),
        failures=shown,
        blocked_by=blocked_by,
        note=seen.gone or _cut_short(seen.reading),
        url=seen.job.html_url,
    )


def judge_reading(
    reading: Reading, signatures: Sequence[Signature], *, workflow: str, job: str, at: datetime
) -> tuple[Verdict, ...]:
    """Judge a log by itself: no base, no history, no pull request; what signatures know and nothing else."""
    place = Place(workflow=workflow, job=job, step="", branch="")
    return tuple(
        judge(
            failure,
            Case(
                at=at,
                complete=reading.complete,
                gap=reading.gap,
                matches=match_signatures(failure, place, signatures, reading.hits),
                excerpt=_excerpt(failure, reading),
                past=Past(note="no history beside a single log"),
            ),
        )
        for failure in reading.failures
    )


def waits_for(seen: SeenJob, situation: Situation, graph: JobGraph | None) -> tuple[str, ...]:
    """The names of the failed jobs that this one waits for; empty when it is not blocked.

    A skipped job waits for a failed job that it needs. An aggregate job, named in the configuration
    or seen to need a failed job, that itself says nothing but its exit code, only repeats that failure.
    """
    if not seen.job.finished or seen.job.conclusion is Conclusion.SUCCESS:
        return ()
    mates = [one.job for one in situation.jobs if one.run.id == seen.run.id and one.job.id != seen.job.id]
    stopped = [job.name for job in mates if job.conclusion.is_red or job.conclusion is Conclusion.CANCELLED]
    aggregates = situation.config.aggregates
    roots = tuple(name for name in stopped if not is_aggregate(name, aggregates)) or tuple(stopped)
    if not roots:
        return ()
    if seen.job.conclusion is Conclusion.SKIPPED:
        known = graph is not None and graph.node_of(seen.job.name) is not None
        return graph.needed(seen.job.name, roots) if graph and known else roots
    if not seen.job.conclusion.is_red:
        return ()
    silent = all(failure.kind is FailureKind.EXIT for failure in failures_of(seen))
    if is_aggregate(seen.job.name, aggregates):
        return roots if silent else ()
    # Only a job that runs although its needs failed can repeat them; any other one failed by itself.
    repeats = silent and graph is not None and graph.runs_despite(seen.job.name)
    return graph.needed(seen.job.name, roots) if graph and repeats else ()


def is_aggregate(job: str, aggregates: Sequence[str]) -> bool:
    """Whether the configuration names this job as one that only sums up others."""
    return any(fits(glob, job) for glob in aggregates)


def _to_judge(seen: SeenJob, state: JobState, blocked_by: str) -> tuple[Failure, ...]:
    """The job's failures; one of ours for a job that is red and has none to show."""
    if state is JobState.BLOCKED:
        return (_own(f"waits for {blocked_by}"),)
    if state is JobState.CANCELLED:
        return (_own("cancelled on GitHub"),)
    if state is JobState.UNREAD:
        return (_own(seen.gone or "the log could not be read"),)
    if state is not JobState.FAILED:
        return ()
    steps = [step.name for step in seen.job.steps if step.conclusion.is_red]
    where = f" in step {steps[0]}" if steps else ""
    found = failures_of(seen)
    if not found:
        return (_own(f"failed{where}; the log names no reason that we can read"),)
    return (*found, *_unfinished(seen.reading, found))


def _unfinished(reading: Reading | None, found: Sequence[Failure]) -> tuple[Failure, ...]:
    """A suite that never summed up: the tests that failed before that, known flakes perhaps, are not why."""
    explained = any(one.kind is not FailureKind.TEST or one.status is not Status.FAILED for one in found)
    if explained or reading is None or not reading.unfinished:
        return ()
    return (_own("a test suite ended without summing up; what came after is not known"),)


def _own(message: str) -> Failure:
    return Failure(
        tool="",
        kind=FailureKind.EXIT,
        status=Status.FAILED,
        test="",
        message=message,
        log_line=0,
        extent=(0, 0),
    )


def _case(seen: SeenJob, failure: Failure, situation: Situation, blocked_by: str, added: Added) -> Case:
    """Everything that the ladder asks about this failure."""
    reading = seen.reading
    place = place_of(seen, situation.pull_request.base_branch)
    hits = reading.hits if reading else ()
    cancelled = plain_state(seen) is JobState.CANCELLED
    past = past_of(seen, failure, situation)
    return Case(
        at=situation.at,
        # A cancelled job that had failed before is judged as one that failed.
        conclusion=Conclusion.CANCELLED if cancelled else Conclusion.FAILURE,
        blocked_by=blocked_by,
        complete=reading is not None and reading.complete,
        gap=seen.gone or (reading.gap if reading else ""),
        matches=match_signatures(failure, place, situation.signatures, hits),
        baseline=_baseline(seen, failure, situation),
        changed=situation.changed,
        below=situation.below,
        added=added,
        excerpt=_excerpt(failure, reading),
        past=past,
        row_on_base=_row_on_base(seen, failure, situation),
        row_here=1 + in_a_row(states_before(seen, failure, situation, past)),
        disputed=dispute_of(failure, situation.disputes),
    )


def _baseline(seen: SeenJob, failure: Failure, situation: Situation) -> Baseline:
    newest = _at(situation.base.get(seen.run.workflow_id), seen, failure, situation)
    branched = situation.merge_base.get(seen.run.workflow_id)
    if branched is None:
        return newest
    merged = seen.run.event.startswith("pull_request") or seen.run.event == "merge_group"
    return of_both(_at(branched, seen, failure, situation), newest, merged=merged)


def _row_on_base(seen: SeenJob, failure: Failure, situation: Situation) -> int:
    """How many of the base branch's newest runs failed in this way, one after the other."""
    newest = situation.base.get(seen.run.workflow_id)
    runs = (newest, *newest.before) if newest else ()
    return in_a_row(_at(one, seen, failure, situation).state for one in runs)


def _at(base: BaseRun | None, seen: SeenJob, failure: Failure, situation: Situation) -> Baseline:
    if base is None:
        return baseline_of(failure, seen.job.name, None, situation.at)
    jobs = tuple(BaseJob(one.job, one.reading) for one in base.jobs)
    compared = base.compared
    known = KnownBase(
        branch=compared.branch, sha=compared.sha, at=compared.at or situation.at, url=compared.url, jobs=jobs
    )
    return baseline_of(failure, seen.job.name, known, situation.at)


def _excerpt(failure: Failure, reading: Reading | None) -> Excerpt | None:
    if reading is None:
        return None
    pairs = zip(reading.failures, reading.excerpts, strict=True)
    return next((excerpt for one, excerpt in pairs if one == failure), None)


def _cut_short(reading: Reading | None) -> str:
    return "" if reading is None or reading.complete else reading.gap


def name_some(jobs: Sequence[str]) -> str:
    """A few names; the rest as a number."""
    names = list(dict.fromkeys(jobs))
    shown = ", ".join(names[:NAMED_JOBS])
    return f"{shown} and {len(names) - NAMED_JOBS} more" if len(names) > NAMED_JOBS else shown
