"""What is kept of a log, so that signatures can be tried on it later, and how patterns are found in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.logs.blocks import blocks
from bot.logs.clean import clean
from bot.logs.redact import redact_lines
from bot.logs.source import Source
from bot.model.failure import Failure
from bot.model.kept import Found, Keep, KeptLines
from bot.model.reading import Reading
from bot.model.signature import Pattern, PatternHit
from bot.triage.reading import read_skimmed
from bot.triage.skim import Search, Skimmed

# Hits of one pattern in a passing log, the first half and the last: how many more there are changes nothing.
MOST_HITS = 40
# Of a hit's line: longer than what is generic at most, so that a cut line is judged like the whole one.
MAX_HIT = 400


def read_and_keep(source: Source, search: Search, keep: Keep) -> tuple[Reading, KeptLines | None]:
    """Read a log as `read_log` does, and give what is to be kept of it.

    Args:
        source: the log; gone through once more when it is a large one of a passing job.
        search: as for `read_log`.
        keep: what is wanted.

    Returns:
        Of a failing job the whole log, or, over the limit, the failures' own lines: signatures look nowhere
        else. Of a passing job the whole log or nothing: a pattern might stand in what is left out. Nothing of
        a log that was not read to its end.
    """
    reading, skimmed = read_skimmed(source, search)
    if not reading.complete or not reading.lines:
        return reading, None
    if keep.passed:
        return reading, _all_lines(source, skimmed) if reading.size <= keep.most else None
    if not reading.failures:
        return reading, None
    if reading.size <= keep.most and _is_whole(skimmed):
        lines = tuple(redact_lines(skimmed.log.lines))
        return reading, KeptLines(((1, len(lines)),), lines, reading.failures)
    return reading, _own_lines(skimmed, reading.failures)


def _is_whole(skimmed: Skimmed) -> bool:
    return len(skimmed.numbers) == skimmed.lines


def _all_lines(source: Source, skimmed: Skimmed) -> KeptLines:
    """Every line of a log; of a large one, of which few were read, block by block."""
    if _is_whole(skimmed):
        lines = tuple(redact_lines(skimmed.log.lines))
    else:
        lines = tuple(line for block in blocks(source) for line in redact_lines(clean(block.raw).lines))
    return KeptLines(((1, len(lines)),), lines)


def _own_lines(skimmed: Skimmed, failures: Sequence[Failure]) -> KeptLines:
    """The lines that belong to failures, each once."""
    numbers = skimmed.numbers
    wanted = _inside(failures)
    chosen = [index for index, number in enumerate(numbers) if number in wanted]
    lines = tuple(redact_lines([skimmed.log.lines[index] for index in chosen]))
    return KeptLines(_runs(numbers[index] for index in chosen), lines, tuple(failures), whole=False)


def _inside(failures: Iterable[Failure]) -> set[int]:
    return {n for failure in failures for n in range(failure.extent[0], failure.extent[1] + 1)}


def _runs(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Ascending numbers as stretches that follow one another."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and sum(found[-1]) == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return tuple(found)


def find_in_kept(kept: KeptLines, search: Search) -> Found:
    """Look for patterns: in the failures' lines of a failing job, anywhere in a passing one's log."""
    numbers = [number for first, count in kept.runs for number in range(first, first + count)]
    hits = (
        replace(hit, line=numbers[hit.line - 1], text=hit.text[:MAX_HIT]) for hit in search.find(kept.lines)
    )
    if kept.failures:
        inside = _inside(kept.failures)
        return Found(kept.failures, tuple(hit for hit in hits if hit.line in inside))
    return Found((), tuple(_bounded(hits)))


def _bounded(hits: Iterable[PatternHit]) -> Iterator[PatternHit]:
    """The first and the last hits of each pattern, in the order of the lines."""
    by_pattern: defaultdict[Pattern, list[PatternHit]] = defaultdict(list)
    for hit in hits:
        by_pattern[hit.pattern].append(hit)
    half = MOST_HITS // 2
    kept = (
        hit
        for found in by_pattern.values()
        for hit in (found if len(found) <= MOST_HITS else (*found[:half], *found[-half:]))
    )
    yield from sorted(kept, key=lambda hit: hit.line)
