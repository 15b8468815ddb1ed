"""Jobs as the rows of the status table: matrix twins merged, green ones folded by group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.classify.globs import fits
from bot.model.config import GroupConfig
from bot.model.report import GreenGroup, JobState, Row
from bot.model.verdict import VerdictClass, gravity


def leg_of(job: str) -> tuple[str, str]:
    """A matrix job's name in its two parts: `Integration (gateway)` is `Integration` and `gateway`.

    GitHub writes the legs of a matrix in parentheses at the end of the name, and a reusable workflow's
    jobs behind the caller's name and ` / `
    (https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows).
    """
    if job.endswith(")") and " (" in job:
        base, _, leg = job[:-1].partition(" (")
        return base, leg
    if " / " in job:
        base, _, leg = job.partition(" / ")
        return base, leg
    return job, ""


def group_of(job: str, workflow: str, groups: Sequence[GroupConfig]) -> str:
    """The group a job is shown in: the configuration's first match, else its matrix, else its workflow."""
    for group in groups:
        if fits(group.match, job):
            return group.name
    base, leg = leg_of(job)
    return base if leg else workflow


def fold_green(rows: Iterable[Row], counted: Sequence[Row]) -> tuple[GreenGroup, ...]:
    """The green rows by group, in the order in which the groups appear; `counted` are all jobs that ran."""
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(row)
    sizes: dict[str, int] = {}
    for row in counted:
        sizes[row.group] = sizes.get(row.group, 0) + 1
    return tuple(
        GreenGroup(name, tuple(members), sizes.get(name, len(members))) for name, members in by_group.items()
    )


def merge_twins(rows: Sequence[Row], green: Iterable[Row] = ()) -> tuple[Row, ...]:
    """Merge legs of one matrix that fail in exactly the same places into one row that names them.

    The legs that passed (`green`) are named in it, too: it says how many of all fail.
    """
    passed: dict[tuple[str, str], list[str]] = {}
    for row in green:
        base, leg = leg_of(row.job)
        if leg:
            passed.setdefault((row.workflow, base), []).append(leg)
    merged: dict[object, Row] = {}
    for row in rows:
        key = _twin_key(row)
        first = merged.get(key)
        if first is None:
            merged[key] = row
            continue
        legs = first.twins or (leg_of(first.job)[1],)
        merged[key] = replace(first, twins=(*legs, leg_of(row.job)[1]))
    return tuple(_named(row, passed) for row in merged.values())


def sort_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The gravest first; the order of the jobs otherwise stays."""
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                gravity(row.verdict) if row.verdict else len(VerdictClass),
                row.state is JobState.SKIPPED,
            ),
        )
    )


def _twin_key(row: Row) -> object:
    """Twins fail at the same lines of the same files; without a file nothing says that it is one thing."""
    base, leg = leg_of(row.job)
    failures = [one.verdict.failure for one in row.failures]
    if not leg or not failures or not all(failure.file for failure in failures):
        return (row.workflow, row.job)
    places = frozenset((f.test, f.fingerprint, f.file, f.line) for f in failures)
    return (row.workflow, base, row.verdict, row.state, row.previous, row.delta, row.totals, places)


def _named(row: Row, passed: Mapping[tuple[str, str], Sequence[str]]) -> Row:
    if not row.twins:
        return row
    base = leg_of(row.job)[0]
    green = tuple(passed.get((row.workflow, base), ()))
    return replace(row, job=f"{base} ({', '.join(row.twins)})", green_twins=green)
