"""From a log's bytes to what is kept of it: cleaned, parsed, redacted, fingerprinted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from bot.classify.fingerprint import fingerprint_of
from bot.logs.excerpt import excerpt
from bot.logs.redact import redact
from bot.logs.source import Source
from bot.model.failure import Failure, Findings, Totals
from bot.model.log import Excerpt
from bot.model.reading import BestLine, Reading
from bot.model.signature import Pattern, PatternHit, Signature
from bot.parsers import parse_all
from bot.parsers.generic import best_line
from bot.triage.skim import Search, Skimmed, line_counters, skim

# More failures than this in one job are one broken thing; the comment shows far fewer.
MAX_FAILURES = 500
# A test's name may be generated; GitHub shows no more than this of it anywhere.
MAX_NAME = 1_000
# Of the rest of a longer name these many characters of its digest stay.
_DIGEST = 12
# The first sentence of a failure.
MAX_MESSAGE = 1_000
# Diffs of large values: the excerpt and the log itself hold the rest.
MAX_DETAIL = 4_000
# A minified bundle is one line.
MAX_LINE = 1_000


def patterns_of(signatures: Iterable[Signature]) -> tuple[Pattern, ...]:
    """Every pattern that the signatures look for, once, in a stable order."""
    found: dict[Pattern, None] = {}
    for signature in signatures:
        for pattern in signature.match.patterns:
            found[pattern] = None
        if signature.match.absent is not None:
            found[signature.match.absent] = None
    return tuple(found)


def read_log(source: Source, search: Search) -> Reading:
    """Read one log: every failure in it, the totals, the line that matters, and the patterns' hits.

    Args:
        source: the log as it comes.
        search: looks for the signatures' patterns, and for what is worth keeping of a large log.

    Returns:
        Redacted and bounded: what may be stored and shown. Lines have their numbers in the file.
    """
    return read_skimmed(source, search)[0]


def read_skimmed(source: Source, search: Search) -> tuple[Reading, Skimmed]:
    """The same, and the lines that it was read from, which are not redacted."""
    skimmed = skim(source, search)
    log = skimmed.log
    found = parse_all(log)
    failures = sorted((failure for one in found for failure in one.failures), key=lambda f: f.log_line)
    kept = tuple(failures[:MAX_FAILURES])
    crashed = [one.tool for one in found if one.crashed]
    # Without a failure there is nothing to explain: a passing log has words of failure too.
    number = best_line(log, kept) if kept else 0
    gap = log.gap
    if not gap and crashed:
        gap = f"our {crashed[0]} parser failed on this log"
    if not gap and len(failures) > MAX_FAILURES:
        gap = f"of its {len(failures)} failures the first {MAX_FAILURES} were kept"
    reading = Reading(
        size=log.size,
        lines=skimmed.lines,
        complete=log.complete and not gap,
        gap=gap,
        totals=_totals(found, skimmed),
        failures=tuple(_placed(bounded(failure), skimmed) for failure in kept),
        excerpts=tuple(_excerpt(failure, skimmed) for failure in kept),
        best=BestLine(skimmed.numbers[number - 1], redact(log.line(number))[:MAX_LINE]) if number else None,
        hits=_hits(skimmed, kept, search),
        unfinished=any(one.unfinished for one in found),
    )
    return reading, skimmed


def _totals(found: Iterable[Findings], skimmed: Skimmed) -> tuple[Totals, ...]:
    """Give the totals, but none that lines would have had to be counted for which were left out."""
    if skimmed.sums_lost:
        return ()
    left_out = line_counters() if len(skimmed.numbers) < skimmed.lines else frozenset[str]()
    return bounded_totals(total for one in found if one.tool not in left_out for total in one.totals)


def bounded_totals(totals: Iterable[Totals]) -> tuple[Totals, ...]:
    """Redact and cut the names of suites."""
    return tuple(replace(total, suite=redact(total.suite)[:MAX_NAME]) for total in totals)


def _placed(failure: Failure, skimmed: Skimmed) -> Failure:
    """Give a failure the line numbers of the file."""
    numbers = skimmed.numbers

    def place(line: int) -> int:
        return numbers[max(1, min(line, len(numbers))) - 1]

    first, last = failure.extent
    return replace(
        failure,
        log_line=place(failure.log_line),
        extent=(place(first), place(last)),
        listed=tuple((place(low), place(high)) for low, high in failure.listed),
    )


def _excerpt(failure: Failure, skimmed: Skimmed) -> Excerpt:
    """Cut a failure's excerpt, as far as its lines follow one another in the file."""
    numbers = skimmed.numbers
    cut = excerpt(skimmed.log, failure.log_line, extent=failure.extent)
    first = last = cut.mark
    while first > cut.first and numbers[first - 2] == numbers[first - 1] - 1:
        first -= 1
    while last < cut.first + len(cut.lines) - 1 and numbers[last] == numbers[last - 1] + 1:
        last += 1
    return Excerpt(
        numbers[first - 1], cut.lines[first - cut.first : last - cut.first + 1], numbers[cut.mark - 1]
    )


def bounded(failure: Failure) -> Failure:
    """Redact and cut every text, then key it: the fingerprint never holds a secret either."""
    cut = replace(
        failure,
        test=redact(failure.test),
        message=redact(failure.message)[:MAX_MESSAGE],
        detail=redact(failure.detail)[:MAX_DETAIL],
        file=redact(failure.file)[:MAX_NAME],
        rerun=redact(failure.rerun)[:MAX_NAME],
        suite=redact(failure.suite)[:MAX_NAME],
    )
    return replace(cut, test=_named(cut.test), fingerprint=fingerprint_of(cut))


def _named(test: str) -> str:
    """Cut a test's name so that two long ones with the same beginning stay two."""
    if len(test) <= MAX_NAME:
        return test
    rest = f"… {sha256(test.encode('utf-8', 'replace')).hexdigest()[:_DIGEST]}"
    return test[: MAX_NAME - len(rest)] + rest


def _hits(skimmed: Skimmed, failures: Sequence[Failure], search: Search) -> tuple[PatternHit, ...]:
    """Only hits inside a failure's own lines count: elsewhere they say nothing of it."""
    if not failures:
        return ()
    inside = {n for failure in failures for n in range(failure.extent[0], failure.extent[1] + 1)}
    return tuple(
        replace(hit, line=skimmed.numbers[hit.line - 1], text=redact(hit.text)[:MAX_LINE])
        for hit in search.find(skimmed.log.lines)
        if hit.line in inside
    )
