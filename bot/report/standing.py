"""Where a report stands: what each row counts as, whether anything runs still, whether all is well."""

from collections import Counter

from bot.model.report import JobState, Report, Row
from bot.model.verdict import VerdictClass, gravity
from bot.report.words import NEEDS_SOMEBODY, WAITING

_STATE_CLASS = {
    JobState.FAILED: VerdictClass.UNKNOWN,
    JobState.UNREAD: VerdictClass.UNREAD,
    JobState.BLOCKED: VerdictClass.BLOCKED,
    JobState.CANCELLED: VerdictClass.CANCELLED,
}
_OF_A_JOB = (VerdictClass.UNREAD, VerdictClass.BLOCKED, VerdictClass.CANCELLED)


def classes_of(row: Row) -> tuple[VerdictClass, ...]:
    """Give one class per failure, gravest first; what is said of a whole job counts once."""
    if row.failures:
        found = [one.verdict.verdict for one in row.failures]
        whole = [kind for kind in _OF_A_JOB if kind in found]
        return tuple(sorted([*(kind for kind in found if kind not in _OF_A_JOB), *whole], key=gravity))
    alone = row.verdict or _STATE_CLASS.get(row.state)
    return (alone,) if alone else ()


def count_classes(report: Report) -> Counter[VerdictClass]:
    """Count every class over all rows."""
    return Counter(verdict for row in report.rows for verdict in classes_of(row))


def weigh(row: Row) -> int:
    """Give a row's place in the table: failing rows gravest first, then waiting ones, then the rest."""
    found = classes_of(row)
    if found:
        return gravity(found[0])
    return len(VerdictClass) + (row.state not in WAITING)


def needing(report: Report) -> int:
    """Count the failures that need somebody."""
    counts = count_classes(report)
    return sum(counts[verdict] for verdict in NEEDS_SOMEBODY)


def waiting_jobs(report: Report) -> int:
    """Count the jobs that are queued or running."""
    return sum(row.state in WAITING for row in report.rows)


def is_running(report: Report) -> bool:
    """Say whether a job or a workflow has not finished."""
    facts = report.facts
    return bool(waiting_jobs(report) or facts.pending or facts.finished < facts.workflows)


def passed_jobs(report: Report) -> int:
    """Count the jobs that ran and passed."""
    rows = (*report.rows, *(row for group in report.groups for row in group.rows))
    return sum(row.state is JobState.PASSED for row in rows)


def passed_tests(report: Report) -> int:
    """Count the tests that ran and passed in green jobs; 0 when no log was read."""
    rows = (row for group in report.groups for row in group.rows)
    return sum(totals.passed for row in rows for totals in row.totals)


def is_clean(report: Report) -> bool:
    """Say whether nothing failed, was blocked, cancelled or left unread so far."""
    return not count_classes(report)
