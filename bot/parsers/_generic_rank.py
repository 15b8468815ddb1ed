"""Rank the lines of a log by how well each one explains the failure."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from math import log2

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._generic_noise import (
    BENIGN,
    CHAINED,
    EXIT_CODE,
    FORESEEN,
    LEVEL,
    NONZERO,
    QUIET_LEVEL,
    SUCCESS,
    WRAPPERS,
)
from bot.parsers._generic_words import (
    DECISIVE,
    FORMS,
    LOGGED,
    MARKS,
    PHRASES,
    POINTER,
    TRIGGERS,
    WORDS,
    Signal,
)

# The reason stands near the step's end; more of it is not read, so that a log of a gigabyte costs no more.
MAX_READ = 20_000
# A sentence is shorter; what comes behind is data.
_MAX_TEXT = 320
# A program that prints nothing but errors is judged by the last of them.
_MAX_CANDIDATES = 5_000
# Lines that a `##[error]` of several lines may go on for.
_BEHIND_ERROR = 40

# https://github.com/actions/runner/blob/main/src/Runner.Worker/StepsRunner.cs and JobExtension.cs
_TIDYING = ("Post job cleanup.", "Cleaning up orphan processes")

# Time stamps, build-kit and compose columns, and quotation marks in front of what a program said.
_FRONT = re.compile(
    r"(?:\[?(?:task )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,12}(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]{1,8}"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[ \t]{1,8}"
    r"|#\d{1,4} (?:\d{1,6}\.\d{1,4} )?|[\w.\-]{1,40}[ \t]{0,20}\|[ ]|│[ ]"
    r"|\[\d{1,6}/\d{1,6}\] |> |##\[\w{1,20}\])",
    re.ASCII,
)
_MAX_FRONTS = 4
_FRAME_LINES = 2
_DIGITS = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+", re.ASCII)
_PATHS = re.compile(r"[\w\-]*[/_.\-][\w/.\-]*\w", re.ASCII)
_NOT_SAID = (
    "##[group]",
    "##[endgroup]",
    "##[command]",
    "[command]",
    "##[debug]",
    "+ ",
    "++ ",
    "$ ",
    "::group::",
)
_FRAME = re.compile(
    r"\s+(?:at |File \"|in |from |\d+: +0x|raise |return |assert |throw )|\s{4,}[\w.]+\(.*\)?$", re.ASCII
)

_MAX_POINTER = 16
# rustc, ruff and others: what is wrong, and under it where.
_POINTED = Signal(86, TRIGGERS, FailureKind.LINT)
# Whatever Python prints behind a stack trace is the exception.
_RAISED = Signal(88, TRIGGERS)
# The runner marked the line and the line has no word of failure in it.
_MARKED_ONLY = Signal(50, TRIGGERS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be the reason.

    Attributes:
        number: of the line, counted from 1.
        text: what the program said, without time stamps.
        score: how much it explains; comparable within one log.
        base: how much a line of its form explains wherever it stands.
        kind: what sort of thing failed, where the line says so.
        wraps: it repeats that something failed; the reason stands elsewhere.
        passed: the suite or build that printed it says next that all went well.
    """

    number: int
    text: str
    score: float
    base: int
    kind: FailureKind | None
    wraps: bool = False
    passed: bool = False


def plain(line: str) -> str:
    """Take off what a logger or a build tool put in front of a line."""
    text = line[:_MAX_TEXT].rstrip()
    for _ in range(_MAX_FRONTS):
        found = _FRONT.match(text)
        if found is None:
            break
        text = text[found.end() :]
    return text


def rank(log: Log) -> list[Candidate]:
    """Give the lines that speak of a failure, best first; a job marked as failed always has one."""
    numbers = _numbers(log)
    judged = (c for number in reversed(numbers) if (c := _judge(log, number)) is not None)
    found = sorted(islice(judged, _MAX_CANDIDATES), key=lambda c: c.number)
    wraps = [c.number for c in found if c.wraps]
    ends = list(log.errors) or wraps or [len(log.lines)]
    good_ends = [n for n in numbers if log.line(n) and SUCCESS.search(plain(log.line(n)))]
    found = [replace(c, passed=_ended_well(log, c.number, good_ends, wraps)) for c in found]
    seen = Counter(_DIGITS.sub("#", c.text) for c in found)
    placed = [_place(log, c, ends, seen[_DIGITS.sub("#", c.text)]) for c in found]
    if log.errors:
        placed += _last_words(log, {c.number for c in placed})
    return sorted(placed, key=lambda c: (-c.score, c.number))


def exit_follows(log: Log, number: int) -> bool:
    """Whether a program's next words are of an exit code: what it says last is why."""
    behind = range(number + 1, min(number + 3, len(log.lines)) + 1)
    return any(EXIT_CODE.search(plain(log.line(n))) for n in behind if not _is_error(log, n))


def _ended_well(log: Log, number: int, good_ends: list[int], bad_ends: list[int]) -> bool:
    """Whether, in the same step, a good end comes next and not a line that says something failed."""
    good, bad = bisect_left(good_ends, number), bisect_left(bad_ends, number)
    if good == len(good_ends):
        return False
    last = next((s.last for s in log.sections if s.first <= number <= s.last), len(log.lines))
    return good_ends[good] <= last and (bad == len(bad_ends) or good_ends[good] < bad_ends[bad])


