"""Labels: what a person says of a failure, and which failures a later attempt of the same commit passed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.classify.added import added_by
from bot.classify.baseline import BaseJob, attempt_of
from bot.model.failure import Failure
from bot.model.label import Label, Source, Word
from bot.model.report import JudgedFailure
from bot.model.run import Conclusion
from bot.model.verdict import BaseState, Verdict
from bot.triage.compare import needs_reading
from bot.triage.disputes import subject_of
from bot.triage.judge import judge_job
from bot.triage.situation import OtherAttempt, SeenJob, Situation
from bot.workflows import needs_of

# Rungs whose word a label tests without a signature: passed on retry, seen elsewhere.
BY_HISTORY = (7, 8)


@dataclass(frozen=True, slots=True)
class Placed:
    """A judged failure and the job that it happened in."""

    seen: SeenJob
    judged: JudgedFailure

    @property
    def subject(self) -> str:
        """The failure's key on its pull request; empty when nothing tells it from others."""
        return subject_of(self.judged.verdict.failure)


def judge_all(situation: Situation) -> tuple[Placed, ...]:
    """Every failure of the situation's jobs as the ladder sees it when nobody disputes anything."""
    graphs = {run: needs_of(data) for run, data in situation.workflow_files.items()}
    added = added_by(situation.changed, situation.changed_note)
    undisputed = replace(situation, disputes=())
    return tuple(
        Placed(seen, judged)
        for seen in situation.jobs
        for judged in judge_job(seen, undisputed, graphs, added).failures
    )


def label_of(placed: Placed, situation: Situation, word: Word, source: Source) -> Label:
    """A label of this failure, given at the report's time."""
    seen, verdict = placed.seen, placed.judged.verdict
    at = seen.job.completed_at or seen.run.updated_at or situation.at
    return Label(
        pull_request=situation.pull_request.number,
        run_id=seen.run.id,
        attempt=seen.job.attempt,
        workflow_id=seen.run.workflow_id,
        job_id=seen.job.id,
        job=seen.job.name,
        sha=seen.run.head_sha,
        subject=placed.subject,
        test=verdict.failure.test,
        fingerprint=verdict.failure.fingerprint,
        signature=verdict.signature.id if verdict.signature else "",
        verdict=verdict.verdict,
        rung=verdict.rung,
        word=word,
        source=source,
        at=at,
        said_at=situation.at,
    )


def labels_said(
    chosen: Iterable[Placed], situation: Situation, by: str, reason: str, said_at: datetime
) -> tuple[Label, ...]:
    """`not-flake` for each of these failures, in a person's words; `by` is a login."""
    return tuple(
        replace(
            label_of(one, situation, Word.NOT_FLAKE, Source.PERSON),
            by=by.lower(),
            reason=reason,
            said_at=said_at,
        )
        for one in chosen
    )


def retry_labels(situation: Situation) -> tuple[Label, ...]:
    """`flake` for every failure that was matched, or seen elsewhere, and that a later attempt passed.

    Only jobs that ran in their attempt count, on both sides: GitHub lists a job that was not run again
    under later attempts, too. What fails in every attempt gets no label: that tells nothing.
    """
    found: list[Label] = []
    for run in situation.runs:
        jobs = tuple(seen for seen in situation.jobs if seen.run.id == run.id)
        series = (OtherAttempt(run, jobs), *situation.attempts.get(run.id, ()))
        for place in range(1, len(series)):
            then = replace(
                situation, jobs=series[place].jobs, attempts={run.id: tuple(series[place + 1 :])}, previous={}
            )
            found += [
                label_of(one, situation, Word.FLAKE, Source.RETRY)
                for one in judge_all(then)
                if _is_labelled(one, series[place]) and _passed_in(one, series[:place])
            ]
    return tuple({(one.job_id, one.attempt, one.subject): one for one in found}.values())


def _is_labelled(one: Placed, attempt: OtherAttempt) -> bool:
    """Whether the verdict is one that a label says something of, on a failure of this very attempt."""
    own = one.seen.job.attempt == attempt.run.attempt and needs_reading(one.seen.job)
    return own and bool(one.subject) and _rests_on_something(one.judged.verdict)


def _rests_on_something(verdict: Verdict) -> bool:
    return verdict.signature is not None or verdict.rung in BY_HISTORY


def _passed_in(one: Placed, later: Iterable[OtherAttempt]) -> bool:
    failure, name = one.judged.verdict.failure, one.seen.job.name
    for attempt in later:
        ran = [seen for seen in attempt.jobs if seen.job.attempt == attempt.run.attempt]
        jobs = tuple(BaseJob(seen.job, seen.reading) for seen in ran)
        passed = attempt_of(failure, name, jobs).state is BaseState.PASSED
        if passed and all(_may_have_run(failure, seen) for seen in ran if seen.job.name == name):
            return True
    return False


def _may_have_run(failure: Failure, seen: SeenJob) -> bool:
    """A green job whose counts are known must have passed tests of this runner and suite."""
    if seen.job.conclusion is not Conclusion.SUCCESS or not failure.test or seen.reading is None:
        return True
    if not seen.reading.complete:
        return True
    counted = [one for one in seen.reading.totals if one.tool == failure.tool]
    mine = [one for one in counted if not failure.suite or one.suite in ("", failure.suite)]
    return any(one.passed > 0 for one in mine)
