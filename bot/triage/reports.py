"""Reports in artifacts: read redacted and bounded, given to the jobs that they are of, and merged there."""

from collections.abc import Sequence
from dataclasses import replace

from bot.classify.globs import fits
from bot.logs.control import strip_control
from bot.logs.redact import redact
from bot.model.failure import Failure, Totals
from bot.model.reading import ArtifactReading, Reading
from bot.model.run import Artifact
from bot.parsers._workspace import relative
from bot.reports import Malformed, is_of_attempt, merge, owner_by_name, owner_by_tests, read_report, unpack
from bot.triage.compare import needs_reading
from bot.triage.reading import MAX_FAILURES, MAX_NAME, bounded, bounded_totals
from bot.triage.situation import SeenJob

# More suites than this are summed up: a row of the table shows their sum anyway.
MAX_SUITES = 200
# What stands in a note about one artifact.
MAX_GAP = 300
# Names in a note of failures that are of no job.
NAMED = 3


def is_report(path: str, globs: Sequence[str]) -> bool:
    """Whether a file in an artifact is one of the reports; a glob without `/` may describe its name alone."""
    name = path.rpartition("/")[2]
    return any(fits(glob, path) or ("/" not in glob and fits(glob, name)) for glob in globs)


def read_artifact(data: bytes, globs: Sequence[str]) -> Reading:
    """Read the reports in an artifact's zip; never raises.

    Returns:
        Totals and failures, redacted and bounded; `lines` is how many reports were read, `gap` says which
        were not, and why.
    """
    found = unpack(data, lambda path: is_report(path, globs))
    totals: list[Totals] = []
    failures: list[Failure] = []
    gaps = list(found.gaps)
    read = 0
    for path, file in found.files:
        try:
            results = read_report(file)
        except Malformed as error:
            gaps.append(f"{path} {error}")
            continue
        read += 1
        totals += results.totals
        failures += results.failures
    return Reading(
        size=len(data),
        lines=read,
        complete=not gaps,
        gap="; ".join(redact(strip_control(gap)) for gap in gaps)[:MAX_GAP],
        totals=bounded_totals(totals if len(totals) <= MAX_SUITES else [_sum(totals)]),
        failures=tuple(_clean(one) for one in failures[:MAX_FAILURES]),
        excerpts=(None,) * min(len(failures), MAX_FAILURES),
    )


def _sum(totals: Sequence[Totals]) -> Totals:
    return Totals(
        totals[0].tool,
        "",
        passed=sum(one.passed for one in totals),
        failed=sum(one.failed for one in totals),
        errors=sum(one.errors for one in totals),
        skipped=sum(one.skipped for one in totals),
        pending=sum(one.pending for one in totals),
        flaked=sum(one.flaked for one in totals),
        total=sum(one.total for one in totals),
    )


def _clean(failure: Failure) -> Failure:
    """What a report says is as untrusted as a log, and may be coloured like one."""
    return bounded(
        replace(
            failure,
            test=_line(failure.test),
            message=_line(failure.message),
            detail="\n".join(strip_control(line) for line in failure.detail.splitlines()),
            file=relative(_line(failure.file)),
            suite=_line(failure.suite),
        )
    )


def _line(text: str) -> str:
    return strip_control(" ".join(text.splitlines()))


def owned_by_failed_jobs(jobs: Sequence[SeenJob], artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    """Artifacts that may be a failed job's: of this attempt, and not by their name another job's."""
    failed = {one.job.id for one in jobs if needs_reading(one.job)}
    known = [one.job for one in jobs]
    kept = []
    for artifact in artifacts:
        owner = owner_by_name(artifact, known)
        if is_of_attempt(artifact, known) and (owner is None or owner.id in failed):
            kept.append(artifact)
    return tuple(kept)


def merge_reports(
    jobs: Sequence[SeenJob], reports: Sequence[ArtifactReading]
) -> tuple[tuple[SeenJob, ...], tuple[str, ...]]:
    """Give each report to its job and merge it with that job's log; notes tell of what is left over."""
    open_jobs = [one for one in jobs if one.reading is not None and needs_reading(one.job)]
    readings = [(one.job, one.reading) for one in open_jobs if one.reading is not None]
    known = [one.job for one in jobs]
    owned: dict[int, list[ArtifactReading]] = {}
    notes = []
    for report in reports:
        owner = owner_by_name(report.artifact, known) or owner_by_tests(report, readings)
        if owner is not None and any(one.job.id == owner.id for one in open_jobs):
            owned.setdefault(owner.id, []).append(report)
        elif report.reading.failures:
            notes.append(_left_over(report))
    return tuple(_merged(one, owned.get(one.job.id, [])) for one in jobs), tuple(notes)


def _merged(seen: SeenJob, reports: Sequence[ArtifactReading]) -> SeenJob:
    if seen.reading is None or not reports:
        return seen
    red = sum(step.conclusion.is_red for step in seen.job.steps)
    return replace(seen, reading=merge(seen.reading, reports, one_step=red == 1))


def _left_over(report: ArtifactReading) -> str:
    """Failures that are shown in no row, since nobody knows whose they are: said, never dropped."""
    tests = [one.test or one.message for one in report.reading.failures]
    names = ", ".join(tests[:NAMED])
    more = f" and {len(tests) - NAMED} more" if len(tests) > NAMED else ""
    return (
        f"the reports in {report.artifact.name[:MAX_NAME]} are of no failed job that is known: {names}{more}"
    )
