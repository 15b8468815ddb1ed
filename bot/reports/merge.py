"""What a job's log says and what its reports say, as one reading.

The report wins on counts and on names. The log has the lines, the excerpts and the commands, and everything
that no report holds: build errors, setups that broke, crashes. Nothing that the log shows is ever taken away
by a report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Totals
from bot.model.log import Excerpt
from bot.model.reading import ArtifactReading, Reading
from bot.reports.names import Name, pair_up, parts_of
from bot.reports.wording import GENERIC


def merge(reading: Reading, reports: Sequence[ArtifactReading], *, one_step: bool = False) -> Reading:
    """Put the reports of one job into what was read of its log.

    Args:
        reading: of the log.
        reports: of the artifacts that are this job's.
        one_step: a single step of the job failed: then what the reports name is why it did.
    """
    if not reports:
        return reading
    told = _once(failure for one in reports for failure in one.reading.failures)
    pairs = pair_failures(reading.failures, told)
    tool = _tool(reading, pairs)
    merged = tuple(
        _named(failure, told[pairs[index]]) if index in pairs else failure
        for index, failure in enumerate(reading.failures)
    )
    added = tuple(
        replace(failure, tool=tool or failure.tool)
        for index, failure in enumerate(told)
        if index not in pairs.values() and not _is_covered(failure, reading.failures)
    )
    explained = one_step and bool(added or pairs)
    kept = [
        (failure, excerpt)
        for index, (failure, excerpt) in enumerate(zip(merged, reading.excerpts, strict=True))
        if index in pairs or not (explained and failure.kind is FailureKind.EXIT)
    ]
    nothing: tuple[Excerpt | None, ...] = (None,) * len(added)
    return replace(
        reading,
        failures=(*(failure for failure, _ in kept), *added),
        excerpts=(*(excerpt for _, excerpt in kept), *nothing),
        totals=_totals(reading.totals, [total for one in reports for total in one.reading.totals], tool),
        reports=tuple(one.artifact.name for one in reports),
    )


def pair_failures(ours: Sequence[Failure], theirs: Sequence[Failure]) -> dict[int, int]:
    """Pair failures of a log with those of reports by their names, as indices."""
    pairs = pair_up([_name(one) for one in ours], [_name(one) for one in theirs])
    return {mine: other for mine, other in pairs.items() if _same_file(ours[mine], theirs[other])}


def _name(failure: Failure) -> Name:
    return parts_of(failure.test)


def _same_file(one: Failure, other: Failure) -> bool:
    """Not two tests of one name in two files; a file that one of them does not know decides nothing."""
    if not one.file or not other.file or parts_of(one.test) == parts_of(other.test):
        return True
    return one.file.endswith(other.file) or other.file.endswith(one.file)


def _once(failures: Iterable[Failure]) -> list[Failure]:
    """Two reports of one run name the same failure: it counts once."""
    kept: dict[tuple[Name, str, str], Failure] = {}
    for failure in failures:
        kept.setdefault((parts_of(failure.test), failure.suite, failure.message), failure)
    return list(kept.values())


def _tool(reading: Reading, pairs: dict[int, int]) -> str:
    """The runner whose tests the reports hold, as the log tells; empty when it may be one of several."""
    matched = {reading.failures[index].tool for index in pairs}
    counted = {total.tool for total in reading.totals}
    ran = matched or counted
    return next(iter(ran)) if len(ran) == 1 else ""


def _named(logged: Failure, told: Failure) -> Failure:
    """The log's failure in the report's words. Its key stays the log's, with or without a report."""
    longer = len(parts_of(told.test)) > len(parts_of(logged.test))
    generic = told.message.strip().lower().rstrip(".:!") in GENERIC
    same_file = not told.file or not logged.file or logged.file.endswith(told.file)
    return replace(
        logged,
        test=told.test if longer else logged.test,
        logged_as=logged.test if longer else "",
        message=logged.message if generic else told.message,
        detail=logged.detail if generic else told.detail or logged.detail,
        file=logged.file if same_file and logged.file else told.file,
        # A report gives the line where the test begins, a log the one that failed.
        line=logged.line if same_file and logged.line else told.line,
        suite=told.suite if logged.suite else "",
    )


def _is_covered(told: Failure, logged: Sequence[Failure]) -> bool:
    """What kept tests from running is told better by the log, wherever it tells of it at all."""
    if told.kind in (FailureKind.TEST, FailureKind.TIMEOUT):
        return False
    if told.kind is FailureKind.EXIT:
        return any(one.kind is not FailureKind.EXIT for one in logged)
    return any(one.kind not in (FailureKind.TEST, FailureKind.EXIT) for one in logged)


def _totals(logged: Sequence[Totals], told: Sequence[Totals], tool: str) -> tuple[Totals, ...]:
    """The reports' counts in place of the log's for the same runner, unless the log counted more tests.

    Then the reports are of a part of what ran; with counts of several runners, of which they may be any,
    the log's stand too: nothing is counted twice.
    """
    if not told:
        return tuple(logged)
    own = [total for total in logged if total.tool == tool]
    if logged and (not tool or _tests(told) < _tests(own)):
        return tuple(logged)
    known = tuple(replace(total, tool=tool or total.tool) for total in told)
    return (*(total for total in logged if total.tool != tool), *known)


def _tests(totals: Sequence[Totals]) -> int:
    return sum(max(one.total, one.passed + one.failed + one.errors) for one in totals)
