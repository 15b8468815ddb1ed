"""What one line is worth as an explanation, by its own form and by the lines that touch it."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._generic_forms import DECISIVE, FORMS, LOGGED, MARKS, POINTER
from bot.parsers._generic_noise import (
    ADVICE,
    BENIGN,
    FORESEEN,
    LEVEL,
    NONZERO,
    PROGRESS,
    QUIET_LEVEL,
    WRAPPERS,
)
from bot.parsers._generic_words import PHRASES, TRIGGERS, WORDS, Signal

# A sentence is shorter; what comes behind is data.
MAX_TEXT = 320

# Time stamps, build-kit and compose columns, and quotation marks in front of what a program said.
_FRONT = re.compile(
    r"(?:\[?(?:task )?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,12}(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]{1,8}"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?[ \t]{1,8}"
    r"|#\d{1,4} (?:\d{1,6}\.\d{1,4} )?|[\w.\-]{1,40}[ \t]{0,20}\|[ ]|[ \t]{0,8}[|│] "
    r"|\[\d{1,6}/\d{1,6}\] |> |##\[\w{1,20}\]|==\d{1,9}== ?"
    r"|\[(?!(?i:error|fatal|fail|critical|severe|alert|emerg|panic|abort|timed|interr|warn|info|debug|note|pass|ok))"
    r"[\w./:\-]{1,40}\] (?=\S))",
    re.ASCII,
)
_MAX_FRONTS = 4
_FRAME_LINES = 2
_PATHS = re.compile(r"[\w\-]*[/_.\-][\w/.\-]*\w", re.ASCII)
NOT_SAID = (
    "##[group]",
    "##[endgroup]",
    "##[command]",
    "[command]",
    "##[debug]",
    "##[start-action",
    "##[end-action",
    "::group::",
    "::endgroup::",
    "+ ",
    "++ ",
    "+++ ",
    "$ ",
)
FRAME = re.compile(
    r"\s+(?:at |File \"|in |from |\d+: +0x|raise |return |assert |throw |\[C\]: |#\d)|\s{4,}[\w.]+\(.*\)?$"
    r"|\s*(?:stack ?traces?|stack backtrace|traceback|call stack|backtrace)\b.{0,40}:$",
    re.ASCII | re.IGNORECASE,
)
# The first line of a stack trace, under the line that says what was thrown.
_TRACE_BELOW = re.compile(
    r"\s+at (?:0x[0-9A-F]+: |[\w.$<>/ \[\]]{1,200}\(|/|async |file:|\S{1,200}:\d)|\tfrom \S{1,200}:\d"
    r"|(?:stack ?trace|stack traceback|stack backtrace|PHP Stack trace):$|\s+#0 |goroutine \d{1,9} \[",
    re.ASCII | re.IGNORECASE,
)

_MAX_POINTER = 16
# rustc, ruff and others: what is wrong, and under it where.
_POINTED = Signal(86, TRIGGERS, FailureKind.LINT)
# Whatever Python prints behind a stack trace is the exception.
_RAISED = Signal(88, TRIGGERS)
# In other languages the exception stands above its stack trace, and programs log such traces, too.
_THROWN = Signal(73, TRIGGERS)
# Words in a sentence; from here on the form of the line speaks.
_LOUD = 70
# Such a form says it more clearly than any word beside it.
_CLEAR = 85
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
    text = line[:MAX_TEXT].rstrip()
    for _ in range(_MAX_FRONTS):
        found = _FRONT.match(text)
        if found is None:
            break
        text = text[found.end() :]
    return text


def is_error(log: Log, number: int) -> bool:
    """Whether the runner marked this line."""
    at = bisect_left(log.errors, number)
    return at < len(log.errors) and log.errors[at] == number


def judge(log: Log, number: int, *, strict: bool = False) -> Candidate | None:
    """Say what a line's form is worth, or nothing when it speaks of no failure.

    Args:
        log: the log.
        number: the line's, counted from 1.
        strict: warnings fail this job, too.
    """
    line = log.line(number)
    error = is_error(log, number)
    thrown = _thrown(log, number)
    if not (error or thrown) and (
        not line or line.startswith(NOT_SAID) or not TRIGGERS.search(line[:MAX_TEXT].lower())
    ):
        return None
    text = plain(line)
    if not (error or thrown is _RAISED) and _says_nothing(text):
        return None
    wraps = bool(WRAPPERS.search(text))
    signal = _signal(text.strip()) or (_MARKED_ONLY if error and text.strip() else None)
    if thrown and (signal is None or signal.score < thrown.score):
        signal = thrown
    if signal is None:
        return None
    wraps = wraps and signal not in DECISIVE
    phrase = _first(PHRASES, text) if signal not in PHRASES else None
    score = signal.score
    if error and not wraps:
        score = max(score, _MARKED_ONLY.score)
        score += -30 if _after_the_end(log, number) else 25
    score += 4 * (phrase is not None) - 55 * wraps
    score -= _doubt(line, text, signal, strict=strict)
    kind = signal.kind or (phrase.kind if phrase else None)
    return Candidate(number, text.strip(), score, score, kind, wraps)


def _doubt(line: str, text: str, signal: Signal, *, strict: bool) -> int:
    """How much speaks against a line: it warns, was foreseen, advises, or only announces what follows."""
    doubt = 0
    quiet = QUIET_LEVEL.match(text) and signal not in (*MARKS, *DECISIVE)
    if (quiet or line.startswith(("##[warning]", "##[notice]"))) and not strict:
        doubt += 25
    if signal.score < _CLEAR and not strict and FORESEEN.search(text):
        doubt += 15
    if signal.score < _LOUD and (ADVICE.search(text) or PROGRESS.search(text)):
        doubt += 15
    return doubt + 3 * text.startswith(" ") + 6 * text.endswith(":")


def place_below(log: Log, number: int) -> re.Match[str] | None:
    """Match the place that a diagnostic in rustc's style has on its second line."""
    if not log.line(number)[:1].strip() or number == len(log.lines):
        return None
    below = log.line(number + 1)
    return POINTER.match(below) if "--> " in below[:_MAX_POINTER] else None


def _says_nothing(text: str) -> bool:
    """A stack frame, a count of nothing, a good end."""
    return bool(FRAME.match(text) or (BENIGN.search(text) and not NONZERO.search(text)))


def _thrown(log: Log, number: int) -> Signal | None:
    """Say what the lines that touch this one make of it, whatever its words are."""
    line = log.line(number)
    if _ends_traceback(log, number):
        return _RAISED
    if place_below(log, number) is not None and not line.startswith(("warning", "note", "help")):
        return _POINTED
    if not line[:1].strip() or number == len(log.lines) or FRAME.match(line):
        return None
    below = log.line(number + 1)[:MAX_TEXT]
    found = _TRACE_BELOW.match(below) or (below.startswith("==") and _TRACE_BELOW.match(plain(below)))
    return _THROWN if found else None


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