def _numbers(log: Log) -> list[int]:
    """Number the lines worth reading: the failed steps up to their last error, or all of the log's end."""
    if not log.errors:
        return list(range(max(1, len(log.lines) - MAX_READ), len(log.lines) + 1))
    failed = [section for section in log.sections if section.failed]
    ranges = []
    before = log.sections[0].first if log.sections else len(log.lines) + 1
    if log.errors[0] < before:
        ranges.append((1, max(error for error in log.errors if error < before), before - 1))
    for section in failed:
        last = log.errors[bisect_left(log.errors, section.last + 1) - 1]
        ranges.append((_said_from(log, section.first), last, section.last))
    numbers: set[int] = set(log.errors)
    for first, error, last in ranges:
        numbers.update(range(max(first, error - MAX_READ), _said_until(log, error, last) + 1))
    return sorted(numbers)


def _said_from(log: Log, first: int) -> int:
    """Skip the script and settings that the runner prints at a step's head."""
    for number in range(first, min(first + 500, len(log.lines)) + 1):
        if log.line(number).startswith("##[endgroup]"):
            return number
    return first


def _said_until(log: Log, error: int, last: int) -> int:
    """Give the last line that may belong to a marked one; the runner's tidying up does not."""
    for number in range(error + 1, min(error + _BEHIND_ERROR, last) + 1):
        if log.line(number).startswith(_TIDYING):
            return number - 1
    return min(error + _BEHIND_ERROR, last)


def _judge(log: Log, number: int) -> Candidate | None:
    """Say what a line's form is worth, or nothing when it speaks of no failure."""
    line = log.line(number)
    error = _is_error(log, number)
    raised = _ends_traceback(log, number)
    pointed = place_below(log, number) is not None and not line.startswith(("warning", "note", "help"))
    if not (error or raised or pointed) and (
        not line or line.startswith(_NOT_SAID) or not TRIGGERS.search(line.lower()[:_MAX_TEXT])
    ):
        return None
    text = plain(line)
    if not (error or raised) and (_FRAME.match(text) or (BENIGN.search(text) and not NONZERO.search(text))):
        return None
    wraps = bool(WRAPPERS.search(text))
    signal = _signal(text.strip()) or (_MARKED_ONLY if error and text.strip() else None)
    if raised and (signal is None or signal.score < _RAISED.score):
        signal = _RAISED
    if pointed and (signal is None or signal.score < _POINTED.score):
        signal = _POINTED
    if signal is None:
        return None
    wraps = wraps and signal not in DECISIVE
    phrase = _first(PHRASES, text) if signal not in PHRASES else None
    score = signal.score + 4 * (phrase is not None) - 55 * wraps
    told = error and not wraps and signal is not _MARKED_ONLY and not _after_the_end(log, number)
    score += 25 * told
    if (QUIET_LEVEL.match(text) and signal not in MARKS) or line.startswith(("##[warning]", "##[notice]")):
        score -= 25
    if signal.score < 85 and FORESEEN.search(text):  # noqa: PLR2004 - forms say it more clearly than words
        score -= 15
    if text.startswith(" "):
        score -= 3
    kind = signal.kind or (phrase.kind if phrase else None)
    return Candidate(number, text.strip(), score, score, kind, wraps)


def place_below(log: Log, number: int) -> re.Match[str] | None:
    """Match the place that a diagnostic in rustc's style has on its second line."""
    if not log.line(number)[:1].strip() or number == len(log.lines):
        return None
    below = log.line(number + 1)
    return POINTER.match(below) if "--> " in below[:_MAX_POINTER] else None


def _after_the_end(log: Log, number: int) -> bool:
    """Whether the step's process had ended already: what the runner marks then is its own tidying up."""
    at = bisect_left(log.errors, number)
    return at > 0 and log.line(log.errors[at - 1]).startswith("Process completed with exit code")


def _ends_traceback(log: Log, number: int) -> bool:
    """Whether a line at the margin follows the frames of a Python stack trace."""
    line = log.line(number)
    if number <= _FRAME_LINES or line[:1] in {"", " ", "\t"} or not log.line(number - 1).startswith("    "):
        return False
    return any(frame.startswith('  File "') for frame in log.lines[max(0, number - 4) : number - 1])


def _signal(text: str) -> Signal | None:
    """Find the form, phrase or word that counts most; words inside paths and names do not count."""
    bare = LEVEL.sub("", text)
    forms = (*DECISIVE, *MARKS, *FORMS)
    found = _first(forms, text) or (_first(forms, bare) if bare != text else None)
    return found or _first(LOGGED, text) or _first(PHRASES, bare) or _first(WORDS, _PATHS.sub(" ", bare))


def _first(signals: tuple[Signal, ...], text: str) -> Signal | None:
    return next((signal for signal in signals if signal.pattern.search(text)), None)


def _place(log: Log, candidate: Candidate, ends: list[int], times: int) -> Candidate:
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
    behind = log.lines[candidate.number : candidate.number + 4]
    if any(line.startswith(CHAINED) for line in behind):
        score -= 14
    if candidate.passed:
        score -= 45
    return replace(candidate, score=score)


def _last_words(log: Log, known: set[int]) -> list[Candidate]:
    """Take what was said last before each error: a script that gives up says why, in whatever words."""
    found = []
    for error in log.errors:
        for number in range(error - 1, max(0, error - 12), -1):
            if log.line(number).startswith("##[endgroup]"):
                break
            text = plain(log.line(number)).strip()
            if not text or _is_error(log, number) or WRAPPERS.search(text):
                continue
            line = log.line(number)
            if (
                number not in known
                and not line.startswith(_NOT_SAID)
                and not _FRAME.match(line)
                and not BENIGN.search(text)
            ):
                found.append(Candidate(number, text, 54.0, 40, None))
            break
    return found


def _is_error(log: Log, number: int) -> bool:
    at = bisect_left(log.errors, number)
    return at < len(log.errors) and log.errors[at] == number
