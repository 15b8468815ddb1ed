"""Rank the lines of a log by how well each one explains the failure."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import log2

from bot.model.log import Log
from bot.parsers._generic_lines import FRAME, MAX_TEXT, NOT_SAID, Candidate, is_error, judge, plain
from bot.parsers._generic_noise import (
    ADVICE,
    BENIGN,
    CHAINED,
    EXIT_CODE,
    PROGRESS,
    QUIET_LEVEL,
    STRICT,
    SUCCESS,
    WRAPPERS,
)
from bot.parsers._generic_reach import numbers_read, section_of

# A program that prints nothing but errors is judged by the last of them.
_MAX_CANDIDATES = 3_000
# So far back from an error a script may have said, in whatever words, why it gives up.
_LAST_WORDS = 10
# Only a few marked lines are asked what was said before them.
_MAX_ENDS = 50
# Arbitration leaves out what a runner printed that passed; no program prints so many empty lines.
_BLANKED = 6
_DIGITS = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+", re.ASCII)


def rank(log: Log) -> list[Candidate]:
    """Give the lines that speak of a failure, best first; a job marked as failed always has one."""
    numbers = numbers_read(log)
    strict = _is_strict(log)
    judged = (c for number in reversed(numbers) if (c := judge(log, number, strict=strict)) is not None)
    found = sorted(islice(judged, _MAX_CANDIDATES), key=lambda c: c.number)
    wraps = [c.number for c in found if c.wraps]
    ends = list(log.errors) or wraps or [len(log.lines)]
    good_ends = _good_ends(log, numbers)
    found = [replace(c, passed=_ended_well(log, c.number, good_ends, wraps)) for c in found]
    seen = Counter(_shape(c.text) for c in found)
    elsewhere = _said_elsewhere(log, numbers, found)
    placed = [_place(log, c, ends, seen[_shape(c.text)], elsewhere) for c in found]
    if log.errors:
        placed += _last_words(log, {c.number for c in placed})
    return sorted(placed, key=lambda c: (-c.score, c.number))


def exit_follows(log: Log, number: int) -> bool:
    """Whether a program's next words are of an exit code: what it says last is why."""
    behind = range(number + 1, min(number + 3, len(log.lines)) + 1)
    return any(EXIT_CODE.search(plain(log.line(n))) for n in behind if not is_error(log, n))


def _good_ends(log: Log, numbers: list[int]) -> list[int]:
    """Number the lines where something says that it went well, or where a runner that passed was blanked."""
    found, empty = [], 0
    for number in numbers:
        line = log.line(number)
        empty = 0 if line else empty + 1
        if empty == _BLANKED or (line and SUCCESS.search(plain(line))):
            found.append(number)
    return found


def _is_strict(log: Log) -> bool:
    """Whether a step says at its end that warnings made it fail."""
    ends = log.errors[:_MAX_ENDS] or (len(log.lines),)
    near = (n for end in ends for n in range(max(1, end - _LAST_WORDS), end))
    return any(STRICT.search(log.line(n)[:MAX_TEXT]) for n in near)


def _shape(text: str) -> str:
    return _DIGITS.sub("#", text)


def _said_elsewhere(log: Log, numbers: list[int], found: list[Candidate]) -> set[str]:
    """Lines that steps which did not fail said just the same."""
    if not log.errors:
        return set()
    wanted = {log.line(c.number) for c in found}
    total = Counter(line for line in log.lines if line in wanted)
    read = Counter(line for n in numbers if (line := log.line(n)) in wanted)
    return {line for line in wanted if total[line] > read[line]}


def _ended_well(log: Log, number: int, good_ends: list[int], bad_ends: list[int]) -> bool:
    """Whether, in the same step, a good end comes next and not a line that says something failed."""
    good, bad = bisect_left(good_ends, number), bisect_left(bad_ends, number)
    if good == len(good_ends):
        return False
    section = section_of(log, number)
    last = section.last if section else len(log.lines)
    return good_ends[good] <= last and (bad == len(bad_ends) or good_ends[good] < bad_ends[bad])


def _place(log: Log, candidate: Candidate, ends: list[int], times: int, elsewhere: set[str]) -> Candidate:
    """Weigh where a line stands: before an end, near it, said seldom, and last of a chain."""
    at = bisect_left(ends, candidate.number)
    score = candidate.score
    if at < len(ends):
        score += max(0.0, 14 - 2 * log2(1 + ends[at] - candidate.number))
    else:
        score -= 12
    if not candidate.wraps and exit_follows(log, candidate.number):
        score += 10
    if times > 4:  # noqa: PLR2004 - a retry or two is no noise
        score -= min(20.0, 4 * log2(times / 4))
    if log.line(candidate.number) in elsewhere:
        score -= 15
    behind = log.lines[candidate.number : candidate.number + 4]
    if any(line.startswith(CHAINED) for line in behind):
        score -= 14
    if candidate.passed:
        score -= 45
    return replace(candidate, score=score)


def _last_words(log: Log, known: set[int]) -> list[Candidate]:
    """Take what was said last before each error: a script that gives up says why, in whatever words."""
    found = []
    for error in log.errors[:_MAX_ENDS]:
        if log.line(error).startswith("The operation was cancel"):
            continue
        base, score = 40, 54.0
        for number in _said_before(log, error):
            text = plain(log.line(number)).strip()
            if WRAPPERS.search(text):
                continue
            if number not in known and not BENIGN.search(text):
                noise = ADVICE.search(text) or PROGRESS.search(text) or QUIET_LEVEL.match(text)
                found.append(Candidate(number, text, score - 20 * bool(noise), base, None))
            base, score = base - 1, score - 3
    return found


def _said_before(log: Log, error: int) -> Iterator[int]:
    """Number the lines that a program said before an error, the last first, back to another error."""
    for number in range(error - 1, max(0, error - _LAST_WORDS - 1), -1):
        line = log.line(number)
        if line.startswith("##[endgroup]") or is_error(log, number):
            return
        if line.strip() and not line.startswith(NOT_SAID) and not FRAME.match(line):
            yield number
