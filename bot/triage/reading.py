"""From a log's bytes to what is kept of it: cleaned, parsed, redacted, fingerprinted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.classify.fingerprint import fingerprint
from bot.logs.clean import clean
from bot.logs.excerpt import excerpt
from bot.logs.redact import redact
from bot.model.failure import Failure
from bot.model.log import Log
from bot.model.reading import BestLine, Reading
from bot.model.signature import Pattern, PatternHit, Signature
from bot.parsers import parse_all
from bot.parsers.generic import best_line

# More failures than this in one job are one broken thing; the comment shows far fewer.
MAX_FAILURES = 500
# A test's name may be generated; GitHub shows no more than this of it anywhere.
MAX_NAME = 1_000
# The first sentence of a failure.
MAX_MESSAGE = 1_000
# Diffs of large values: the excerpt and the log itself hold the rest.
MAX_DETAIL = 4_000
# A minified bundle is one line.
MAX_LINE = 1_000

Find = Callable[[Sequence[str]], tuple[PatternHit, ...]]


def patterns_of(signatures: Iterable[Signature]) -> tuple[Pattern, ...]:
    """Every pattern that the signatures look for, once, in a stable order."""
    found: dict[Pattern, None] = {}
    for signature in signatures:
        for pattern in signature.match.patterns:
            found[pattern] = None
        if signature.match.absent is not None:
            found[signature.match.absent] = None
    return tuple(found)


def read_log(data: bytes, complete: bool, gap: str, find: Find) -> Reading:  # noqa: FBT001 - positional over a pipe
    """Read one log: every failure in it, the totals, the line that matters, and the patterns' hits.

    Args:
        data: the log as it came.
        complete: whether all of it came; `gap` says what is missing.
        gap: why it is incomplete, for people.
        find: gives the hits of the signatures' patterns in cleaned lines (numbers from 1).

    Returns:
        Redacted and bounded: what may be stored and shown.
    """
    log = clean(data, complete=complete, gap=gap)
    found = parse_all(log)
    failures = sorted((failure for one in found for failure in one.failures), key=lambda f: f.log_line)
    kept = tuple(failures[:MAX_FAILURES])
    crashed = [one.tool for one in found if one.crashed]
    # Without a failure there is nothing to explain: a passing log has words of failure too.
    number = best_line(log, kept) if kept else 0
    return Reading(
        size=log.size,
        lines=len(log.lines),
        complete=log.complete and not crashed,
        gap=log.gap or (f"our {crashed[0]} parser failed on this log" if crashed else ""),
        totals=tuple(
            replace(total, suite=redact(total.suite)[:MAX_NAME]) for one in found for total in one.totals
        ),
        failures=tuple(_bounded(failure) for failure in kept),
        excerpts=tuple(excerpt(log, failure.log_line, extent=failure.extent) for failure in kept),
        best=BestLine(number, redact(log.line(number))[:MAX_LINE]) if number else None,
        hits=_hits(log, kept, find),
        unfinished=any(one.unfinished for one in found),
    )


def _bounded(failure: Failure) -> Failure:
    """Redact and cut every text, then key it: the fingerprint never holds a secret either."""
    test = redact(failure.test)[:MAX_NAME]
    message = redact(failure.message)[:MAX_MESSAGE]
    return replace(
        failure,
        test=test,
        message=message,
        detail=redact(failure.detail)[:MAX_DETAIL],
        file=redact(failure.file)[:MAX_NAME],
        rerun=redact(failure.rerun)[:MAX_NAME],
        suite=redact(failure.suite)[:MAX_NAME],
        fingerprint=fingerprint(test or failure.kind, message),
    )


def _hits(log: Log, failures: Sequence[Failure], find: Find) -> tuple[PatternHit, ...]:
    """Only hits inside a failure's own lines count: elsewhere they say nothing of it."""
    if not failures:
        return ()
    inside = {n for failure in failures for n in range(failure.extent[0], failure.extent[1] + 1)}
    return tuple(
        replace(hit, text=redact(hit.text)[:MAX_LINE]) for hit in find(log.lines) if hit.line in inside
    )
