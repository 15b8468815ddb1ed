"""A situation judged and put together: the Report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.classify.added import Added, added_by
from bot.classify.causes import group
from bot.classify.outage import outage_of
from bot.classify.touched import touches
from bot.model.report import (
    Facts,
    FixedFailure,
    JobState,
    JudgedFailure,
    Report,
    Row,
)
from bot.model.run import Conclusion, Job
from bot.model.verdict import VerdictClass
from bot.triage.compare import failures_of, fixed_since, same_job
from bot.triage.judge import judge_job, waits_for
from bot.triage.next_steps import next_steps
from bot.triage.past import wave_of
from bot.triage.rows import fold_green, merge_twins, sort_rows
from bot.triage.situation import SeenJob, Situation
from bot.workflows import JobGraph, needs_of

NO_JOBS = "GitHub could not start this workflow, or lists no job of it"


def build_report(situation: Situation) -> Report:
    """Judge every job of the head commit's runs and say what matters first.

    The same situation always gives the same report: order and time come out of it alone.
    """
    graphs = {run: needs_of(data) for run, data in situation.workflow_files.items()}
    added = added_by(situation.changed, situation.changed_note)
    rows = [judge_job(seen, situation, graphs, added) for seen in situation.jobs]
    rows += _not_started(situation)
    green = [row for row in rows if row.state is JobState.PASSED]
    shown = sort_rows(merge_twins([row for row in rows if row.verdict or _pending(row)], green))
    counted = [row for row in rows if row.state is not JobState.SKIPPED]
    judged = tuple(failure for row in shown for failure in row.failures)
    causes = group(_worth_fixing(judged), _blocked(situation, graphs))
    return Report(
        facts=_facts(situation, rows),
        rows=shown,
        groups=fold_green(green, counted),
        causes=causes,
        fixed=_fixed(situation),
        artifacts=situation.artifacts,
        next_steps=next_steps(situation, causes, judged),
        outage=_outage(situation, judged),
        config=situation.config_facts,
        report_notes=situation.report_notes,
    )


def _outage(situation: Situation, judged: tuple[JudgedFailure, ...]) -> str:
    """One banner: most of this run is red for no known reason, or one failure comes over everybody."""
    here = outage_of([seen.job for seen in situation.jobs], judged)
    everywhere = wave_of(situation, tuple(one.verdict.failure for one in judged))
    return " ".join(part for part in (here, everywhere) if part)


def _pending(row: Row) -> bool:
    return row.state in (JobState.QUEUED, JobState.RUNNING)


def _facts(situation: Situation, rows: Sequence[Row]) -> Facts:
    finished = [run for run in situation.runs if run.finished]
    newest = max(situation.runs, key=lambda run: (run.id, run.attempt), default=None)
    previous = max(
        (one.compared for one in situation.previous.values()),
        key=lambda one: (one.run_id, one.attempt),
        default=None,
    )
    base = max((one.compared for one in situation.base.values()), key=lambda one: one.run_id, default=None)
    waiting = [run.workflow for run in situation.runs if not run.finished]
    pending = waiting or [row.job for row in rows if _pending(row)]
    return Facts(
        repository=situation.repository,
        pull_request=situation.pull_request.number,
        head_sha=situation.pull_request.head_sha,
        at=situation.at,
        web=situation.web,
        run_id=newest.id if newest else 0,
        run_url=newest.html_url if newest else "",
        attempt=newest.attempt if newest else 1,
        previous=previous,
        base=base,
        base_note=situation.base_note,
        finished=len(finished),
        workflows=len(situation.runs),
        pending=tuple(pending),
    )


def _not_started(situation: Situation) -> list[Row]:
    """Workflows that GitHub could not even start, or whose jobs it does not list: never silently green."""
    with_jobs = {seen.run.id for seen in situation.jobs}
    rows = []
    for run in situation.runs:
        if run.id in with_jobs or not run.finished or run.conclusion is Conclusion.SUCCESS:
            continue
        if run.conclusion in (Conclusion.SKIPPED, Conclusion.CANCELLED, Conclusion.ACTION_REQUIRED):
            continue
        job = Job(
            id=0,
            run_id=run.id,
            attempt=run.attempt,
            name=run.workflow,
            status="completed",
            conclusion=Conclusion.FAILURE,
            html_url=run.html_url,
        )
        rows.append(judge_job(SeenJob(job, run, gone=NO_JOBS), situation, {}, Added()))
    return rows


def _worth_fixing(judged: Sequence[JudgedFailure]) -> tuple[JudgedFailure, ...]:
    """What a person can do something about here; waiting and cancelled jobs are consequences."""
    aside = (VerdictClass.BLOCKED, VerdictClass.CANCELLED)
    return tuple(one for one in judged if one.verdict.verdict not in aside)


def _blocked(situation: Situation, graphs: Mapping[int, JobGraph]) -> Mapping[str, int]:
    """How many jobs wait for each failed job alone: mending one of several that are waited for frees none."""
    waiting: dict[str, int] = {}
    for seen in situation.jobs:
        roots = waits_for(seen, situation, graphs.get(seen.run.id))
        if len(roots) == 1:
            waiting[roots[0]] = waiting.get(roots[0], 0) + 1
    return waiting


def _fixed(situation: Situation) -> tuple[FixedFailure, ...]:
    found: list[FixedFailure] = []
    for seen in situation.jobs:
        previous = situation.previous.get(seen.run.workflow_id)
        if previous is None:
            continue
        before = same_job(seen, previous.jobs)
        passes = fixed_since(seen, before)
        if previous.compared.sha != seen.run.head_sha:
            found += passes
            continue
        known = failures_of(before) if before else ()
        changed = {one.test for one in known if touches(one, situation.changed)}
        found += [replace(one, retried=True, touched=one.test in changed) for one in passes]
    return tuple(found)
